package dev.convoy.node.session;

import io.vertx.core.Future;
import java.util.Map;

/** Finds out who somebody is who wants in; asked at every join and every return. */
public interface IdentityCheck {
    /**
     * Who has been found out.
     *
     * @param user 1 to 64 bytes of UTF-8 without control characters
     * @param claims whatever else the login says, for rooms
     */
    record Identity(String user, Map<String, Object> claims) {}

    /**
     * The one who is behind a request. Called on an event loop, which it must not block, and completes there.
     *
     * @param user the name in the request
     * @param credential the login in the request; may be empty
     * @return fails with an {@link dev.convoy.room.AdmissionException}
     */
    Future<Identity> check(String user, byte[] credential);
}
