package dev.convoy.node.session;

import dev.convoy.protocol.peer.PeerAddress;
import dev.convoy.protocol.session.Link;
import dev.convoy.protocol.wire.ErrorCode;
import org.jspecify.annotations.Nullable;

/** One conv of a session on this node: the link, and what carries its datagrams. */
final class Connection extends DeadlineHeap.Entry {
    private static final int RENEW_WITHIN_MS = 10_000;

    final ServerSession session;
    final Link link;
    final Carrier carrier;
    /** Whether something has happened that {@link Traffic#settle} has to see to. */
    boolean isTouched;

    /** When the conv is given up if its client has not used it. */
    final long unusedUntilMs;

    /** Whether somebody else has got the conv: it is not to be released. */
    boolean isEvicted;

    private boolean isRenewalAsked;

    /** Whether the client is to be told that the session is over. */
    private boolean isTold;

    /** When the conv is forgotten at latest; in use until then. */
    long forgottenAtMs = DeadlineHeap.NEVER;
    /** What is to be done when it is. */
    Runnable whenForgotten = () -> {};

    private final Traffic traffic;

    Connection(Traffic traffic, ServerSession session, Link link, Carrier carrier, long unusedUntilMs) {
        this.traffic = traffic;
        this.session = session;
        this.link = link;
        this.carrier = carrier;
        this.unusedUntilMs = unusedUntilMs;
    }

    void sendVolatile(int channel, byte[] message) {
        link.sendVolatile(channel, message);
        traffic.touch(this);
    }

    /** Sends a PEER frame, which may get lost. */
    void sendPeer(byte[] message) {
        link.sendPeer(message, traffic.nowMs());
        traffic.touch(this);
    }

    /** Where the client is as we see it; null when that cannot be told. */
    @Nullable
    PeerAddress observed() {
        return PeerAddress.ofPathHeader(carrier.path().client());
    }

    /** There is something to send. */
    void touch() {
        traffic.touch(this);
    }

    /** Tells the client to come back elsewhere. */
    void goAway(int spreadMs) {
        link.goAway(spreadMs, 0, traffic.nowMs());
        traffic.touch(this);
    }

    /** Tells the client that the session is over; leaves when the conv ends, and again until it was heard. */
    void tell(ErrorCode reason, String detail) {
        isTold = true;
        link.close(reason, detail, traffic.nowMs());
    }

    /** Whether there are last words that the client may not have heard yet; one that never spoke may not know of the conv. */
    boolean hasLastWords() {
        return isTold && link.hasHeard() && !link.isDelivered();
    }

    /** Asks the client once to come back for a new conv with new keys, when those of this one are worn. */
    void renewIfWorn() {
        if (isRenewalAsked || !carrier.isWorn()) return;
        isRenewalAsked = true;
        link.goAway(RENEW_WITHIN_MS, 0, traffic.nowMs());
    }

    /** Whether the session has done with this conv. */
    boolean isOver() {
        return session.connection != this;
    }

    @Override
    void onDeadline(long nowMs) {
        traffic.onLinkDeadline(this, nowMs);
    }
}
