package dev.convoy.protocol.conv;

import dev.convoy.protocol.wire.LittleEndian;
import java.util.Arrays;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Kept for reconnection: what a client stores so that it can come back after it was killed.
 *
 * <p>The conv is kept as an <em>address</em>: its server id says whom to ask first. It is never spoken again, because a
 * fresh KCP state under an old conv is a dead link; the token is what lets its holder back in, and the answer brings a
 * new conv. Write it before it is used, to a file of the owner's only, under another name first.
 *
 * <pre>
 * "CVK" · version u8=1 · conv u32 · expires at u64 (ms) · token bytes u8 · token · CRC-32C u32
 * </pre>
 *
 * @param expiresAtMs wall-clock time after which there is no use in trying
 * @param token opaque, at most {@value #TOKEN_BYTES_MAX} bytes
 */
public record KeptConv(int conv, long expiresAtMs, byte[] token) {
    public static final int TOKEN_BYTES_MAX = 64;

    private static final int MAGIC = 0x01_4B5643; // "CVK", version 1
    private static final int TOKEN_OFFSET = 17;
    private static final int CHECK_BYTES = 4;

    public KeptConv {
        if (!Conv.isLegal(conv)) throw new IllegalArgumentException("no conv: " + Conv.toString(conv));
        if (token.length > TOKEN_BYTES_MAX) throw new IllegalArgumentException(token.length + " bytes of token");
    }

    /** The server that had the session, to be named as the target of the request. */
    public int serverId() {
        return Conv.serverId(conv);
    }

    public boolean isExpired(long nowMs) {
        return nowMs >= expiresAtMs;
    }

    public byte[] encode() {
        byte[] bytes = new byte[TOKEN_OFFSET + token.length + CHECK_BYTES];
        LittleEndian.putU32(bytes, 0, MAGIC);
        LittleEndian.putU32(bytes, 4, conv);
        LittleEndian.putU64(bytes, 8, expiresAtMs);
        bytes[16] = (byte) token.length;
        System.arraycopy(token, 0, bytes, TOKEN_OFFSET, token.length);
        LittleEndian.putU32(bytes, TOKEN_OFFSET + token.length, check(bytes));
        return bytes;
    }

    /** What was stored, or null when the bytes are cut, damaged or another program's. */
    public static @Nullable KeptConv parse(byte[] bytes) {
        if (bytes.length < TOKEN_OFFSET + CHECK_BYTES || LittleEndian.u32(bytes, 0) != MAGIC) return null;
        int tokenBytes = bytes[16] & 0xFF;
        boolean whole = tokenBytes <= TOKEN_BYTES_MAX && bytes.length == TOKEN_OFFSET + tokenBytes + CHECK_BYTES;
        if (!whole || LittleEndian.u32(bytes, bytes.length - CHECK_BYTES) != check(bytes)) return null;
        int conv = LittleEndian.u32(bytes, 4);
        if (!Conv.isLegal(conv)) return null;
        byte[] token = Arrays.copyOfRange(bytes, TOKEN_OFFSET, TOKEN_OFFSET + tokenBytes);
        return new KeptConv(conv, LittleEndian.u64(bytes, 8), token);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof KeptConv that
                && conv == that.conv
                && expiresAtMs == that.expiresAtMs
                && Arrays.equals(token, that.token);
    }

    @Override
    public int hashCode() {
        return conv;
    }

    /** Without the token. */
    @Override
    public String toString() {
        return "KeptConv(" + Conv.toString(conv) + ")";
    }

    /** Against damage, not against forgery: whoever can write the file owns the token anyhow. */
    private static int check(byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, bytes.length - CHECK_BYTES);
        return (int) crc.getValue();
    }
}
