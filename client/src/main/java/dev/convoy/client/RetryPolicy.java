package dev.convoy.client;

/**
 * How hard a client tries to come back. The first attempt of a return begins at once (with a little jitter);
 * attempt {@code n} after it begins at a random moment within {@code firstDelayMs · 2^(n-2)} of the failure of the
 * one before (<em>full jitter</em>, so that the clients of a lost node do not come back in waves). One attempt is
 * one handshake with all its repeats.
 *
 * @param attempts how many before the session is given up
 * @param firstDelayMs bound of the delay before the second attempt; it doubles from attempt to attempt
 * @param attemptMs how long one attempt waits for an answer
 * @param joinMs how long the first join waits for an answer
 */
public record RetryPolicy(int attempts, int firstDelayMs, int attemptMs, int joinMs) {
    /** Five attempts, 1 s doubling, 4 s each; 10 s for the first join. */
    public static final RetryPolicy DEFAULT = new RetryPolicy(5, 1_000, 4_000, 10_000);

    private static final int DELAY_MS_MAX = 60_000;

    public RetryPolicy {
        require(attempts >= 1 && attempts <= 1_000, "attempts", attempts);
        require(firstDelayMs >= 1 && firstDelayMs <= DELAY_MS_MAX, "firstDelayMs", firstDelayMs);
        require(attemptMs >= 100, "attemptMs", attemptMs);
        require(joinMs >= 100, "joinMs", joinMs);
    }

    public RetryPolicy withAttempts(int value) {
        return new RetryPolicy(value, firstDelayMs, attemptMs, joinMs);
    }

    public RetryPolicy withFirstDelayMs(int value) {
        return new RetryPolicy(attempts, value, attemptMs, joinMs);
    }

    public RetryPolicy withAttemptMs(int value) {
        return new RetryPolicy(attempts, firstDelayMs, value, joinMs);
    }

    public RetryPolicy withJoinMs(int value) {
        return new RetryPolicy(attempts, firstDelayMs, attemptMs, value);
    }

    /** The bound of the random delay before an attempt, counted from 1. */
    long delayMsMax(int attempt) {
        if (attempt <= 1) return 0;
        return Math.min((long) firstDelayMs << Math.min(attempt - 2, 20), DELAY_MS_MAX);
    }

    private static void require(boolean holds, String name, int value) {
        if (!holds) throw new IllegalArgumentException(name + " is out of bounds: " + value);
    }
}
