package dev.convoy.protocol.session;

/** Unsigned LEB128 of at most 63 bits: seven bits a byte, lowest first, the high bit says that more follow. */
final class Varint {
    static final int BYTES_MAX = 9;

    private Varint() {}

    /** Writes {@code value} (not negative) and returns the offset behind it. */
    static int write(byte[] into, int offset, long value) {
        int at = offset;
        long rest = value;
        while (rest >= 0x80) {
            into[at++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        into[at++] = (byte) rest;
        return at;
    }

    static int bytes(long value) {
        return Math.max(1, (63 - Long.numberOfLeadingZeros(value)) / 7 + 1);
    }
}
