package dev.convoy.protocol.kcp;

/**
 * What the conversations of one event loop have sent, all together: their loss, as the sender sees it, is
 * {@code (resentOvertaken + resentTimedOut) / sent}. Confined to that event loop, as the pool that carries it is.
 */
public final class KcpTally {
    long sent;
    long resentOvertaken;
    long resentTimedOut;

    /** Segments with a message in them, those that were sent again included. */
    public long sent() {
        return sent;
    }

    /** Segments sent again because later ones had been acknowledged (fast retransmission). */
    public long resentOvertaken() {
        return resentOvertaken;
    }

    /** Segments sent again because nothing was heard of them in time. */
    public long resentTimedOut() {
        return resentTimedOut;
    }
}
