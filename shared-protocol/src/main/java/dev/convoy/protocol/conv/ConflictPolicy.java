package dev.convoy.protocol.conv;

import org.jspecify.annotations.Nullable;

/**
 * What happens when a newcomer wants a conv that somebody has. Exactly one of the answers is given: evict the holder
 * if it is idle or timed out, and otherwise what {@code whenBusy} says.
 *
 * <p>Ask only for a newcomer whose address is validated (see the cookie): a spoofed source must not evict anybody.
 *
 * @param idleAfterMs a holder that was not heard for so long may be evicted
 * @param whenBusy {@link Answer#REFUSE} or {@link Answer#REASSIGN}
 */
public record ConflictPolicy(long idleAfterMs, Answer whenBusy) {
    /** What to do with a newcomer. */
    public enum Answer {
        /** No conflict: nobody has the conv. */
        FREE,
        /** No conflict: it is the holder itself, which repeats its request. */
        SAME,
        /** The holder goes, the newcomer gets the conv. */
        EVICT,
        /** The holder stays, the newcomer is told that the conv is in use. */
        REFUSE,
        /** The holder stays, the newcomer gets another conv. */
        REASSIGN
    }

    public ConflictPolicy {
        if (whenBusy != Answer.REFUSE && whenBusy != Answer.REASSIGN)
            throw new IllegalArgumentException("a busy holder is no reason to " + whenBusy);
    }

    /** Protects who is there, and spares the newcomer a round trip: the choice for production. */
    public static ConflictPolicy reassigning(long idleAfterMs) {
        return new ConflictPolicy(idleAfterMs, Answer.REASSIGN);
    }

    /** Protects who is there; for clients that cannot take another conv than their own. */
    public static ConflictPolicy refusing(long idleAfterMs) {
        return new ConflictPolicy(idleAfterMs, Answer.REFUSE);
    }

    /** The answer to a newcomer at {@code from}. */
    public <A> Answer answer(@Nullable ConvHolder<A> holder, A from, long nowMs) {
        if (holder == null) return Answer.FREE;
        if (holder.address().equals(from)) return Answer.SAME;
        boolean isGone = holder.isTimedOut() || nowMs - holder.lastHeardMs() >= idleAfterMs;
        return isGone && !holder.isSealed() ? Answer.EVICT : whenBusy;
    }
}
