package dev.convoy.tools.admin;

import dev.convoy.tools.command.ConvoyVersion;
import io.vertx.core.json.JsonObject;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code convoy kick}. */
@Command(
        name = "kick",
        mixinStandardHelpOptions = true,
        versionProvider = ConvoyVersion.class,
        description = {"Ends a session, wherever it is. Its player may join again.", ""})
public final class KickCommand implements Callable<Integer> {
    @Mixin
    @SuppressWarnings("NullAway.Init")
    private AdminTarget admin;

    @Parameters(paramLabel = "SESSION", description = "its id; \"convoy sessions\" lists them")
    private String session = "";

    @Option(names = "--reason", paramLabel = "TEXT", defaultValue = "", description = "told to the player")
    private String reason = "";

    @Override
    public Integer call() {
        JsonObject answer = admin.post(
                "/v1/sessions/" + AdminTarget.part(session) + "/kick", new JsonObject().put("reason", reason));
        admin.show(answer, answer.getString("user") + " is sent away from " + answer.getString("room") + ".");
        return 0;
    }
}
