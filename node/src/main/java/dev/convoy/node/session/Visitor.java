package dev.convoy.node.session;

import dev.convoy.protocol.handshake.JoinRequest;
import dev.convoy.protocol.handshake.ReconnectRequest;
import dev.convoy.room.AuthRequest;
import io.vertx.core.buffer.Buffer;
import java.util.Map;

/**
 * Somebody at the door whose login has been checked.
 *
 * @param join what they asked for, in the name that the login says
 */
record Visitor(JoinRequest join, Map<String, Object> claims) {
    static Visitor of(JoinRequest asked, IdentityCheck.Identity identity) {
        JoinRequest join = new JoinRequest(
                identity.user(),
                asked.credential(),
                asked.roomType(),
                asked.roomId(),
                asked.password(),
                asked.options());
        return new Visitor(join, identity.claims());
    }

    String user() {
        return join.user();
    }

    /** The request in the name that the login says. */
    ReconnectRequest sends(ReconnectRequest request) {
        return new ReconnectRequest(
                request.session(), request.token(), request.oldConv(), request.generation(), request.received(), join);
    }

    AuthRequest authRequest(boolean returning) {
        return new AuthRequest(user(), claims, Buffer.buffer(join.credential()), join.password(), returning);
    }
}
