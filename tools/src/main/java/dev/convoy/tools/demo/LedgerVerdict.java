package dev.convoy.tools.demo;

/**
 * What a player, or all players together, found in the answers; {@link LedgerBook} defines each.
 *
 * @param sent messages accepted by the session
 * @param answered different messages answered
 * @param rolledBack answers that a crash has undone and the player was told of; no mishap
 */
record LedgerVerdict(
        long sent, long answered, long lost, long duplicated, long reordered, long foreign, long rolledBack) {
    static final LedgerVerdict NOTHING_SENT = new LedgerVerdict(0, 0, 0, 0, 0, 0, 0);

    LedgerVerdict plus(LedgerVerdict other) {
        return new LedgerVerdict(
                sent + other.sent,
                answered + other.answered,
                lost + other.lost,
                duplicated + other.duplicated,
                reordered + other.reordered,
                foreign + other.foreign,
                rolledBack + other.rolledBack);
    }

    /** Every message answered exactly once, in order, and nothing else. */
    boolean clean() {
        return lost == 0 && duplicated == 0 && reordered == 0 && foreign == 0;
    }
}
