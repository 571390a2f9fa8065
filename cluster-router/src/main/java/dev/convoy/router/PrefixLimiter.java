package dev.convoy.router;

import java.util.Arrays;
import java.util.random.RandomGenerator;

/**
 * A pace for every network prefix, in memory that never grows: two rows of {@value #BUCKETS} buckets, a prefix has one in
 * each row, chosen by two hashes, and is let through while <em>either</em> of its buckets permits (a count-min sketch,
 * Cormode and Muthukrishnan 2005, with buckets in place of counts).
 *
 * <p>A prefix that keeps its pace is held back only if both its buckets are emptied by others. With k prefixes
 * flooding at a time that has the odds (k / {@value #BUCKETS})²: 6·10⁻⁸ for one, 0.06 % for a hundred. The hashes are
 * seeded by chance, so nobody can choose whom to collide with, and seeded anew every minute, so bad luck does not last;
 * each flooding prefix gains one burst a minute by that. However others come and go in its buckets, a prefix never gets more
 * than twice its pace.
 *
 * <p>Confined to one event loop.
 */
final class PrefixLimiter {
    static final int BUCKETS = 4096;
    static final long RESEED_NS = 60_000_000_000L;

    private static final int ROWS = 2;
    private static final int IPV4_BITS = 32;
    private static final int HALF_BITS = 64;
    private static final int INDEX_SHIFT = HALF_BITS - Integer.numberOfTrailingZeros(BUCKETS);

    private final Pace pace;
    private final int ipv4Shift;
    private final int ipv6Shift;
    private final RandomGenerator chance;
    private final long[] dueNs = new long[ROWS * BUCKETS];
    private long firstSeed;
    private long secondSeed;
    private long seededNs;

    /**
     * @param ipv4Bits what a prefix is of an IPv4 address, 1 to 32
     * @param ipv6Bits and of an IPv6 address, 1 to 64
     */
    PrefixLimiter(Pace pace, int ipv4Bits, int ipv6Bits, RandomGenerator chance, long nowNs) {
        this.pace = pace;
        this.ipv4Shift = IPV4_BITS - ipv4Bits;
        this.ipv6Shift = HALF_BITS - ipv6Bits;
        this.chance = chance;
        reseed(nowNs);
    }

    /** True when the prefix of this address may have one more through. */
    boolean take(long high, long low, long nowNs) {
        if (nowNs - seededNs >= RESEED_NS) reseed(nowNs);
        long prefix = Ip.isIpv4(high, low) ? ~(low >>> ipv4Shift) : high >>> ipv6Shift;
        int first = index(prefix, firstSeed);
        int second = BUCKETS + index(prefix, secondSeed);
        boolean isFirst = pace.permits(dueNs[first], nowNs);
        boolean isSecond = pace.permits(dueNs[second], nowNs);
        if (isFirst) dueNs[first] = pace.charge(dueNs[first], nowNs);
        if (isSecond) dueNs[second] = pace.charge(dueNs[second], nowNs);
        return isFirst || isSecond;
    }

    private void reseed(long nowNs) {
        firstSeed = chance.nextLong();
        secondSeed = chance.nextLong();
        seededNs = nowNs;
        Arrays.fill(dueNs, nowNs);
    }

    /** The finaliser of SplitMix64 over prefix and seed, its uppermost bits. */
    private static int index(long prefix, long seed) {
        long z = prefix + seed;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return (int) ((z ^ (z >>> 31)) >>> INDEX_SHIFT);
    }
}
