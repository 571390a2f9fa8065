package dev.convoy.protocol.conv;

import dev.convoy.protocol.wire.Affinity;
import java.util.random.RandomGenerator;

/**
 * Time + random: a client names its own conv by the second it starts in and 16 random bits.
 *
 * <p>For a LAN, a demo or a proposal that a server verifies. Only ids of the same second can collide (the seconds
 * come round after {@value #SECONDS} s, 18 hours, so a server that keeps sessions longer has to look): the odds for
 * n clients in one second are those of n draws from {@value #RANDOMS}.
 *
 * <pre>
 * rank = (seconds mod 64768) · 65536 + random 16
 * </pre>
 */
public final class TimeRandomConv {
    /** How many random values a second has. */
    public static final int RANDOMS = 1 << 16;
    /** After how many seconds the time part repeats. */
    public static final int SECONDS = (int) (Conv.COUNT / RANDOMS);
    /** After how many seconds the time part of {@link #inSegment} repeats. */
    public static final int SEGMENT_SECONDS = Conv.SEQUENCES / RANDOMS;

    /** How many low bits of a conv may choose a shard: a node has at most 16. */
    static final int ROOM_BITS = 4;

    private TimeRandomConv() {}

    /**
     * A conv out of all.
     *
     * @param nowMs wall-clock time, the same epoch for all clients
     */
    public static int of(long nowMs, RandomGenerator random) {
        return Conv.ofRank(Math.floorMod(seconds(nowMs), (long) SECONDS) * RANDOMS + random.nextInt(RANDOMS));
    }

    /** A conv in the segment of one server, which is the only kind that this server can accept as proposed. */
    public static int inSegment(int serverId, long nowMs, RandomGenerator random) {
        int second = (int) Math.floorMod(seconds(nowMs), (long) SEGMENT_SECONDS);
        return Conv.of(serverId, second * RANDOMS + random.nextInt(RANDOMS));
    }

    /**
     * A proposal of the low 24 bits for a session in a room, before it is known which server will answer: time + random
     * without a server id, and with the low {@value #ROOM_BITS} bits that lead to the room's shard on any node, however many
     * shards it has. 8 bits of seconds, 12 random ones.
     *
     * @param affinity of the room
     */
    public static int forRoom(long affinity, long nowMs, RandomGenerator random) {
        int second = (int) Math.floorMod(seconds(nowMs), (long) SEGMENT_SECONDS);
        int free = second * (RANDOMS >> ROOM_BITS) + random.nextInt(RANDOMS >> ROOM_BITS);
        return free << ROOM_BITS | Affinity.shard(affinity, 1 << ROOM_BITS);
    }

    /** The odds that any two of {@code clients} that start in the same second collide. */
    public static double oddsInOneSecond(long clients) {
        return CollisionOdds.any(clients, RANDOMS);
    }

    /** The odds of any collision when {@code clients} start in every second, over {@code seconds} of at most one round. */
    public static double odds(long clients, long seconds) {
        if (seconds > SECONDS) throw new IllegalArgumentException("more than one round: " + seconds + " s");
        return -Math.expm1(seconds * Math.log1p(-oddsInOneSecond(clients)));
    }

    private static long seconds(long nowMs) {
        return Math.floorDiv(nowMs, 1000L);
    }
}
