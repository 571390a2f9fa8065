package dev.convoy.protocol.wire;

/**
 * What a router puts in front of a client's datagram on the way to a node, and what the node puts in
 * front of its answer on the way back: whose it is. So the router remembers nothing.
 *
 * <pre>
 *  0               1               2               3
 * +---------------+---------------+---------------+---------------+
 * |  kind u8      |  zero u8      |  client port u16 (LE)         |
 * +---------------+---------------+---------------+---------------+
 * |  client address: 4 bytes (kind 4) or 16 bytes (kind 6), network order
 * +---------------------------------------------------------------
 * |  the datagram as the client sent it, or shall receive it
 * </pre>
 *
 * The highest bit of {@code kind} is the hop bit: a node has passed this datagram on once already, and
 * nobody passes it on again.
 */
public final class PathHeader {
    public static final int KIND_OFFSET = 0;
    public static final int PORT_OFFSET = 2;
    public static final int ADDRESS_OFFSET = 4;
    public static final int KIND_IPV4 = 4;
    public static final int KIND_IPV6 = 6;
    public static final int HOP_BIT = 0x80;
    public static final int IPV4_BYTES = 8;
    public static final int IPV6_BYTES = 20;
    public static final int BYTES_MAX = IPV6_BYTES;

    private PathHeader() {}

    /** The header's length by its first byte: 8 or 20, or 0 when the byte is no path header's. */
    public static int bytes(int kind) {
        return switch (kind & ~HOP_BIT & 0xFF) {
            case KIND_IPV4 -> IPV4_BYTES;
            case KIND_IPV6 -> IPV6_BYTES;
            default -> 0;
        };
    }

    /** True when {@code length} bytes at {@code offset} begin with a whole path header. */
    public static boolean isPresent(byte[] bytes, int offset, int length) {
        if (length < IPV4_BYTES) return false;
        int header = bytes(bytes[offset]);
        return header != 0 && length >= header && bytes[offset + 1] == 0;
    }

    public static boolean hasHopped(byte[] bytes, int offset) {
        return (bytes[offset] & HOP_BIT) != 0;
    }
}
