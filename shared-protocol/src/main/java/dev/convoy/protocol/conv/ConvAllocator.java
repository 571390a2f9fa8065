package dev.convoy.protocol.conv;

import dev.convoy.protocol.wire.ServerId;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * Gives out convs one after the other from a range, and never one that is in use or was until lately.
 *
 * <p>Two of the strategies are this class with another range: the <em>global counter</em> (one allocator for
 * everything: a single server) and the <em>segmented</em> one (the range of a server id, or of one of its shards: a
 * cluster, because routers find the node by the high byte). Neither can collide as long as every range has one owner
 * and that owner its memory; an owner that restarts begins elsewhere (see {@code start}), and the odds that its next
 * conv is one of {@code n} that its predecessor left behind are n / range.
 *
 * <p>The cursor wraps, and looks: one call looks at no more than {@value #PROBES_MAX} candidates and puts no more than
 * that many out of quarantine. Memory is in proportion to what is held. Confined to its owner.
 */
public final class ConvAllocator {
    /** How many candidates one call looks at. */
    public static final int PROBES_MAX = 64;

    private static final long IN_USE = Long.MAX_VALUE;

    private final long firstRank;
    private final long count;
    private final int step;
    private final int heldMax;
    private final long quarantineMs;
    /** Every conv that is in use or in quarantine, and until when. */
    private final Map<Integer, Long> heldUntilMs = new HashMap<>();
    /** Those in quarantine, the first to leave it first. */
    private final Deque<Integer> quarantine = new ArrayDeque<>();

    private long cursor;

    ConvAllocator(long firstRank, long count, int step, int heldMax, long quarantineMs, RandomGenerator start) {
        if (heldMax < 1 || heldMax > count)
            throw new IllegalArgumentException("a range of " + count + " cannot hold " + heldMax);
        if (quarantineMs < 0) throw new IllegalArgumentException("a quarantine of " + quarantineMs + " ms");
        this.firstRank = firstRank;
        this.count = count;
        this.step = step;
        this.heldMax = heldMax;
        this.quarantineMs = quarantineMs;
        this.cursor = start.nextLong(count);
    }

    /**
     * The global counter, over all convs.
     *
     * @param heldMax at most so many at a time, in use or in quarantine
     * @param quarantineMs how long a released conv is nobody's: longer than a late datagram can be under way
     * @param start where to begin: a server that always begins at the same number gives its predecessor's convs out again
     */
    public static ConvAllocator global(int heldMax, long quarantineMs, RandomGenerator start) {
        return new ConvAllocator(0, Conv.COUNT, 1, heldMax, quarantineMs, start);
    }

    /** The convs of one server id. */
    public static ConvAllocator segmented(int serverId, int heldMax, long quarantineMs, RandomGenerator start) {
        return segmented(serverId, 0, 1, heldMax, quarantineMs, start);
    }

    /**
     * The convs of one shard of a server id: those whose sequence is {@code shard} mod {@code shards}.
     *
     * @param shards a power of two, at most 16
     */
    public static ConvAllocator segmented(
            int serverId, int shard, int shards, int heldMax, long quarantineMs, RandomGenerator start) {
        if (Integer.bitCount(shards) != 1 || shards > 16 || shard < 0 || shard >= shards)
            throw new IllegalArgumentException("no shard " + shard + " of " + shards);
        if (!ServerId.isValid(serverId)) throw new IllegalArgumentException("no server has the id " + serverId);
        long first = Conv.rank(Conv.of(serverId, shard));
        return new ConvAllocator(first, Conv.SEQUENCES / shards, shards, heldMax, quarantineMs, start);
    }

    /** The next free conv, or why there is none. */
    public Allocation take(long nowMs) {
        endQuarantines(nowMs);
        if (isFull()) return Allocation.Refusal.FULL;
        for (int probe = 0; probe < PROBES_MAX; probe++) {
            int conv = Conv.ofRank(firstRank + cursor * step);
            cursor = cursor + 1 < count ? cursor + 1 : 0;
            if (heldUntilMs.putIfAbsent(conv, IN_USE) == null) return new Allocation.Taken(conv);
        }
        return Allocation.Refusal.SEARCHING;
    }

    /** Takes this conv, as a client proposed it; false when it is held, not of this range, or there is no room. */
    public boolean claim(int conv, long nowMs) {
        endQuarantines(nowMs);
        return covers(conv) && !isFull() && heldUntilMs.putIfAbsent(conv, IN_USE) == null;
    }

    /** The conv is not in use any more: it goes into quarantine. One that was not in use is left as it is. */
    public void release(int conv, long nowMs) {
        if (!isInUse(conv)) return;
        heldUntilMs.put(conv, nowMs + quarantineMs);
        quarantine.addLast(conv);
        endQuarantines(nowMs);
    }

    public boolean isInUse(int conv) {
        Long untilMs = heldUntilMs.get(conv);
        return untilMs != null && untilMs == IN_USE;
    }

    /** True when the word is a conv of this range. */
    public boolean covers(int word) {
        if (!Conv.isLegal(word)) return false;
        long offset = Conv.rank(word) - firstRank;
        return offset >= 0 && offset < count * step && offset % step == 0;
    }

    /** How many are in use or in quarantine. */
    public int held() {
        return heldUntilMs.size();
    }

    private boolean isFull() {
        return heldUntilMs.size() >= heldMax;
    }

    private void endQuarantines(long nowMs) {
        for (int ended = 0; ended < PROBES_MAX; ended++) {
            Integer oldest = quarantine.peekFirst();
            if (oldest == null || heldUntilMs.getOrDefault(oldest, IN_USE) > nowMs) return;
            quarantine.removeFirst();
            heldUntilMs.remove(oldest);
        }
    }
}
