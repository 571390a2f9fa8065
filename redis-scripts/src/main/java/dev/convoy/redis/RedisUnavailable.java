package dev.convoy.redis;

/**
 * Redis did not answer in time, is not reachable, is loading, failing over or full: whatever was asked may or may not have
 * happened, and may be asked again (every step is safe to repeat). The category of this failure is <em>retry</em>.
 */
public final class RedisUnavailable extends RuntimeException {
    RedisUnavailable(String message, Throwable cause) {
        super(message, cause);
    }

    RedisUnavailable(String message) {
        super(message);
    }
}
