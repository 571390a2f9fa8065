package dev.convoy.tools.admin;

import dev.convoy.tools.command.ConvoyVersion;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code convoy leases}. */
@Command(
        name = "leases",
        mixinStandardHelpOptions = true,
        versionProvider = ConvoyVersion.class,
        description = {"Shows who holds which server id, as it stands in Redis.", ""})
public final class LeasesCommand implements Callable<Integer> {
    @Mixin
    @SuppressWarnings("NullAway.Init")
    private AdminTarget admin;

    @Override
    public Integer call() {
        JsonObject answer = admin.get("/v1/leases");
        Table table = new Table("ID", "INSTANCE", "STATE", ">EPOCH", ">LEASE MS");
        JsonArray leases = answer.getJsonArray("leases");
        for (int i = 0; i < leases.size(); i++) {
            JsonObject lease = leases.getJsonObject(i);
            table.row(
                    lease.getValue("serverId"),
                    lease.getString("instance"),
                    lease.getString("state"),
                    lease.getValue("epoch"),
                    lease.getValue("leaseMsLeft"));
        }
        admin.show(answer, leases.isEmpty() ? "Nobody holds a server id." : table.toString());
        return 0;
    }
}
