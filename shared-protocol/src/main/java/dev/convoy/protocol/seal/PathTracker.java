package dev.convoy.protocol.seal;

import org.jspecify.annotations.Nullable;

/**
 * Where to send to a peer that may change its address at any time.
 *
 * <p>An address is adopted only from an authentic packet whose counter is the highest so far: a copy of a packet, sent from
 * elsewhere, is either refused as a replay or not the newest. Somebody on the way who overtakes the original can still
 * move the path once, so a new address is on probation until it has answered: at most
 * {@value #AMPLIFICATION_MAX} times the bytes that came from it go to it (RFC 9000, section 8), and if no answer comes in
 * time the path goes back to the last address that had answered. The peer's next packet from its true address moves
 * it back at once.
 *
 * <p>On {@link Step#ADOPTED}, send a PING with a random nonce and call {@link #challenge}; give PONGs to {@link #onAnswer}. Two
 * addresses are remembered, whatever comes. Confined to its owner.
 *
 * @param <A> an address, with {@code equals}
 */
public final class PathTracker<A> {
    public static final int AMPLIFICATION_MAX = 3;

    /** What an authentic packet did to the path. */
    public enum Step {
        /** It came from where we send to. */
        SAME,
        /** It came from elsewhere, but is not the newest: the path stays. */
        LATE,
        /** The peer has moved to an address that has to answer yet: challenge it. */
        ADOPTED,
        /** The peer is back at the last address that had answered. */
        RETURNED
    }

    private final long answerWithinMs;
    private long highestCounter = -1;
    private A proven;
    private @Nullable A candidate;
    private long budgetBytes;
    private long nonce;
    private boolean isChallenged;
    private long answerByMs;

    /**
     * A tracker for a peer whose first address has been validated by the handshake.
     *
     * @param answerWithinMs how long a new address has to answer
     */
    public PathTracker(A proven, long answerWithinMs) {
        this.proven = proven;
        this.answerWithinMs = answerWithinMs;
    }

    /**
     * An authentic packet came.
     *
     * @param counter of the packet; each comes once, because the opener refuses replays
     * @param bytes of the packet as it came
     */
    public Step onAuthentic(A from, long counter, int bytes, long nowMs) {
        boolean isNewest = counter > highestCounter;
        if (isNewest) highestCounter = counter;
        boolean isCandidate = from.equals(candidate);
        if (isCandidate) budgetBytes += (long) AMPLIFICATION_MAX * bytes;
        if (from.equals(address())) return Step.SAME;
        if (!isNewest) return Step.LATE;
        if (from.equals(proven)) {
            abandon();
            return Step.RETURNED;
        }
        candidate = from;
        budgetBytes = (long) AMPLIFICATION_MAX * bytes;
        isChallenged = false;
        answerByMs = nowMs + answerWithinMs;
        return Step.ADOPTED;
    }

    /** The nonce of the PING that was sent to the adopted address. */
    public void challenge(long pingNonce) {
        isChallenged = candidate != null;
        nonce = pingNonce;
    }

    /** A PONG came in an authentic packet; true when it proves the adopted address. */
    public boolean onAnswer(long pongNonce, A from) {
        A adopted = candidate;
        if (adopted == null || !isChallenged || pongNonce != nonce || !from.equals(adopted)) return false;
        proven = adopted;
        abandon();
        return true;
    }

    /** Where to send to. */
    public A address() {
        A adopted = candidate;
        return adopted == null ? proven : adopted;
    }

    /** True while the address has to answer yet. */
    public boolean isOnProbation() {
        return candidate != null;
    }

    /** True when a packet of that size may be sent to {@link #address} now; it is then counted as sent. */
    public boolean spend(int bytes) {
        if (candidate == null) return true;
        if (bytes > budgetBytes) return false;
        budgetBytes -= bytes;
        return true;
    }

    /** Goes back to the proven address when the adopted one did not answer in time; true when it did so. */
    public boolean handleTimeout(long nowMs) {
        if (candidate == null || nowMs < answerByMs) return false;
        abandon();
        return true;
    }

    /** When {@link #handleTimeout} has something to do; {@code Long.MAX_VALUE} when nothing is open. */
    public long nextTimeoutMs() {
        return candidate == null ? Long.MAX_VALUE : answerByMs;
    }

    private void abandon() {
        candidate = null;
        isChallenged = false;
    }
}
