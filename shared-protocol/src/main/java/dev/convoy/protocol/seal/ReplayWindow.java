package dev.convoy.protocol.seal;

/**
 * Remembers which of the last {@value #WINDOW} counters have come: the sliding bitmap without shifting of RFC 6479. One
 * word of the ring is always being cleared ahead, so the window is a word smaller than the ring. Confined to its owner.
 */
public final class ReplayWindow {
    /** How far behind the newest a counter may be. */
    public static final int WINDOW = 1984;

    private static final int WORD_BITS = Long.SIZE;
    private static final int WORDS = WINDOW / WORD_BITS + 1;

    private final long[] ring = new long[WORDS];
    private long next;

    /** True when the counter is neither too old nor known. */
    public boolean isNew(long counter) {
        return !isTooOld(counter) && (counter >= next || (ring[word(counter)] & bit(counter)) == 0);
    }

    /** True when the counter is behind the window. */
    public boolean isTooOld(long counter) {
        return counter < next - WINDOW;
    }

    /** True when the counter is higher than every one that has come. */
    public boolean isNewest(long counter) {
        return counter >= next;
    }

    /** Remembers a counter that {@link #isNew}; only after its packet has been authenticated. */
    public void accept(long counter) {
        if (counter >= next) {
            clear(counter);
            next = counter + 1;
        }
        ring[word(counter)] |= bit(counter);
    }

    /** Clears the words that the window enters with this counter. */
    private void clear(long counter) {
        long from = next == 0 ? -1 : (next - 1) / WORD_BITS;
        long to = counter / WORD_BITS;
        for (long word = Math.max(from, to - WORDS) + 1; word <= to; word++) ring[(int) (word % WORDS)] = 0;
    }

    private static int word(long counter) {
        return (int) (counter / WORD_BITS % WORDS);
    }

    private static long bit(long counter) {
        return 1L << (counter % WORD_BITS);
    }
}
