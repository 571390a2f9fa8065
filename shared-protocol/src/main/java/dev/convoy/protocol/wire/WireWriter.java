package dev.convoy.protocol.wire;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Writes the fields of a handshake or session record one after the other; grows as needed, not for the hot path. */
public final class WireWriter {
    private byte[] bytes = new byte[512];
    private int length;

    public WireWriter u8(int value) {
        room(1);
        bytes[length++] = (byte) value;
        return this;
    }

    public WireWriter u16(int value) {
        room(2);
        LittleEndian.putU16(bytes, length, value);
        length += 2;
        return this;
    }

    public WireWriter u32(int value) {
        room(4);
        LittleEndian.putU32(bytes, length, value);
        length += 4;
        return this;
    }

    public WireWriter u64(long value) {
        room(8);
        LittleEndian.putU64(bytes, length, value);
        length += 8;
        return this;
    }

    public WireWriter raw(byte[] value) {
        room(value.length);
        System.arraycopy(value, 0, bytes, length, value.length);
        length += value.length;
        return this;
    }

    /** Bytes with their length in a u16 in front; ours to keep below 65536. */
    public WireWriter bytes16(byte[] value) {
        if (value.length > 0xFFFF) throw new IllegalArgumentException("more than 65535 bytes: " + value.length);
        return u16(value.length).raw(value);
    }

    /** Text in UTF-8 with its length in bytes in a u8 in front. */
    public WireWriter text8(String value) {
        byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
        if (utf8.length > 0xFF) throw new IllegalArgumentException("more than 255 bytes of UTF-8: " + utf8.length);
        return u8(utf8.length).raw(utf8);
    }

    public int length() {
        return length;
    }

    public byte[] toBytes() {
        return Arrays.copyOf(bytes, length);
    }

    private void room(int more) {
        if (length + more > bytes.length) bytes = Arrays.copyOf(bytes, Math.max(length + more, bytes.length * 2));
    }
}
