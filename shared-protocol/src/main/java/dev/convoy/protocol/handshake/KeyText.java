package dev.convoy.protocol.handshake;

import java.util.Base64;
import java.util.HexFormat;

/** Keys as text: 64 hex digits, or base64 with or without its padding. */
final class KeyText {
    private static final int HEX_DIGITS = 2 * X25519.KEY_BYTES;

    private KeyText() {}

    /** The 32 bytes of a key; whatever is wrong with the text, it is not repeated in the exception. */
    static byte[] parse(String text) {
        String trimmed = text.strip();
        byte[] raw;
        try {
            raw = trimmed.length() == HEX_DIGITS
                    ? HexFormat.of().parseHex(trimmed)
                    : Base64.getDecoder().decode(trimmed);
        } catch (IllegalArgumentException e) {
            raw = new byte[0];
        }
        if (raw.length != X25519.KEY_BYTES)
            throw new IllegalArgumentException("a key is 64 hex digits or the base64 of 32 bytes");
        return raw;
    }

    static String hex(byte[] raw) {
        return HexFormat.of().formatHex(raw);
    }

    static String base64(byte[] raw) {
        return Base64.getEncoder().encodeToString(raw);
    }
}
