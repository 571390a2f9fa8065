package dev.convoy.node;

import dev.convoy.node.session.Census;
import io.vertx.core.json.JsonObject;

/** Rows of a census as the admin calls show them. */
final class ShardReport {
    private ShardReport() {}

    static JsonObject of(Census.RoomRow room, int shard) {
        return new JsonObject()
                .put("id", room.id())
                .put("type", room.type())
                .put("durability", room.durability())
                .put("generation", room.generation())
                .put("shard", shard)
                .put("online", room.online())
                .put("away", room.away())
                .put("moving", room.isMoving());
    }

    static JsonObject of(Census.SessionRow session, int shard) {
        return new JsonObject()
                .put("id", session.id())
                .put("user", session.user())
                .put("playerId", session.playerId())
                .put("room", session.roomId())
                .put("shard", shard)
                .put("online", session.isOnline())
                .put("conv", Integer.toUnsignedLong(session.conv()))
                .put("client", session.client())
                .put("rttMs", session.rttMs())
                .put("outboxMessages", session.outboxMessages())
                .put("outboxBytes", session.outboxBytes())
                .put("awayMsLeft", session.awayLeftMs());
    }
}
