package dev.convoy.protocol.handshake;

import dev.convoy.protocol.wire.WireReader;
import dev.convoy.protocol.wire.WireWriter;

/**
 * Welcome back: the session goes on under a new conv.
 *
 * @param received the number of the last message of yours that the session has, durably; send what is after it
 * @param place where the session was found
 */
public record Resumed(Grant grant, long received, Place place) implements Answer {
    /** Where a returning session was found; on the wire 0 and 1. */
    public enum Place {
        /** On the node that held it all along. */
        SAME_NODE,
        /** Restored from Redis on this node. */
        RESTORED
    }

    @Override
    public byte[] encode() {
        WireWriter writer = Answer.writer(RESULT_OK);
        grant.write(writer);
        return writer.u64(received).u8(place == Place.SAME_NODE ? 0 : 1).toBytes();
    }

    static Resumed read(WireReader reader) {
        Grant grant = Grant.read(reader);
        long received = reader.u63();
        return new Resumed(grant, received, reader.u8() == 0 ? Place.SAME_NODE : Place.RESTORED);
    }
}
