package dev.convoy.protocol.session;

/** Looks out for an end that wants to be called at once, and again, and again: a busy loop. */
final class SimWatch {
    /** A segment that timed out while others overtook it is looked at twice, like in the reference. */
    private static final int AT_ONCE_MAX = 3;

    private int atOnce;

    /** To be told after everything was done that was due at {@code nowMs}. */
    void isDueAt(long dueMs, long nowMs) {
        atOnce = dueMs > nowMs ? 0 : atOnce + 1;
        if (atOnce > AT_ONCE_MAX) throw new AssertionError("due at " + dueMs + " again and again, now " + nowMs);
    }
}
