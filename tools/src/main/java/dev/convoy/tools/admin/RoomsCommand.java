package dev.convoy.tools.admin;

import dev.convoy.tools.command.ConvoyVersion;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code convoy rooms}. */
@Command(
        name = "rooms",
        mixinStandardHelpOptions = true,
        versionProvider = ConvoyVersion.class,
        description = {"Shows the rooms of all nodes, and which node owns each.", ""})
public final class RoomsCommand implements Callable<Integer> {
    @Mixin
    @SuppressWarnings("NullAway.Init")
    private AdminTarget admin;

    @Mixin
    @SuppressWarnings("NullAway.Init")
    private PageOptions page;

    @Override
    public Integer call() {
        JsonObject answer = admin.get("/v1/rooms?all=true" + page.query());
        Table table =
                new Table("ROOM", "TYPE", "DURABILITY", "NODE", "SHARD", ">ONLINE", ">AWAY", ">GENERATION", "MOVING");
        JsonArray rooms = answer.getJsonArray("rooms");
        for (int i = 0; i < rooms.size(); i++) {
            JsonObject room = rooms.getJsonObject(i);
            table.row(
                    room.getString("id"),
                    room.getString("type"),
                    room.getString("durability"),
                    room.getValue("serverId"),
                    room.getValue("shard"),
                    room.getValue("online"),
                    room.getValue("away"),
                    room.getValue("generation"),
                    room.getBoolean("moving", false) ? "yes" : "");
        }
        admin.show(answer, PageOptions.text("room", table, answer, rooms));
        return 0;
    }
}
