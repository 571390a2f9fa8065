package dev.convoy.redis;

/** The answer to a reconnect token. Only {@link Rotated} and {@link Repeated} let anybody in. */
public sealed interface Redemption
        permits Redemption.Rotated,
                Redemption.Repeated,
                Redemption.Reused,
                Redemption.Revoked,
                Redemption.Invalid,
                Redemption.WrongUser,
                Redemption.Expired,
                Redemption.Lost,
                Fenced,
                Forgotten {

    /** The token was current: the next one is now. */
    record Rotated(Resumed session) implements Redemption {}

    /** The token had been redeemed by the same attempt, whose answer was lost: the same successor again. */
    record Repeated(Resumed session) implements Redemption {}

    /** A token that had been redeemed came back with another attempt: the session's tokens are now revoked. */
    record Reused() implements Redemption {}

    /** The session's tokens had been revoked. */
    record Revoked(String reason) implements Redemption {
        private static final String REUSE = "reuse";

        /** Because a token was used twice, not on somebody's word. */
        public boolean isReuse() {
            return reason.equals(REUSE);
        }
    }

    /** Unknown session, or neither its current nor its previous token. Nothing has changed. */
    record Invalid() implements Redemption {}

    /** A token of somebody else's session. Nothing has changed. */
    record WrongUser() implements Redemption {}

    /** The session's time has run out; it is about to end. */
    record Expired() implements Redemption {}

    /** Redis has lost what the client knows (a failover): authenticate again, begin afresh. It is not theft. */
    record Lost(long storedGeneration) implements Redemption {}

    /**
     * Where the session stands.
     *
     * @param generation of the session: how often it has been resumed, plus one
     * @param received the last message of the client's that is committed
     * @param sent the last message to the client that is committed
     * @param acked the last of those that the client has
     * @param previousConv to be given back
     * @param expiresInMs when the session is forgotten unless something happens in it
     */
    record Resumed(
            long generation,
            long received,
            long sent,
            long acked,
            String playerId,
            int previousConv,
            long expiresInMs) {}
}
