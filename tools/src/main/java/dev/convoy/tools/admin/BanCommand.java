package dev.convoy.tools.admin;

import dev.convoy.tools.command.ConvoyVersion;
import io.vertx.core.json.JsonObject;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code convoy ban}. */
@Command(
        name = "ban",
        mixinStandardHelpOptions = true,
        versionProvider = ConvoyVersion.class,
        description = {"Keeps a user out of the whole cluster, and ends the sessions that they have.", ""})
public final class BanCommand implements Callable<Integer> {
    @Mixin
    @SuppressWarnings("NullAway.Init")
    private AdminTarget admin;

    @Parameters(paramLabel = "USER", description = "the name")
    private String user = "";

    @Option(names = "--reason", paramLabel = "TEXT", defaultValue = "", description = "told to the user")
    private String reason = "";

    @Option(names = "--seconds", paramLabel = "N", description = "for so long (default: for good)")
    private @Nullable Long seconds;

    @Option(names = "--until", paramLabel = "TIME", description = "until then, e.g. 2030-01-31T18:00:00Z")
    private @Nullable String until;

    @Option(names = "--lift", description = "end the user's ban instead")
    private boolean isLifted;

    @Override
    public Integer call() {
        String path = "/v1/users/" + AdminTarget.part(user);
        if (isLifted) {
            admin.show(admin.post(path + "/unban", new JsonObject()), user + " may come in again.");
            return 0;
        }
        JsonObject body = new JsonObject().put("reason", reason);
        if (seconds != null) body.put("seconds", seconds);
        if (until != null) body.put("until", until);
        JsonObject answer = admin.post(path + "/ban", body);
        admin.show(
                answer,
                user + " is banned for " + answer.getValue("bannedForSeconds") + " s; sessions ended: "
                        + answer.getValue("sessions") + ".");
        return 0;
    }
}
