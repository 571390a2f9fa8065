package dev.convoy.node.session;

import dev.convoy.protocol.wire.ErrorCode;
import dev.convoy.redis.ConvoyRedis;
import dev.convoy.room.AdmissionException;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How often a user may join, over all nodes. The count is kept in Redis and nobody waits for it: a join that was one too many shows in the
 * refusal of the next. The first join of a user here within a minute is not even counted, so that a crowd of new players
 * costs nothing. Counted are logins that were good: nobody can use up another's turns. Returns are not counted at all.
 *
 * <p>Bounded; confined to the shard's event loop.
 */
final class JoinQuota {
    private static final Logger log = LoggerFactory.getLogger(JoinQuota.class);
    private static final Duration INTERVAL = Duration.ofMinutes(1);
    private static final long REFUSED_MS = 10_000;
    private static final int USERS_KEPT_MAX = 10_000;
    private static final int PER_MINUTE = 60;

    private final Hall hall;
    private final ConvoyRedis redis;
    private int perMinute = PER_MINUTE;
    /** When each user joined here last. */
    private final Map<String, Long> joinedMs = new LinkedHashMap<>();
    /** Until when those are refused who have joined too often. */
    private final Map<String, Long> refusedUntilMs = new LinkedHashMap<>();

    JoinQuota(Hall hall, ConvoyRedis redis) {
        this.hall = hall;
        this.redis = redis;
    }

    /** {@code joinsPerMinute}: 0 = no limit. */
    void limit(int joinsPerMinute) {
        perMinute = joinsPerMinute;
    }

    /**
     * A user, whose login is good, joins.
     *
     * @throws AdmissionException RETRY_LATER when they have done so too often
     */
    void take(String user) {
        if (perMinute == 0) return;
        long nowMs = hall.traffic().nowMs();
        Long untilMs = refusedUntilMs.get(user);
        if (untilMs != null && nowMs < untilMs) {
            throw new AdmissionException(ErrorCode.RETRY_LATER, (int) (untilMs - nowMs), "you join too often");
        }
        Long lastMs = joinedMs.remove(user);
        keep(joinedMs, user, nowMs);
        if (lastMs == null || nowMs - lastMs > INTERVAL.toMillis()) return;
        hall.hop(redis.quotas().take("join", user, perMinute, INTERVAL))
                .onSuccess(hasTurn -> {
                    if (hasTurn) refusedUntilMs.remove(user);
                    else keep(refusedUntilMs, user, hall.traffic().nowMs() + REFUSED_MS);
                })
                .onFailure(failure -> log.debug("a join was not counted: {}", failure.getMessage()));
    }

    private static void keep(Map<String, Long> times, String user, long ms) {
        times.put(user, ms);
        if (times.size() <= USERS_KEPT_MAX) return;
        Iterator<String> oldest = times.keySet().iterator();
        oldest.next();
        oldest.remove();
    }
}
