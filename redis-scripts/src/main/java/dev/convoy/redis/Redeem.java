package dev.convoy.redis;

/**
 * A reconnect token, presented.
 *
 * @param sessionId 32 hex digits
 * @param presentedHash of the token: 64 hex digits
 * @param nextHash of its successor, which the caller derives from token and attempt, so that a repetition gives the same: 64 hex digits
 * @param attempt the client's nonce, an unsigned 64-bit number
 * @param conv the new one, an unsigned 32-bit number
 * @param clientGeneration the session's generation as the client knows it
 * @param clientReceived the last message that the client has
 * @param windowMs after which silence the session expires from now on
 */
public record Redeem(
        String sessionId,
        String user,
        String presentedHash,
        String nextHash,
        long attempt,
        int conv,
        long clientGeneration,
        long clientReceived,
        long windowMs) {}
