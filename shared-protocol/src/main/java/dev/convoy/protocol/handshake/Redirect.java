package dev.convoy.protocol.handshake;

import dev.convoy.protocol.wire.WireReader;
import dev.convoy.protocol.wire.WireWriter;
import org.jspecify.annotations.Nullable;

/**
 * The room is another node's: repeat the request with that node as target.
 *
 * @param serverId the owner; on the wire it is the header's target
 * @param leaseMs how long the owner's lease still runs: if the owner does not answer, somebody else can
 *     take the room over when it has run out
 */
public record Redirect(int serverId, int leaseMs) implements Answer {
    @Override
    public byte[] encode() {
        return new WireWriter().u32(leaseMs).toBytes();
    }

    /** The redirect in an envelope of that type, or null when its payload is none. */
    public static @Nullable Redirect parse(Envelope envelope) {
        WireReader reader = new WireReader(envelope.payload(), 0, envelope.payload().length);
        int leaseMs = reader.u31();
        return reader.isIntact() ? new Redirect(envelope.target(), leaseMs) : null;
    }
}
