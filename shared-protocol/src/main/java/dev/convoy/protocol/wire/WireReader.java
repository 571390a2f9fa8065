package dev.convoy.protocol.wire;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Reads the fields of a record that a stranger sent. It never throws: a field that is not there whole, or
 * longer than allowed, reads as zero or empty and makes {@link #isIntact} false, which the caller asks
 * once at the end.
 */
public final class WireReader {
    private final byte[] bytes;
    private final int end;
    private int position;
    private boolean intact = true;

    public WireReader(byte[] bytes, int offset, int length) {
        this.bytes = bytes;
        this.position = offset;
        this.end = offset + length;
    }

    public int u8() {
        return take(1) ? bytes[position - 1] & 0xFF : 0;
    }

    public int u16() {
        return take(2) ? LittleEndian.u16(bytes, position - 2) : 0;
    }

    public int u32() {
        return take(4) ? LittleEndian.u32(bytes, position - 4) : 0;
    }

    public long u64() {
        return take(8) ? LittleEndian.u64(bytes, position - 8) : 0;
    }

    /** A u32 below 2^31, as all times in milliseconds are. */
    public int u31() {
        int value = u32();
        intact &= value >= 0;
        return Math.max(0, value);
    }

    /** A u64 below 2^63, as all numbers of messages are. */
    public long u63() {
        long value = u64();
        intact &= value >= 0;
        return Math.max(0, value);
    }

    public byte[] raw(int length) {
        return take(length) ? Arrays.copyOfRange(bytes, position - length, position) : new byte[0];
    }

    /** Bytes behind a u16 length of at most {@code bytesMax}. */
    public byte[] bytes16(int bytesMax) {
        int length = u16();
        return raw(length <= bytesMax ? length : Integer.MAX_VALUE);
    }

    /** Well-formed UTF-8 without control characters behind a u8 length of at most {@code bytesMax}. */
    public String text8(int bytesMax) {
        int length = u8();
        byte[] utf8 = raw(length <= bytesMax ? length : Integer.MAX_VALUE);
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(utf8))
                    .toString();
            if (text.chars().anyMatch(Character::isISOControl)) intact = false;
            return intact ? text : "";
        } catch (CharacterCodingException e) {
            intact = false;
            return "";
        }
    }

    /** Bytes that have not been read. */
    public int remaining() {
        return end - position;
    }

    /** True as long as every field asked for was there, whole and within its bound. */
    public boolean isIntact() {
        return intact;
    }

    private boolean take(int length) {
        if (!intact || length > end - position) {
            intact = false;
            return false;
        }
        position += length;
        return true;
    }
}
