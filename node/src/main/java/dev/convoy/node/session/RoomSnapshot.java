package dev.convoy.node.session;

import dev.convoy.protocol.handshake.Accepted;
import dev.convoy.protocol.handshake.JoinRequest;
import dev.convoy.protocol.wire.SessionId;
import dev.convoy.protocol.wire.WireReader;
import dev.convoy.protocol.wire.WireWriter;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A room's snapshot as it is kept: the application's bytes, whom the room lets in, and which sessions the application knows of. A
 * session's record and the snapshot are written by different steps; after a crash between the two, these ids say whom
 * the application has yet to be told of.
 *
 * <pre>
 * version u8 = 1 · flags u8 (1 started, 2 locked) · capacity u32 · password verifier text8
 * count u32 · (session id 16 · user text8 · player id text8 · certain u64) … · the application's bytes
 * </pre>
 */
record RoomSnapshot(RoomDoor.Settings door, Map<SessionId, Player> joined, byte[] application) {
    /**
     * Whom the application knows.
     *
     * @param certain the player's messages up to this number are of this line of the room's, whatever crashes there were
     *     since they were here; see {@link ServerSession.Doubt}
     */
    record Player(String user, String playerId, long certain) {}

    private static final int VERSION = 1;
    private static final int STARTED = 1;
    private static final int LOCKED = 2;
    private static final int ENTRY_BYTES_MIN = SessionId.BYTES + 2 + Long.BYTES;
    private static final int VERIFIER_BYTES_MAX = 255;

    static byte[] encode(RoomDoor.Settings door, Collection<ServerSession> joined, byte[] application) {
        WireWriter writer = new WireWriter()
                .u8(VERSION)
                .u8((door.isStarted() ? STARTED : 0) | (door.isLocked() ? LOCKED : 0))
                .u32(door.capacity())
                .text8(door.verifier())
                .u32(joined.size());
        for (ServerSession session : joined) {
            writer.raw(session.id().toBytes())
                    .text8(session.user())
                    .text8(session.playerId())
                    .u64(session.certain());
        }
        return writer.raw(application).toBytes();
    }

    /** The snapshot in those bytes, or null when they are none: somebody else wrote them. */
    static @Nullable RoomSnapshot decode(byte[] bytes) {
        WireReader reader = new WireReader(bytes, 0, bytes.length);
        if (reader.u8() != VERSION) return null;
        int flags = reader.u8();
        int capacity = reader.u31();
        String verifier = reader.text8(VERIFIER_BYTES_MAX);
        int count = reader.u32();
        if (count < 0 || count > reader.remaining() / ENTRY_BYTES_MIN) return null;
        Map<SessionId, Player> joined = new LinkedHashMap<>();
        for (int i = 0; i < count && reader.isIntact(); i++) {
            byte[] id = reader.raw(SessionId.BYTES);
            Player player = new Player(
                    reader.text8(JoinRequest.USER_BYTES_MAX), reader.text8(Accepted.PLAYER_ID_BYTES_MAX), reader.u64());
            if (reader.isIntact()) joined.put(SessionId.of(id, 0), player);
        }
        byte[] application = reader.raw(reader.remaining());
        RoomDoor.Settings door =
                new RoomDoor.Settings((flags & STARTED) != 0, (flags & LOCKED) != 0, capacity, verifier);
        return reader.isIntact() ? new RoomSnapshot(door, joined, application) : null;
    }
}
