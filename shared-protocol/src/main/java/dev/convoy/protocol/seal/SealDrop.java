package dev.convoy.protocol.seal;

import java.util.Locale;

/** Why {@link PacketOpener#open} refused a packet; the value is the label of the metric that counts it. */
public enum SealDrop {
    /** Not refused: the packet is authentic and new. */
    NONE,
    /** No room for conv, counter and tag. */
    TOO_SHORT,
    /** Longer than a packet can be. */
    TOO_LONG,
    /** Another conversation's. */
    WRONG_CONV,
    /** A counter that no key reaches. */
    COUNTER_TOO_HIGH,
    /** So far behind the newest that nobody remembers whether it came. */
    TOO_OLD,
    /** It came already. */
    REPLAYED,
    /** Altered, or sealed under another key. */
    NOT_AUTHENTIC;

    /** The metric's label. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
