package dev.convoy.protocol.wire;

import java.util.HexFormat;

/** The 128 random bits that name a session for as long as it lives, over every conv it will have. */
public record SessionId(long high, long low) {
    public static final int BYTES = 16;

    /** The id in the 16 bytes at {@code offset}. */
    public static SessionId of(byte[] bytes, int offset) {
        return new SessionId(LittleEndian.u64(bytes, offset), LittleEndian.u64(bytes, offset + 8));
    }

    /** The id of a text that {@link #toString} made. */
    public static SessionId parse(String hex) {
        byte[] bytes = HexFormat.of().parseHex(hex);
        if (bytes.length != BYTES) throw new IllegalArgumentException("a session id is 32 hex digits, not: " + hex);
        return of(bytes, 0);
    }

    public byte[] toBytes() {
        byte[] bytes = new byte[BYTES];
        LittleEndian.putU64(bytes, 0, high);
        LittleEndian.putU64(bytes, 8, low);
        return bytes;
    }

    /** 32 hex digits. */
    @Override
    public String toString() {
        return HexFormat.of().formatHex(toBytes());
    }
}
