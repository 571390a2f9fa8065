package dev.convoy.protocol.handshake;

import dev.convoy.protocol.wire.WireReader;
import dev.convoy.protocol.wire.WireWriter;
import org.jspecify.annotations.Nullable;

/** The record inside a Connect: somebody wants a session. */
public record ConnectRequest(JoinRequest join) {
    public byte[] encode() {
        WireWriter writer = new WireWriter();
        join.write(writer);
        return writer.toBytes();
    }

    /** The record of a payload, or null when the payload is none. */
    public static @Nullable ConnectRequest parse(byte[] payload) {
        WireReader reader = new WireReader(payload, 0, payload.length);
        JoinRequest join = JoinRequest.read(reader);
        return reader.isIntact() && !join.user().isEmpty() ? new ConnectRequest(join) : null;
    }
}
