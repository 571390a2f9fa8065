package dev.convoy.client;

import dev.convoy.protocol.handshake.Refused;
import dev.convoy.protocol.handshake.Resumed;
import io.vertx.core.internal.ContextInternal;
import java.util.random.RandomGenerator;

/**
 * Brings a session back: when an attempt begins, how many there are, and what the user is told. What is asked is
 * the {@link Handshaker}'s business. Confined to its context.
 */
final class Reconnector {
    /** So far the first attempts of many clients that lost the same node are spread, at least. */
    private static final int FIRST_SPREAD_MS = 50;

    private static final long NO_TIMER = -1;

    private final ContextInternal context;
    private final ServiceLine line;
    private final ClientSession session;
    private final RetryPolicy policy;
    private final RandomGenerator chance;
    private long timer = NO_TIMER;
    private boolean asking;
    private boolean cancelled;
    private int attempt;
    private int target;

    Reconnector(
            ContextInternal context,
            ServiceLine line,
            ClientSession session,
            RetryPolicy policy,
            RandomGenerator chance) {
        this.context = context;
        this.line = line;
        this.session = session;
        this.policy = policy;
        this.chance = chance;
    }

    /** True from the beginning of an attempt, not of the delay before it, until its end. */
    boolean isAsking() {
        return asking;
    }

    /** The session has proved to work again: the next outage begins with the first attempt. */
    void reset() {
        attempt = 0;
    }

    /**
     * Comes back, unless an attempt is on its way already.
     *
     * @param wantedTarget the server id to ask first; 0 = any
     * @param delayMs before anything else
     * @param spreadMs and then at a random moment within
     */
    void begin(String reason, int wantedTarget, long delayMs, int spreadMs) {
        if (asking || cancelled) return;
        target = wantedTarget;
        next(reason, delayMs + chance.nextInt(Math.max(spreadMs, FIRST_SPREAD_MS)));
    }

    void cancel() {
        cancelled = true;
        asking = false;
        stopTimer();
        line.handshaker().cancel();
    }

    private void next(String reason, long delayMsMin) {
        stopTimer();
        if (++attempt > policy.attempts()) {
            session.gaveUp(reason);
            return;
        }
        long boundMs = policy.delayMsMax(attempt);
        long delayMs = delayMsMin + (boundMs > 0 ? chance.nextLong(boundMs) : 0);
        timer = context.setTimer(Math.max(1, delayMs), fired -> ask());
        session.reconnecting(new SessionEvent.Reconnecting(attempt, policy.attempts(), delayMs, reason));
    }

    private void ask() {
        timer = NO_TIMER;
        asking = true;
        if (attempt > 1) line.resolveAgain();
        session.pin()
                .compose(pinned -> line.handshaker().ask(session.returnRequest(target), policy.attemptMs()))
                .onSuccess(this::answered)
                .onFailure(this::failed);
    }

    private void answered(Answered answered) {
        if (cancelled) return;
        if (answered.answer() instanceof Resumed resumed) {
            session.comeBack(resumed, answered.keys())
                    .onSuccess(back -> asking = false)
                    .onFailure(this::failed);
        } else if (answered.answer() instanceof Refused refused) {
            asking = false;
            session.refused(refused);
        }
    }

    private void failed(Throwable cause) {
        asking = false;
        if (!cancelled) next(String.valueOf(cause.getMessage()), 0);
    }

    private void stopTimer() {
        if (timer != NO_TIMER) context.owner().cancelTimer(timer);
        timer = NO_TIMER;
    }
}
