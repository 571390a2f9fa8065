package dev.convoy.redis;

/**
 * A player who joins.
 *
 * @param sessionId 32 hex digits
 * @param tokenHash of the first reconnect token: 64 hex digits
 * @param conv an unsigned 32-bit number
 * @param idleMs after which silence the session expires
 * @param absoluteMs after which it expires whatever happens
 */
public record NewSession(
        String sessionId, String user, String playerId, String tokenHash, int conv, long idleMs, long absoluteMs) {}
