package dev.convoy.room;

import io.vertx.core.buffer.Buffer;

/**
 * Who asks to come in.
 *
 * @param user the name given
 * @param credential the login given, e.g. a JWT; may be empty
 * @param password the room password given; may be empty
 * @param returning true when the user comes back to a session with its token
 */
public record AuthRequest(String user, Buffer credential, String password, boolean returning) {}
