package dev.convoy.client;

import io.vertx.core.internal.ContextInternal;

/**
 * One timer that is set again and again. A later time does not touch the timer that runs: it goes off, sees that
 * nothing is due and is armed anew, which is cheaper than cancelling one for every datagram. No ticks when nothing
 * is due. Confined to its context.
 */
final class Alarm {
    static final long NEVER = Long.MAX_VALUE;

    private static final long NO_TIMER = -1;

    private final ContextInternal context;
    private final Runnable action;
    private long dueMs = NEVER;
    private long timer = NO_TIMER;
    private long armedForMs;

    Alarm(ContextInternal context, Runnable action) {
        this.context = context;
        this.action = action;
    }

    /** Goes off at that time of {@link MonotonicClock}, once; {@link #NEVER} = not at all. */
    void at(long atMs) {
        dueMs = atMs;
        if (atMs == NEVER || (timer != NO_TIMER && armedForMs <= atMs)) return;
        disarm();
        armedForMs = atMs;
        timer = context.setTimer(Math.max(1, atMs - MonotonicClock.nowMs()), fired -> ring());
    }

    void cancel() {
        dueMs = NEVER;
        disarm();
    }

    private void ring() {
        timer = NO_TIMER;
        if (dueMs == NEVER) return;
        if (MonotonicClock.nowMs() < dueMs) {
            at(dueMs);
            return;
        }
        dueMs = NEVER;
        action.run();
    }

    private void disarm() {
        if (timer != NO_TIMER) context.owner().cancelTimer(timer);
        timer = NO_TIMER;
    }
}
