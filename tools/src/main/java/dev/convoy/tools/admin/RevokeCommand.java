package dev.convoy.tools.admin;

import dev.convoy.tools.command.ConvoyVersion;
import io.vertx.core.json.JsonObject;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code convoy revoke}. */
@Command(
        name = "revoke",
        mixinStandardHelpOptions = true,
        versionProvider = ConvoyVersion.class,
        description = {"Ends all sessions of a user or of a room, and makes their reconnect tokens worthless.", ""})
public final class RevokeCommand implements Callable<Integer> {
    @Mixin
    @SuppressWarnings("NullAway.Init")
    private AdminTarget admin;

    @ArgGroup(multiplicity = "1")
    @SuppressWarnings("NullAway.Init")
    private Whose whose;

    /** One of the two. */
    private static final class Whose {
        @Option(names = "--user", paramLabel = "NAME", description = "all sessions of this user")
        private @Nullable String user;

        @Option(names = "--room", paramLabel = "ID", description = "all sessions of this room")
        private @Nullable String room;
    }

    @Option(names = "--reason", paramLabel = "TEXT", defaultValue = "", description = "told to the players")
    private String reason = "";

    @Override
    public Integer call() {
        String path = whose.user != null
                ? "/v1/users/" + AdminTarget.part(whose.user)
                : "/v1/rooms/" + AdminTarget.part(String.valueOf(whose.room));
        JsonObject answer = admin.post(path + "/revoke", new JsonObject().put("reason", reason));
        admin.show(answer, "Sessions ended: " + answer.getValue("sessions") + ".");
        return 0;
    }
}
