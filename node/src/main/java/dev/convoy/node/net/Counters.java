package dev.convoy.node.net;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * One count for each constant of an enum, which is the metric's label. Written on one event loop, with no more than a
 * plain addition; read from any thread, where a count may be a moment old but is never torn.
 */
public final class Counters<E extends Enum<E>> {
    private static final VarHandle COUNT = MethodHandles.arrayElementVarHandle(long[].class);

    private final Class<E> reasons;
    private final long[] counts;

    public Counters(Class<E> reasons) {
        this.reasons = reasons;
        this.counts = new long[reasons.getEnumConstants().length];
    }

    /** What is counted here. */
    public Class<E> reasons() {
        return reasons;
    }

    public void count(E reason) {
        add(reason, 1);
    }

    /** On the owning event loop. */
    @SuppressWarnings("EnumOrdinal") // An array in memory, never written anywhere.
    public void add(E reason, long more) {
        int index = reason.ordinal();
        COUNT.setOpaque(counts, index, counts[index] + more);
    }

    /** Any thread. */
    @SuppressWarnings("EnumOrdinal")
    public long of(E reason) {
        return (long) COUNT.getOpaque(counts, reason.ordinal());
    }
}
