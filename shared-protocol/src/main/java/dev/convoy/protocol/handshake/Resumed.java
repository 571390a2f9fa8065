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
    /** Where a returning session was found; on the wire 0, 1 and 2. */
    public enum Place {
        /** On the node that held it all along. */
        SAME_NODE(0),
        /** Restored from Redis on this node. */
        RESTORED(1),
        /**
         * Restored from Redis on this node, without anything that was said: the room has forgotten it in a crash. It begins
         * anew, and takes whatever number comes next.
         */
        FORGOTTEN(2);

        private final int code;

        Place(int code) {
            this.code = code;
        }

        private static Place of(int code) {
            return code == 0 ? SAME_NODE : code == 2 ? FORGOTTEN : RESTORED;
        }
    }

    @Override
    public byte[] encode() {
        WireWriter writer = Answer.writer(RESULT_OK);
        grant.write(writer);
        return writer.u64(received).u8(place.code).toBytes();
    }

    static Resumed read(WireReader reader) {
        Grant grant = Grant.read(reader);
        long received = reader.u63();
        return new Resumed(grant, received, Place.of(reader.u8()));
    }
}
