package dev.convoy.node.session;

import dev.convoy.protocol.wire.SessionId;
import dev.convoy.protocol.wire.WireReader;
import dev.convoy.protocol.wire.WireWriter;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A room's snapshot as it is kept: the application's bytes, and which sessions they know of. A session's
 * record and the snapshot are written by different steps; after a crash between the two, these ids say whom
 * the application has yet to be told of.
 *
 * <pre>
 * count u32 · session id 16 … · the application's bytes
 * </pre>
 */
record RoomSnapshot(Set<SessionId> joined, byte[] application) {
    static byte[] encode(Collection<SessionId> joined, byte[] application) {
        WireWriter writer = new WireWriter().u32(joined.size());
        for (SessionId id : joined) writer.raw(id.toBytes());
        return writer.raw(application).toBytes();
    }

    /** The snapshot in those bytes, or null when they are none: somebody else wrote them. */
    static @Nullable RoomSnapshot decode(byte[] bytes) {
        WireReader reader = new WireReader(bytes, 0, bytes.length);
        int count = reader.u32();
        if (count < 0 || count > reader.remaining() / SessionId.BYTES) return null;
        Set<SessionId> joined = new HashSet<>();
        for (int i = 0; i < count; i++) joined.add(SessionId.of(reader.raw(SessionId.BYTES), 0));
        byte[] application = reader.raw(reader.remaining());
        return reader.isIntact() ? new RoomSnapshot(joined, application) : null;
    }
}
