package dev.convoy.router;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Collection;
import java.util.EnumMap;
import java.util.Map;

/**
 * How often each {@link Outcome} happened on one event loop. Only that loop counts; anybody may read. A count
 * is one plain addition and one opaque store: no lock, no bus-locking instruction, no allocation.
 */
@SuppressWarnings("EnumOrdinal") // As an array index within one process, never stored.
final class RouterCounters {
    private static final VarHandle COUNT = MethodHandles.arrayElementVarHandle(long[].class);

    /** A cache line of room on both sides: two loops' counters do not slow each other. */
    private static final int PADDING = 8;

    private final long[] counts = new long[Outcome.COUNT + 2 * PADDING];

    void count(Outcome outcome) {
        count(outcome, 1);
    }

    void count(Outcome outcome, long times) {
        int at = outcome.ordinal() + PADDING;
        COUNT.setOpaque(counts, at, counts[at] + times);
    }

    long get(Outcome outcome) {
        return (long) COUNT.getOpaque(counts, outcome.ordinal() + PADDING);
    }

    /** The sums over several loops, every outcome present; each count is exact, but not all of one instant. */
    static Map<Outcome, Long> snapshot(Collection<RouterCounters> loops) {
        Map<Outcome, Long> sums = new EnumMap<>(Outcome.class);
        for (Outcome outcome : Outcome.values()) {
            sums.put(
                    outcome, loops.stream().mapToLong(loop -> loop.get(outcome)).sum());
        }
        return sums;
    }
}
