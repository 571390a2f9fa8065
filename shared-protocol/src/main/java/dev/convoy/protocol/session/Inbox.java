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

    /** No session lives to see this number, and the stores count exactly up to it. */
    private static final long FIRST_NUMBER_MAX = 1L << 52;

    private final boolean followsStates;
    private long received;
    private long durable;
    private boolean beginsAnywhere;

    public Inbox(long received) {
        this(received, false);
    }

    private Inbox(long received, boolean followsStates) {
        this.received = received;
        this.durable = received;
        this.followsStates = followsStates;
    }

    /** A client's: a state of the room may leave out the numbers before it, because it stands for them. */
    public static Inbox ofClient(long received) {
        return new Inbox(received, true);
    }

    /** Everything is forgotten, and the peer goes on where it is: its next number is the first. */
    public void beginAnywhere() {
        beginsAnywhere = true;
    }

    /** Whether the peer's next number is the first. */
    public boolean beginsAnywhere() {
        return beginsAnywhere;
    }

    public Verdict accept(long seq) {
        if (seq <= received) return Verdict.DUPLICATE;
        boolean isFirst = beginsAnywhere && seq <= FIRST_NUMBER_MAX;
        if (seq != received + 1 && !isFirst) return Verdict.GAP;
        beginsAnywhere = false;
        received = seq;
        return Verdict.DELIVER;
    }

    /** The number of a {@link FrameType#STATE}. */
    Verdict acceptState(long seq) {
        if (!followsStates || seq <= received) return accept(seq);
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
