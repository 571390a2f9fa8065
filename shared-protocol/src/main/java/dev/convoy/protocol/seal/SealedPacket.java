package dev.convoy.protocol.seal;

import dev.convoy.protocol.wire.LittleEndian;

/**
 * A sealed packet. The KCP datagram's own first word is the clear conv, so the packet is the datagram with a counter
 * behind its conv, the rest encrypted and a tag at the end: {@value #OVERHEAD_BYTES} bytes more.
 *
 * <pre>
 *  0               1               2               3
 * +---------------+---------------+---------------+---------------+
 * |  conv u32, clear: routers go by it                            |
 * +---------------+---------------+---------------+---------------+
 * |  counter u32, clear: 0, 1, 2 … of this direction and key      |
 * +---------------+---------------+---------------+---------------+
 * |  the KCP datagram from its fifth byte on, encrypted ...
 * +---------------------------------------------------------------
 * |  tag, 16 bytes
 * </pre>
 *
 * AES-256-GCM (NIST SP 800-38D) as in a Noise transport message (revision 34, section 5.1 and 12.4): nonce = four zero
 * bytes and the counter as big-endian u64; associated data = the first eight bytes.
 */
public final class SealedPacket {
    public static final int CONV_OFFSET = 0;
    public static final int COUNTER_OFFSET = 4;
    public static final int CIPHERTEXT_OFFSET = 8;
    public static final int TAG_BYTES = 16;
    /** How much longer the packet is than the KCP datagram. */
    public static final int OVERHEAD_BYTES = CIPHERTEXT_OFFSET - 4 + TAG_BYTES;
    /** A packet around a datagram of nothing but its conv. */
    public static final int BYTES_MIN = CIPHERTEXT_OFFSET + TAG_BYTES;
    /** No packet is larger. */
    public static final int BYTES_MAX = 1200;
    /** The mtu to set for KCP under this suite. */
    public static final int PLAIN_BYTES_MAX = BYTES_MAX - OVERHEAD_BYTES;

    /**
     * How many packets a key seals: 2^28, the confidentiality limit of AES-GCM for packets of at most 2^11 bytes with an
     * advantage of 2^-57 (RFC 9001, appendix B.1.1). The limit of forgeries, 2^57, is out of reach.
     */
    public static final long PACKETS_MAX = 1L << 28;

    private SealedPacket() {}

    public static int conv(byte[] bytes, int offset) {
        return LittleEndian.u32(bytes, offset + CONV_OFFSET);
    }

    /** The counter, 0 to 2^32 - 1. */
    public static long counter(byte[] bytes, int offset) {
        return LittleEndian.u32(bytes, offset + COUNTER_OFFSET) & 0xFFFF_FFFFL;
    }
}
