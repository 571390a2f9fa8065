package dev.convoy.node.session;

import dev.convoy.node.net.Arrival;
import dev.convoy.protocol.handshake.JoinRequest;
import dev.convoy.protocol.wire.Affinity;
import dev.convoy.protocol.wire.ErrorCode;
import dev.convoy.protocol.wire.SessionId;
import dev.convoy.redis.RoomSpec;
import dev.convoy.room.AdmissionException;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.security.SecureRandom;
import java.util.HexFormat;

/**
 * How somebody joins who speaks KCP and nothing else: into a room of their own, which lives in the node's memory and ends with
 * them. No record is made, because nobody can come back without a token. Confined to the shard's event loop.
 */
final class BareNewcomers {
    private static final int BUSY_RETRY_MS = 2_000;

    private final Hall hall;
    private final FrontDoor door;
    private final ConvSource convs;
    private final ConvClerk clerk;
    private final String roomType;
    private final int shard;
    private final int shards;
    private final SecureRandom random = new SecureRandom();

    BareNewcomers(
            Hall hall, FrontDoor door, ConvSource convs, ConvClerk clerk, String roomType, int shard, int shards) {
        this.hall = hall;
        this.door = door;
        this.convs = convs;
        this.clerk = clerk;
        this.roomType = roomType;
        this.shard = shard;
        this.shards = shards;
    }

    /** The conv of the new session. */
    Future<Integer> join(Arrival arrival, byte[] token) {
        if (hall.sessionCount() >= hall.settings().sessionsMax()) {
            throw new AdmissionException(ErrorCode.NO_CONV_FREE, BUSY_RETRY_MS, "this shard is full");
        }
        String name = "bare-" + HexFormat.of().toHexDigits(arrival.attempt());
        String type = hall.specOf(roomType).type();
        RoomSpec spec = new RoomSpec(type, null, 0, RoomSpec.Durability.MEMORY);
        JoinRequest join = new JoinRequest(name, token, type, "", "", new byte[0]);
        RoomWish wish = new RoomWish(spec, Buffer.buffer(), "");
        return door.identify(join)
                .compose(visitor -> hall.open(roomOfOnesOwn(name), wish)
                        .compose(room -> room.visit(() -> room.authenticate(visitor.authRequest(false))
                                .compose(playerId -> clerk.conv(arrival)
                                        .map(conv -> enter(room, visitor.user(), playerId, arrival, conv))))));
    }

    private int enter(RoomHost room, String name, String playerId, Arrival arrival, int conv) {
        byte[] id = new byte[SessionId.BYTES];
        random.nextBytes(id);
        ServerSession joined = room.isClosed() ? null : room.join(SessionId.of(id, 0), name, playerId);
        if (joined == null || Grants.sentAway(room, joined) != null) {
            convs.release(conv);
            throw new AdmissionException(ErrorCode.ROOM_CLOSED, "");
        }
        joined.isBare = true;
        room.presence().connected(joined, hall.traffic().open(joined, conv, arrival), false);
        hall.traffic().settle();
        return conv;
    }

    private String roomOfOnesOwn(String name) {
        for (int trial = 0; ; trial++) {
            String roomId = name + "-" + trial;
            if (Affinity.shard(Affinity.ofRoom(roomId), shards) == shard) return roomId;
        }
    }
}
