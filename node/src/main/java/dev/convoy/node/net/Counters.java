package dev.convoy.node.net;

/** One count for each constant of an enum, which is the metric's label. Confined to an event loop. */
public final class Counters<E extends Enum<E>> {
    private final long[] counts;

    public Counters(Class<E> reasons) {
        counts = new long[reasons.getEnumConstants().length];
    }

    @SuppressWarnings("EnumOrdinal") // An array in memory, never written anywhere.
    public void count(E reason) {
        counts[reason.ordinal()]++;
    }

    @SuppressWarnings("EnumOrdinal")
    public long of(E reason) {
        return counts[reason.ordinal()];
    }
}
