package dev.convoy.node.session;

import dev.convoy.node.net.ClientPath;
import dev.convoy.protocol.session.SessionLink;

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

    @Override
    void onDeadline(long nowMs) {
        traffic.onLinkDeadline(this, nowMs);
    }
}
