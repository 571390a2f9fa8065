package dev.convoy.protocol.conv;

/**
 * How likely it is that ids drawn at random from a space meet: the birthday bound, by which the strategies are
 * compared and tested. Exact up to a million ids, Stirling's approximation (relative error below 1e-6) above.
 */
public final class CollisionOdds {
    private static final long EXACT_MAX = 1_000_000;

    private CollisionOdds() {}

    /** The probability, 0 to 1, that any two of {@code ids} uniform ids out of {@code space} are equal. */
    public static double any(long ids, long space) {
        check(ids, space);
        if (ids > space) return 1;
        return -Math.expm1(ids <= EXACT_MAX ? exactLogNone(ids, space) : stirlingLogNone(ids, space));
    }

    /** The probability that the next id is one of {@code held} different ones. */
    public static double next(long held, long space) {
        check(held, space);
        return Math.min(1, (double) held / space);
    }

    /** How many pairs of equal ids to expect among {@code ids}. */
    public static double expectedPairs(long ids, long space) {
        check(ids, space);
        return 0.5 * ids * (ids - 1) / space;
    }

    /** How many ids keep the odds of any collision at or below {@code odds}. */
    public static long idsFor(double odds, long space) {
        if (odds <= 0 || odds >= 1) throw new IllegalArgumentException("odds between 0 and 1, not " + odds);
        long low = 1;
        long high = space;
        while (low < high) {
            long middle = low + (high - low + 1) / 2;
            if (any(middle, space) <= odds) low = middle;
            else high = middle - 1;
        }
        return low;
    }

    private static double exactLogNone(long ids, long space) {
        double log = 0;
        for (long i = 1; i < ids; i++) log += Math.log1p(-(double) i / space);
        return log;
    }

    /** ln(space! / ((space - ids)! · space^ids)) with Stirling's formula for both factorials. */
    private static double stirlingLogNone(long ids, long space) {
        double rest = space - ids;
        if (rest < 1) return -ids;
        return -(rest + 0.5) * Math.log1p(-(double) ids / space) - ids;
    }

    private static void check(long ids, long space) {
        if (ids < 0 || space <= 0) throw new IllegalArgumentException(ids + " ids out of " + space);
    }
}
