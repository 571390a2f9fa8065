package dev.convoy.node.session;

import dev.convoy.node.net.ClientPath;
import dev.convoy.protocol.handshake.Answer;
import dev.convoy.protocol.handshake.ConnectRequest;
import dev.convoy.protocol.handshake.ReconnectRequest;
import dev.convoy.protocol.handshake.Refused;
import dev.convoy.protocol.wire.ErrorCode;
import dev.convoy.redis.ConvoyRedis;
import dev.convoy.redis.RedisUnavailable;
import dev.convoy.room.AdmissionException;
import io.vertx.core.Future;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How players come in, new or returning. Every flow is the same: own the room, ask the application, take a
 * conv, write the step to Redis, and only then change anything here. Whatever goes wrong becomes an answer.
 * Confined to the shard's event loop.
 */
public final class Reception {
    private static final Logger log = LoggerFactory.getLogger(Reception.class);
    private static final int REDIS_RETRY_MS = 500;
    private static final int BUSY_RETRY_MS = 2_000;

    private final Newcomers newcomers;
    private final Returners returners;

    /** {@code shard} of {@code shards} is the one that this reception serves. */
    public Reception(
            Hall hall,
            ConvoyRedis redis,
            ConvSource convs,
            Secrets secrets,
            IdentityCheck identities,
            int shard,
            int shards) {
        FrontDoor door = new FrontDoor(hall, redis, identities);
        Grants grants = new Grants(hall, convs, secrets);
        this.newcomers = new Newcomers(hall, redis, door, grants, secrets, shard, shards);
        this.returners = new Returners(hall, redis, door, grants, secrets);
    }

    /** A new player. The future never fails. */
    public Future<Answer> connect(ConnectRequest request, long attempt, ClientPath path) {
        return answered(() -> newcomers.join(request.join(), attempt, path));
    }

    /** A player with a token. The future never fails. */
    public Future<Answer> reconnect(ReconnectRequest request, long attempt, ClientPath path) {
        return answered(() -> returners.comeBack(request, attempt, path));
    }

    private interface Flow {
        Future<Answer> begin();
    }

    private static Future<Answer> answered(Flow flow) {
        Future<Answer> answer;
        try {
            answer = flow.begin();
        } catch (RuntimeException e) {
            answer = Future.failedFuture(e);
        }
        return answer.otherwise(Reception::onFailure);
    }

    private static Answer onFailure(Throwable failure) {
        if (failure instanceof OwnedElsewhere elsewhere) return elsewhere.redirect();
        if (failure instanceof AdmissionException refusal) {
            String detail = refusal.getMessage();
            return new Refused(refusal.code().code(), refusal.retryAfterMs(), detail == null ? "" : detail);
        }
        if (failure instanceof RedisUnavailable) {
            return Refused.until(ErrorCode.RETRY_LATER, REDIS_RETRY_MS);
        }
        log.error("a handshake failed", failure);
        return Refused.until(ErrorCode.RETRY_LATER, BUSY_RETRY_MS);
    }
}
