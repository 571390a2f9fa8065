package dev.convoy.client;

import dev.convoy.protocol.handshake.Accepted;
import dev.convoy.protocol.handshake.Answer;
import dev.convoy.protocol.handshake.Envelope;
import dev.convoy.protocol.handshake.Redirect;
import dev.convoy.protocol.handshake.Refused;
import dev.convoy.protocol.handshake.Resumed;
import dev.convoy.protocol.handshake.Retry;
import dev.convoy.protocol.handshake.TransportKeys;
import dev.convoy.protocol.wire.ControlType;
import dev.convoy.protocol.wire.ErrorCode;
import dev.convoy.protocol.wire.ServerId;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * One request and its repeats until there is an answer that means something: says what to send when and to whom,
 * and does nothing itself. Every repeat is the same request with the same attempt, so it does not matter which
 * of them is answered, how often, and by whom.
 *
 * <p><b>Whom to ask.</b> A target (the node of the old conv, or the owner that a Redirect names) gets
 * {@value #TARGET_PATIENCE_MS} ms. Then the request goes to target 0, which the service routes to whoever may take the
 * room. If that node still redirects to the one that was silent, there is nothing to do but to let the dead owner's
 * lease run out and to ask again at that moment. The next server (router) is asked after every time-out, and a new
 * local port is wanted after every third one, because a dead flow of a load balancer is not hashed again while
 * datagrams keep it alive.
 */
final class Handshake {
    /** What has become of it. */
    enum State {
        ASKING,
        /** {@link #answer} is an Accepted, a Resumed, or a refusal that repeating will not change. */
        ANSWERED,
        /** Nobody answered in time; what the last answer was, if any, says {@link #lastRefusal}. */
        EXPIRED
    }

    static final int FIRST_REPEAT_MS = 250;
    static final int TARGET_PATIENCE_MS = 500;
    static final int TIMEOUTS_PER_PORT = 3;

    private static final int REPEAT_MS_MAX = 1_000;
    private static final int TARGET_PATIENCE_MS_MIN = 100;
    private static final int LEASE_MARGIN_MS = 20;
    private static final int SILENT_FOR_MS = 1_000;
    private static final int REDIRECTS_IN_A_ROW_MAX = 4;
    private static final int LATER_MS_MIN = 20;
    private static final int LATER_MS_MAX = 10_000;
    private static final int LATER_TIMES_MAX = 16;
    private static final int AT_ONCE_MS = 32;
    private static final int RETRIES_MAX = 64;
    private static final long NEVER = Long.MAX_VALUE;

    private final ControlType answerType;
    private final RandomGenerator chance;

    /** As it goes out; what changes is its cookie. */
    private Envelope request;

    private State state = State.ASKING;
    private @Nullable Answered answer;
    private @Nullable Refused lastRefusal;
    private long expiresAtMs;
    private long sendAtMs;
    private boolean awaiting;
    private int target;
    private long targetUntilMs = NEVER;
    private int silentTarget;
    private long silentUntilMs;
    private int repeatMs = FIRST_REPEAT_MS;
    private int timeouts;
    private int timeoutsInARow;
    private int redirectsInARow;
    private int laters;
    private int retries;
    private int nows;

    /**
     * @param request a Connect or a Reconnect; its target is asked first
     * @param chance for jitter
     * @param withinMs how long to go on
     */
    Handshake(Envelope request, RandomGenerator chance, int withinMs, long nowMs) {
        this.request = request;
        this.answerType = switch (request.type()) {
            case CONNECT -> ControlType.ACCEPT;
            case PROPOSE -> ControlType.VERDICT;
            default -> ControlType.RESUMED;
        };
        this.chance = chance;
        this.expiresAtMs = nowMs + withinMs;
        this.sendAtMs = nowMs;
        ask(request.target(), TARGET_PATIENCE_MS, nowMs);
    }

    State state() {
        return state;
    }

    /** The answer, once there is one. */
    @Nullable
    Answered answer() {
        return answer;
    }

    /** The last refusal that asked for patience, or that nobody vouches for. */
    @Nullable
    Refused lastRefusal() {
        return lastRefusal;
    }

    /** How many times in all nobody answered in time: the next server is to be asked after each. */
    int timeouts() {
        return timeouts;
    }

    /** How many times since the last answer: a new local port is due at every {@value #TIMEOUTS_PER_PORT}rd. */
    int timeoutsInARow() {
        return timeoutsInARow;
    }

    long nextTimeoutMs() {
        return state == State.ASKING ? Math.min(sendAtMs, expiresAtMs) : NEVER;
    }

    /** The request to send now, or null: ask when {@link #nextTimeoutMs} has come, and after every answer. */
    @Nullable
    Envelope pollTransmit(long nowMs) {
        if (state != State.ASKING) return null;
        if (nowMs >= expiresAtMs) {
            state = State.EXPIRED;
            return null;
        }
        if (nowMs < sendAtMs) return null;
        if (awaiting) timedOut(nowMs);
        awaiting = true;
        sendAtMs = Math.min(nowMs + jittered(repeatMs), targetUntilMs);
        repeatMs = Math.min(repeatMs * 2, REPEAT_MS_MAX);
        return request.withTarget(target);
    }

    /** A control datagram that arrived; false when it is nothing of ours and was ignored. */
    boolean handle(Suite.Reading reading, long nowMs) {
        Envelope envelope = reading.envelope();
        if (state != State.ASKING || envelope.attempt() != request.attempt()) return false;
        if (envelope.type() == ControlType.RETRY) return retried(Retry.parse(envelope), nowMs);
        if (envelope.type() == ControlType.REDIRECT)
            return reading.isAuthentic() && redirected(Redirect.parse(envelope), nowMs);
        Answer opened = envelope.type() == answerType ? answerIn(envelope) : null;
        if (opened == null) return false;
        if (!reading.isAuthentic()) return hinted(opened);
        if (opened instanceof Refused refused) return refused(refused, nowMs);
        return answered(opened, reading.keys());
    }

    private static @Nullable Answer answerIn(Envelope envelope) {
        return envelope.type() == ControlType.RESUMED
                ? Answer.parseResumed(envelope.payload())
                : Answer.parseAccept(envelope.payload());
    }

    /** Shows that we receive at our address, as whoever sent the Retry wants to know first. */
    private boolean retried(@Nullable Retry retry, long nowMs) {
        if (retry == null || ++retries > RETRIES_MAX || !heard()) return false;
        request = request.withCookie(retry.cookie());
        sendAtMs = nowMs;
        return true;
    }

    /** Anybody may have said so: it is shown when there is no better answer in the end, and changes nothing. */
    private boolean hinted(Answer opened) {
        if (!(opened instanceof Refused refused)) return false;
        lastRefusal = refused;
        return true;
    }

    private boolean answered(Answer given, @Nullable TransportKeys keys) {
        boolean usable = given instanceof Refused
                || (given instanceof Accepted accepted
                        && ServerId.isValid(ServerId.of(accepted.grant().conv())))
                || (given instanceof Resumed resumed
                        && ServerId.isValid(ServerId.of(resumed.grant().conv())));
        if (!usable) return false;
        answer = new Answered(given, keys);
        state = State.ANSWERED;
        return true;
    }

    private boolean refused(Refused refused, long nowMs) {
        ErrorCode error = ErrorCode.of(refused.code());
        ErrorCode.Retry retry = error == null ? ErrorCode.Retry.NEVER : error.retry();
        boolean isFinal = retry == ErrorCode.Retry.NEVER || retry == ErrorCode.Retry.JOIN_ANEW;
        if (isFinal || error == ErrorCode.CONV_IN_USE) return answered(refused, null);
        if (!heard()) return false;
        lastRefusal = refused;
        if (retry == ErrorCode.Retry.LATER) {
            later(refused.retryAfterMs(), nowMs);
        } else {
            askAnybody(chance.nextInt(Math.min(AT_ONCE_MS << Math.min(nows++, 10), REPEAT_MS_MAX)), nowMs);
        }
        return true;
    }

    /** The same node is asked again, and the time that it asked for is not held against it. */
    private void later(int retryAfterMs, long nowMs) {
        int waitMs = Math.max(LATER_MS_MIN, Math.min(retryAfterMs < 0 ? LATER_MS_MAX : retryAfterMs, LATER_MS_MAX));
        int jitteredMs = waitMs + chance.nextInt(waitMs / 2 + 1);
        if (++laters <= LATER_TIMES_MAX) expiresAtMs += jitteredMs;
        sendAtMs = nowMs + jitteredMs;
        repeatMs = FIRST_REPEAT_MS;
        if (target != 0) targetUntilMs = sendAtMs + TARGET_PATIENCE_MS;
    }

    private boolean redirected(@Nullable Redirect redirect, long nowMs) {
        if (redirect == null || !ServerId.isValid(redirect.serverId()) || redirect.serverId() == target) return false;
        if (!heard()) return false;
        boolean known = redirect.serverId() == silentTarget && nowMs < silentUntilMs;
        if (known || ++redirectsInARow > REDIRECTS_IN_A_ROW_MAX) {
            askAnybody(untilLeaseEnds(redirect) + chance.nextInt(LEASE_MARGIN_MS), nowMs);
        } else {
            ask(redirect.serverId(), untilLeaseEnds(redirect), nowMs);
            repeatMs = FIRST_REPEAT_MS;
            sendAtMs = nowMs;
        }
        return true;
    }

    /** The owner is asked, or waited for, until its lease has run out, but never for long without asking again. */
    private static int untilLeaseEnds(Redirect redirect) {
        int leaseMs = Math.min(redirect.leaseMs(), TARGET_PATIENCE_MS - LEASE_MARGIN_MS) + LEASE_MARGIN_MS;
        return Math.max(leaseMs, TARGET_PATIENCE_MS_MIN);
    }

    /** The first answer to what was sent last counts; others are its echoes. */
    private boolean heard() {
        boolean first = awaiting;
        awaiting = false;
        if (first) timeoutsInARow = 0;
        return first;
    }

    private void timedOut(long nowMs) {
        timeouts++;
        timeoutsInARow++;
        if (target == 0 || nowMs < targetUntilMs) return;
        repeatMs = FIRST_REPEAT_MS;
        giveUpTarget(nowMs);
    }

    private void askAnybody(int waitMs, long nowMs) {
        if (target != 0) giveUpTarget(nowMs);
        redirectsInARow = 0;
        sendAtMs = nowMs + waitMs;
    }

    private void giveUpTarget(long nowMs) {
        silentTarget = target;
        silentUntilMs = nowMs + SILENT_FOR_MS;
        ask(0, 0, nowMs);
    }

    private void ask(int serverId, int patienceMs, long nowMs) {
        target = serverId;
        targetUntilMs = serverId == 0 ? NEVER : nowMs + patienceMs;
    }

    private int jittered(int ms) {
        return ms - ms / 8 + chance.nextInt(ms / 4 + 1);
    }
}
