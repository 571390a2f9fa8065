package dev.convoy.router;

/** One pace for everybody together. Confined to one event loop. */
final class TotalLimiter {
    private final Pace pace;
    private long dueNs;

    TotalLimiter(Pace pace, long nowNs) {
        this.pace = pace;
        this.dueNs = nowNs;
    }

    boolean take(long nowNs) {
        if (!pace.permits(dueNs, nowNs)) return false;
        dueNs = pace.charge(dueNs, nowNs);
        return true;
    }
}
