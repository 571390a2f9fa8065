package dev.convoy.protocol.kcp;

/** When the next flush by the clock is: every interval, counted from the first one, as in the reference's {@code ikcp_update}. */
final class FlushTimer {
    /** Off by more than this, the clock has jumped: begin anew. */
    private static final int CLOCK_JUMP_MS = 10_000;

    private final int intervalMs;
    private boolean started;
    private int flushAt;

    FlushTimer(int intervalMs) {
        this.intervalMs = intervalMs;
    }

    boolean isStarted() {
        return started;
    }

    /** A flush happens now, outside the timer, and is the first. */
    void start(int now) {
        started = true;
        flushAt = now + intervalMs;
    }

    /** Whether a flush is due; if so, sets the time of the next one. */
    boolean fires(int now) {
        if (!started || hasJumped(now)) {
            started = true;
            flushAt = now;
        }
        if (Serial.isBefore(now, flushAt)) {
            return false;
        }
        flushAt += intervalMs;
        if (!Serial.isBefore(now, flushAt)) {
            flushAt = now + intervalMs;
        }
        return true;
    }

    /** Milliseconds until {@link #fires} will be true. */
    int untilFlush(int now) {
        return started && !hasJumped(now) ? Math.max(0, Serial.difference(flushAt, now)) : 0;
    }

    private boolean hasJumped(int now) {
        int late = Serial.difference(now, flushAt);
        return late >= CLOCK_JUMP_MS || late < -CLOCK_JUMP_MS;
    }
}
