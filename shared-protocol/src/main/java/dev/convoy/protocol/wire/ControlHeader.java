package dev.convoy.protocol.wire;

/**
 * The 24 bytes at the front of every control datagram but the seeds' bare ones.
 *
 * <pre>
 *  0               1               2               3
 * +---------------+---------------+---------------+---------------+
 * |  magic u32: "KCP" + type letter                               |
 * +---------------+---------------+---------------+---------------+
 * |  version u8   |  target u8    |  flags u16                    |
 * +---------------+---------------+---------------+---------------+
 * |  affinity u64: hash of the room, the routing key              |
 * |                                                               |
 * +---------------+---------------+---------------+---------------+
 * |  attempt u64: the client's nonce, echoed by every answer      |
 * |                                                               |
 * +---------------+---------------+---------------+---------------+
 * |  body ...
 * </pre>
 */
public final class ControlHeader {
    public static final int VERSION = 1;
    public static final int VERSION_OFFSET = 4;
    public static final int TARGET_OFFSET = 5;
    public static final int FLAGS_OFFSET = 6;
    public static final int AFFINITY_OFFSET = 8;
    public static final int ATTEMPT_OFFSET = 16;
    public static final int BYTES = 24;

    private ControlHeader() {}

    /** Writes a header of this version; the body follows at {@code offset + BYTES}. */
    public static void write(byte[] into, int offset, ControlType type, int target, long affinity, long attempt) {
        LittleEndian.putU32(into, offset, type.magic());
        into[offset + VERSION_OFFSET] = VERSION;
        into[offset + TARGET_OFFSET] = (byte) target;
        LittleEndian.putU16(into, offset + FLAGS_OFFSET, 0);
        LittleEndian.putU64(into, offset + AFFINITY_OFFSET, affinity);
        LittleEndian.putU64(into, offset + ATTEMPT_OFFSET, attempt);
    }

    public static int version(byte[] bytes, int offset) {
        return bytes[offset + VERSION_OFFSET] & 0xFF;
    }

    /** The server id wanted; 0 = any. */
    public static int target(byte[] bytes, int offset) {
        return bytes[offset + TARGET_OFFSET] & 0xFF;
    }

    public static long affinity(byte[] bytes, int offset) {
        return LittleEndian.u64(bytes, offset + AFFINITY_OFFSET);
    }

    public static long attempt(byte[] bytes, int offset) {
        return LittleEndian.u64(bytes, offset + ATTEMPT_OFFSET);
    }
}
