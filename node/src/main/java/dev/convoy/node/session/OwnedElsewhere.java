package dev.convoy.node.session;

import dev.convoy.protocol.handshake.Redirect;

/** The room is another node's. */
final class OwnedElsewhere extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient Redirect redirect;

    OwnedElsewhere(Redirect redirect) {
        super("owned by node " + redirect.serverId(), null, false, false);
        this.redirect = redirect;
    }

    Redirect redirect() {
        return redirect;
    }
}
