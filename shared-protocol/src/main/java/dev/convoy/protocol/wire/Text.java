package dev.convoy.protocol.wire;

import java.nio.charset.StandardCharsets;

/** What may stand in a {@code text8}: UTF-8 without control characters, in a bounded number of bytes. */
public final class Text {
    private Text() {}

    /** Whether a reader that allows so many bytes would take the text. */
    public static boolean isValid(String text, int bytesMax) {
        return text.getBytes(StandardCharsets.UTF_8).length <= bytesMax
                && text.codePoints().noneMatch(Text::isForbidden);
    }

    /**
     * The text, when it is valid.
     *
     * @param name of the field, for the exception
     * @throws IllegalArgumentException when it is not
     */
    public static String require(String text, int bytesMax, String name) {
        if (isValid(text, bytesMax)) return text;
        throw new IllegalArgumentException(
                name + " must be text of at most " + bytesMax + " bytes of UTF-8 without control characters");
    }

    /** As much of the text, whole characters, as so many bytes hold; a space for everything that is forbidden. */
    public static String bounded(String text, int bytesMax) {
        StringBuilder bounded = new StringBuilder();
        int bytes = 0;
        for (int at = 0; at < text.length(); ) {
            int character = text.codePointAt(at);
            at += Character.charCount(character);
            int taken = isForbidden(character) ? ' ' : character;
            bytes += utf8Bytes(taken);
            if (bytes > bytesMax) break;
            bounded.appendCodePoint(taken);
        }
        return bounded.toString();
    }

    private static boolean isForbidden(int character) {
        return Character.isISOControl(character)
                || (character >= Character.MIN_SURROGATE && character <= Character.MAX_SURROGATE);
    }

    private static int utf8Bytes(int character) {
        if (character < 0x80) return 1;
        if (character < 0x800) return 2;
        return character < 0x10000 ? 3 : 4;
    }
}
