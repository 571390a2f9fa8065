package dev.convoy.protocol.wire;

import org.jspecify.annotations.Nullable;

/** The control datagrams. The type's letter is the lowest byte of the magic {@code "KCP" + letter}. */
public enum ControlType {
    CONNECT('1'),
    ACCEPT('2'),
    PROPOSE('3'),
    VERDICT('4'),
    RECONNECT('5'),
    RESUMED('6'),
    RETRY('7'),
    RESET('8'),
    PROBE('9'),
    PROBE_REPLY('A'),
    REDIRECT('B');

    private static final int MAGIC_HIGH = 0x4B435000; // "KCP" in the three high bytes
    private static final @Nullable ControlType[] BY_LETTER = new ControlType[256];

    static {
        for (ControlType type : values()) BY_LETTER[type.letter] = type;
    }

    private final char letter;

    ControlType(char letter) {
        this.letter = letter;
    }

    /** The first word of the datagram, e.g. {@code 0x4B435031} for "KCP1". */
    public int magic() {
        return MAGIC_HIGH | letter;
    }

    /** The type of a first word, or null when it is no magic that we know. */
    public static @Nullable ControlType of(int firstWord) {
        return (firstWord & 0xFFFFFF00) == MAGIC_HIGH ? BY_LETTER[firstWord & 0xFF] : null;
    }
}
