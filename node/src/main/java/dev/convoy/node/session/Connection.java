package dev.convoy.node.session;

import dev.convoy.node.net.ClientPath;
import dev.convoy.protocol.session.SessionLink;
import dev.convoy.protocol.wire.ErrorCode;

/** One conv of a session on this node: the link, and the way back to the client. */
final class Connection extends DeadlineHeap.Entry {
    final ServerSession session;
    final SessionLink link;
    ClientPath path;
    /** Whether something has happened that {@link Traffic#settle} has to see to. */
    boolean isTouched;

    private final Traffic traffic;

    Connection(Traffic traffic, ServerSession session, SessionLink link, ClientPath path) {
        this.traffic = traffic;
        this.session = session;
        this.link = link;
        this.path = path;
    }

    void sendVolatile(int channel, byte[] message) {
        link.sendVolatile(channel, message);
        traffic.touch(this);
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

    /** Tells the client that the session is over; leaves when the conv ends. */
    void tell(ErrorCode reason, String detail) {
        link.close(reason, detail, traffic.nowMs());
    }

    @Override
    void onDeadline(long nowMs) {
        traffic.onLinkDeadline(this, nowMs);
    }
}
