package dev.convoy.redis;

import java.util.List;

/**
 * A session as Redis knows it.
 *
 * @param sessionId 32 hex digits
 * @param generation how often it has been resumed, plus one
 * @param conv an unsigned 32-bit number
 * @param received the last message of the client's that is committed
 * @param sent the last message to the client that is committed
 * @param acked the last of those that the client has
 * @param online whether the client was there when it was last heard of; the node may have died since
 * @param idleMs after which silence the session expires
 * @param expiresInMs when it expires, from now; not positive: it has
 * @param absoluteInMs when it expires whatever happens, from now
 * @param outbox the messages that the client has not acknowledged, in order, the last being {@code sent}
 */
public record SessionImage(
        String sessionId,
        String user,
        String playerId,
        Tokens tokens,
        long generation,
        int conv,
        long received,
        long sent,
        long acked,
        boolean online,
        long idleMs,
        long expiresInMs,
        long absoluteInMs,
        List<OutboxEntry> outbox) {

    public SessionImage {
        outbox = List.copyOf(outbox);
    }

    /**
     * Which tokens are good.
     *
     * @param currentHash 64 hex digits
     * @param previousHash of the token that was redeemed last; empty: none was
     * @param attempt which redeemed it
     * @param revoked why none of them is good any more; empty: they are
     */
    public record Tokens(String currentHash, String previousHash, long attempt, String revoked) {}
}
