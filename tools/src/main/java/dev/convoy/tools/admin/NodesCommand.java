package dev.convoy.tools.admin;

import dev.convoy.tools.command.ConvoyVersion;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code convoy nodes}. */
@Command(
        name = "nodes",
        mixinStandardHelpOptions = true,
        versionProvider = ConvoyVersion.class,
        description = {"Shows the nodes of the cluster: server id, state, load, and how long the lease stands.", ""})
public final class NodesCommand implements Callable<Integer> {
    @Mixin
    @SuppressWarnings("NullAway.Init")
    private AdminTarget admin;

    @Override
    public Integer call() {
        JsonObject cluster = admin.get("/v1/cluster");
        Table table = new Table(
                "ID",
                "INSTANCE",
                "STATE",
                ">ONLINE",
                ">AWAY",
                ">ROOMS",
                ">SHARDS",
                ">LEASE MS",
                "ADDRESS",
                "ADMIN",
                "TROUBLE");
        JsonArray nodes = cluster.getJsonArray("nodes");
        for (int i = 0; i < nodes.size(); i++) {
            JsonObject row = nodes.getJsonObject(i);
            JsonObject node = row.getJsonObject("node", new JsonObject());
            table.row(
                    row.getInteger("serverId"),
                    node.getString("instance"),
                    node.getString("state", row.getString("state")),
                    node.getValue("online"),
                    node.getValue("away"),
                    node.getValue("rooms"),
                    row.getJsonArray("ports").size(),
                    row.getValue("leaseMsLeft"),
                    row.getString("host"),
                    row.getString("admin"),
                    row.getString("trouble"));
        }
        admin.show(cluster, nodes.isEmpty() ? "There is no node in the directory." : table.toString());
        return 0;
    }
}
