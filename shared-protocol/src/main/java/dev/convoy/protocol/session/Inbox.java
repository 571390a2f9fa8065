package dev.convoy.protocol.session;

/**
 * What has arrived in one direction of a session: the number of the last message received, and of the last
 * one that would survive this process. Only the second is told to the peer, who keeps the rest.
 * Confined to its session's event loop.
 */
public final class Inbox {
    /** What to do with a message of some number. */
    public enum Verdict {
        DELIVER,
        /** Delivered before: the peer sent it again after a return. */
        DUPLICATE,
        /** Numbers are missing before it, which a reliable conv cannot do: the peer is broken. */
        GAP
    }

    private long received;
    private long durable;

    public Inbox(long received) {
        this.received = received;
        this.durable = received;
    }

    public Verdict accept(long seq) {
        if (seq <= received) return Verdict.DUPLICATE;
        if (seq != received + 1) return Verdict.GAP;
        received = seq;
        return Verdict.DELIVER;
    }

    /** What was received and is not durable was never taken: it comes once more. */
    public void rewind() {
        received = durable;
    }

    /** Messages up to {@code seq} would survive this process. */
    public void makeDurable(long seq) {
        durable = Math.max(durable, Math.min(seq, received));
    }

    public long received() {
        return received;
    }

    /** What may be acknowledged. */
    public long durable() {
        return durable;
    }
}
