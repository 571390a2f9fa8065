package dev.convoy.room;

import io.vertx.core.buffer.Buffer;
import java.util.Map;

/**
 * Who asks to come in.
 *
 * @param user the name: the login's subject, or, on a node that lets anybody in, the one given
 * @param claims of the login that the node has checked, e.g. {@code exp}, {@code roles}; empty on a node that lets anybody in
 * @param credential the login as given, e.g. a JWT; may be empty
 * @param password the room password given; may be empty; checked already if the room has one
 * @param returning true when the user comes back to a session with its token
 */
public record AuthRequest(
        String user, Map<String, Object> claims, Buffer credential, String password, boolean returning) {
    /** Without the credential and the password. */
    @Override
    public String toString() {
        return "AuthRequest(" + user + (returning ? ", returning)" : ")");
    }
}
