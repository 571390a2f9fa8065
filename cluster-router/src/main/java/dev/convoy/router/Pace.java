package dev.convoy.router;

/**
 * So many a second, and so many at once: the generic cell rate algorithm (ITU-T I.371, annex A), a token bucket whose
 * whole state is one number, the time at which all that was let through would have been due. Times are
 * {@link System#nanoTime} and may wrap.
 */
final class Pace {
    private static final long NANOS_PER_SECOND = 1_000_000_000;

    private final long intervalNs;
    private final long lead;

    /**
     * @param perSecond at least 1
     * @param burst how many may come at once, at least 1
     */
    Pace(long perSecond, long burst) {
        this.intervalNs = Math.max(1, NANOS_PER_SECOND / perSecond);
        this.lead = (burst - 1) * intervalNs;
    }

    /** True when one more may pass now, under a state of {@code dueNs}. */
    boolean permits(long dueNs, long nowNs) {
        return dueNs - nowNs <= lead;
    }

    /** The state after one has passed. */
    long charge(long dueNs, long nowNs) {
        return (dueNs - nowNs > 0 ? dueNs : nowNs) + intervalNs;
    }
}
