package dev.convoy.redis;

import java.time.Duration;
import java.util.concurrent.CompletionStage;
import org.redisson.api.RRateLimiter;
import org.redisson.api.RateType;

/**
 * How often a user may do something, whichever nodes they ask: a sliding window that Redisson keeps. Cold: whoever asks does not wait for
 * the answer, but acts on it the next time. Nobody is refused because Redis is away.
 */
public final class Quotas {
    private static final int INTERVALS_KEPT = 2;

    private final Coordination coordination;

    Quotas(Coordination coordination) {
        this.coordination = coordination;
    }

    /**
     * Uses up one of a user's turns.
     *
     * @param what is counted: lower-case letters; each has turns of its own
     * @param turns in each interval; the first caller's number stands as long as anybody asks
     * @return false when none is left in the interval that ends now
     */
    public CompletionStage<Boolean> take(String what, String user, int turns, Duration interval) {
        String key = Keys.quota(what, user);
        return coordination.client().thenCompose(client -> {
            RRateLimiter limiter = client.getRateLimiter(key);
            return limiter.trySetRateAsync(RateType.OVERALL, turns, interval, interval.multipliedBy(INTERVALS_KEPT))
                    .thenCompose(set -> limiter.tryAcquireAsync(1));
        });
    }
}
