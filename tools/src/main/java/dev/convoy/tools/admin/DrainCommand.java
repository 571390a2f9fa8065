package dev.convoy.tools.admin;

import dev.convoy.tools.command.ConvoyVersion;
import io.vertx.core.json.JsonObject;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code convoy drain}. */
@Command(
        name = "drain",
        mixinStandardHelpOptions = true,
        versionProvider = ConvoyVersion.class,
        description = {"Lets a node hand over all its rooms and end; in Kubernetes it is started again.", ""})
public final class DrainCommand implements Callable<Integer> {
    @Mixin
    @SuppressWarnings("NullAway.Init")
    private AdminTarget admin;

    @Parameters(paramLabel = "SERVER-ID", description = "which node; \"convoy nodes\" lists them")
    private int serverId;

    @Override
    public Integer call() {
        JsonObject answer = admin.post("/v1/drain", new JsonObject().put("serverId", serverId));
        admin.show(answer, "Node " + serverId + " is draining; \"convoy nodes\" shows how it goes.");
        return 0;
    }
}
