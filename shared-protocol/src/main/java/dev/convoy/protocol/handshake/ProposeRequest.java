package dev.convoy.protocol.handshake;

import dev.convoy.protocol.wire.WireReader;
import dev.convoy.protocol.wire.WireWriter;
import org.jspecify.annotations.Nullable;

/**
 * The record inside a Propose: somebody wants a session, and a conv of their own choice. The answer is a Verdict with the
 * record of an Accept; a conv in it that is another than {@link #on} the answering node's means that it was reassigned.
 *
 * @param conv any word. High byte 0 = these 24 bits in the segment of whoever answers, which is what a client asks
 *     that does not know yet who will
 */
public record ProposeRequest(int conv, JoinRequest join) {
    private static final int SEQUENCE_MASK = 0x00FF_FFFF;

    public byte[] encode() {
        WireWriter writer = new WireWriter().u32(conv);
        join.write(writer);
        return writer.toBytes();
    }

    /** The record of a payload, or null when the payload is none. */
    public static @Nullable ProposeRequest parse(byte[] payload) {
        WireReader reader = new WireReader(payload, 0, payload.length);
        int conv = reader.u32();
        JoinRequest join = JoinRequest.read(reader);
        return reader.isIntact() && !join.user().isEmpty() ? new ProposeRequest(conv, join) : null;
    }

    /** The conv that a proposal means on a node: the same word, or with the node's id where the proposal names none. */
    public static int on(int serverId, int proposed) {
        return proposed >>> 24 == 0 ? serverId << 24 | (proposed & SEQUENCE_MASK) : proposed;
    }

    @Override
    public String toString() {
        return "ProposeRequest(%08x, %s)".formatted(conv, join);
    }
}
