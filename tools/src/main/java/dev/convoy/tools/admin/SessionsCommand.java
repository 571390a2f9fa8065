package dev.convoy.tools.admin;

import dev.convoy.tools.command.ConvoyVersion;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code convoy sessions}. */
@Command(
        name = "sessions",
        mixinStandardHelpOptions = true,
        versionProvider = ConvoyVersion.class,
        description = {
            "Shows the sessions of all nodes: who is where, how they are connected, and what waits for them.",
            ""
        })
public final class SessionsCommand implements Callable<Integer> {
    @Mixin
    @SuppressWarnings("NullAway.Init")
    private AdminTarget admin;

    @Mixin
    @SuppressWarnings("NullAway.Init")
    private PageOptions page;

    @Option(names = "--room", paramLabel = "ID", defaultValue = "", description = "only those of this room")
    private String room = "";

    @Option(names = "--user", paramLabel = "NAME", defaultValue = "", description = "only those of this user")
    private String user = "";

    @Override
    public Integer call() {
        JsonObject answer = admin.get("/v1/sessions?all=true" + page.query() + "&room=" + AdminTarget.part(room)
                + "&user=" + AdminTarget.part(user));
        Table table = new Table("SESSION", "USER", "ROOM", "NODE", "STATE", "CLIENT", ">RTT MS", ">WAITING", ">BYTES");
        JsonArray sessions = answer.getJsonArray("sessions");
        for (int i = 0; i < sessions.size(); i++) {
            JsonObject session = sessions.getJsonObject(i);
            boolean isOnline = session.getBoolean("online", false);
            table.row(
                    session.getString("id"),
                    session.getString("user"),
                    session.getString("room"),
                    session.getValue("serverId"),
                    isOnline ? "online" : "away, " + session.getLong("awayMsLeft", 0L) / 1_000 + " s left",
                    session.getString("client"),
                    session.getValue("rttMs"),
                    session.getValue("outboxMessages"),
                    session.getValue("outboxBytes"));
        }
        admin.show(answer, PageOptions.text("session", table, answer, sessions));
        return 0;
    }
}
