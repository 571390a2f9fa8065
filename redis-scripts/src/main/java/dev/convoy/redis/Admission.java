package dev.convoy.redis;

/** The answer to a player who joins. */
public sealed interface Admission permits Admission.Admitted, Admission.Refused, Fenced, Forgotten {
    /**
     * The player is in.
     *
     * @param expiresInMs when the session is forgotten unless something happens in it
     */
    record Admitted(long expiresInMs) implements Admission {}

    record Refused(Reason reason) implements Admission {}

    enum Reason {
        /** The room has as many sessions as it may. */
        FULL,
        /** The session id is in use. */
        EXISTS
    }
}
