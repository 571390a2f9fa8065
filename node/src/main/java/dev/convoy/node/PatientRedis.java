package dev.convoy.node;

import dev.convoy.redis.ConvoyRedis;
import dev.convoy.redis.RedisSettings;
import dev.convoy.redis.RedisUnavailable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Connects to a Redis that may be starting at the same time as the node. */
final class PatientRedis {
    private static final Logger log = LoggerFactory.getLogger(PatientRedis.class);
    private static final long PATIENCE_MS = 30_000;
    private static final long PAUSE_MS = 500;

    private PatientRedis() {}

    /**
     * Tries for half a minute; blocks for as long.
     *
     * @throws RedisUnavailable if there is no Redis then either
     */
    static ConvoyRedis connect(RedisSettings settings) throws InterruptedException {
        long giveUpNanos = System.nanoTime() + PATIENCE_MS * 1_000_000;
        while (true) {
            try {
                return ConvoyRedis.connect(settings);
            } catch (RedisUnavailable e) {
                if (System.nanoTime() - giveUpNanos >= 0) throw e;
                log.warn("{}; trying again", e.getMessage());
                Thread.sleep(PAUSE_MS);
            }
        }
    }
}
