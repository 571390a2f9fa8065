package dev.convoy.protocol.handshake;

import dev.convoy.protocol.wire.ControlType;
import dev.convoy.protocol.wire.LittleEndian;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What message 2 carries: the answer's record behind what the clear header says of it, because the header is not
 * authenticated. A client goes by this, so nobody on the way can make a Redirect of an Accept, or send it elsewhere.
 *
 * <pre>
 * letter u8 · target u8 · record
 * </pre>
 */
public record SealedRecord(ControlType type, int target, byte[] record) {
    private static final int HEAD_BYTES = 2;

    /** The payload for message 2. */
    public byte[] encode() {
        byte[] bytes = new byte[HEAD_BYTES + record.length];
        bytes[0] = (byte) type.magic();
        bytes[1] = (byte) target;
        System.arraycopy(record, 0, bytes, HEAD_BYTES, record.length);
        return bytes;
    }

    /** The record in the payload of message 2, or null when it is none. */
    public static @Nullable SealedRecord parse(byte[] payload) {
        if (payload.length < HEAD_BYTES) return null;
        byte[] magic = new byte[4];
        LittleEndian.putU32(magic, 0, ControlType.ACCEPT.magic());
        magic[0] = payload[0];
        ControlType type = ControlType.of(LittleEndian.u32(magic, 0));
        if (type == null) return null;
        return new SealedRecord(type, payload[1] & 0xFF, Arrays.copyOfRange(payload, HEAD_BYTES, payload.length));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SealedRecord that
                && type == that.type
                && target == that.target
                && Arrays.equals(record, that.record);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(record);
    }

    /** Without the record. */
    @Override
    public String toString() {
        return "SealedRecord(" + type + ", target " + target + ")";
    }
}
