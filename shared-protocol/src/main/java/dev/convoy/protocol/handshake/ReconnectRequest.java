package dev.convoy.protocol.handshake;

import dev.convoy.protocol.wire.SessionId;
import dev.convoy.protocol.wire.WireReader;
import dev.convoy.protocol.wire.WireWriter;
import org.jspecify.annotations.Nullable;

/**
 * The record inside a Reconnect: somebody comes back to a session.
 *
 * @param oldConv the last conv; its server id tells a node whose lease to look at
 * @param generation the session's, as of the last grant; a server that knows only an older one has lost
 *     writes
 * @param received the number of the last message that the client has received from the session
 */
public record ReconnectRequest(
        SessionId session, ReconnectToken token, int oldConv, long generation, long received, JoinRequest join) {
    public byte[] encode() {
        WireWriter writer = new WireWriter().raw(session.toBytes()).raw(token.toBytes());
        writer.u32(oldConv).u64(generation).u64(received);
        join.write(writer);
        return writer.toBytes();
    }

    /** The record of a payload, or null when the payload is none. */
    public static @Nullable ReconnectRequest parse(byte[] payload) {
        WireReader reader = new WireReader(payload, 0, payload.length);
        byte[] session = reader.raw(SessionId.BYTES);
        byte[] token = reader.raw(ReconnectToken.BYTES);
        int oldConv = reader.u32();
        long generation = reader.u63();
        long received = reader.u63();
        JoinRequest join = JoinRequest.read(reader);
        boolean whole =
                reader.isIntact() && !join.user().isEmpty() && !join.roomId().isEmpty();
        if (!whole) return null;
        return new ReconnectRequest(
                SessionId.of(session, 0), ReconnectToken.of(token), oldConv, generation, received, join);
    }
}
