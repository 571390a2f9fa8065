package dev.convoy.node.session;

import dev.convoy.node.net.Arrival;
import dev.convoy.node.net.BareGrant;
import dev.convoy.node.net.Counters;
import dev.convoy.node.session.ShardCounts.Entry;
import dev.convoy.protocol.conv.Conv;
import dev.convoy.protocol.handshake.Accepted;
import dev.convoy.protocol.handshake.Answer;
import dev.convoy.protocol.handshake.ConnectRequest;
import dev.convoy.protocol.handshake.ProposeRequest;
import dev.convoy.protocol.handshake.ReconnectRequest;
import dev.convoy.protocol.handshake.Redirect;
import dev.convoy.protocol.handshake.Refused;
import dev.convoy.protocol.handshake.Resumed;
import dev.convoy.protocol.wire.ErrorCode;
import dev.convoy.redis.ConvoyRedis;
import dev.convoy.redis.RedisUnavailable;
import dev.convoy.room.AdmissionException;
import io.vertx.core.Future;
import java.util.function.Function;
import java.util.function.Supplier;
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
    /** What a bare request is told where a room wants to know more of somebody than it holds. */
    private static final ErrorCode NEEDS_MORE = ErrorCode.SUITE_REFUSED;

    private final BareNewcomers bare;
    private final ShardCounts counts;
    private final Newcomers newcomers;
    private final Returners returners;

    /** {@code shard} of {@code shards} is the one that this reception serves. */
    public Reception(
            Hall hall,
            ConvoyRedis redis,
            ConvSource convs,
            Secrets secrets,
            IdentityCheck identities,
            NewcomerSettings settings,
            int shard,
            int shards) {
        this.counts = hall.traffic().counts();
        FrontDoor door = new FrontDoor(hall, redis, identities);
        Grants grants = new Grants(hall, convs, secrets);
        ConvClerk clerk = new ConvClerk(hall, convs, settings.conflict(), shard, shards);
        this.bare = new BareNewcomers(hall, door, convs, clerk, settings.bareRoomType(), shard, shards);
        this.newcomers = new Newcomers(hall, redis, door, grants, clerk, secrets, shard, shards);
        this.returners = new Returners(hall, redis, door, grants, secrets);
    }

    /** How often a user may join within a minute, over all nodes: 60 unless it is said; 0 = no limit. */
    public void limitJoins(int perUserAndMinute) {
        newcomers.joins().limit(perUserAndMinute);
    }

    /** A new player. The future never fails. */
    public Future<Answer> connect(ConnectRequest request, Arrival arrival) {
        return answered(() -> newcomers.join(request.join(), arrival)).onSuccess(this::countJoin);
    }

    /** A new player who would like a certain conv. The future never fails. */
    public Future<Answer> propose(ProposeRequest request, Arrival arrival) {
        return answered(() -> newcomers.join(request.join(), arrival.proposing(request.conv())))
                .onSuccess(this::countJoin);
    }

    /**
     * Somebody who speaks KCP and nothing else. The future never fails.
     *
     * @param token of a proposal, which the room gets as the credential
     */
    public Future<BareGrant> bare(Arrival arrival, byte[] token) {
        return answered(() -> bare.join(arrival, token).map(conv -> new BareGrant(conv, 0)), failure -> {
            int code = onFailure(failure) instanceof Refused refused ? refused.code() : ErrorCode.RETRY_LATER.code();
            // 1 is AUTH_ERROR, but REASSIGNED in 12 bytes: what the room wants does not fit into them.
            return new BareGrant(Conv.NONE, code == ErrorCode.AUTH_ERROR.code() ? NEEDS_MORE.code() : code);
        });
    }

    /** A player with a token. The future never fails. */
    public Future<Answer> reconnect(ReconnectRequest request, Arrival arrival) {
        return answered(() -> returners.comeBack(request, arrival)).onSuccess(this::countResume);
    }

    private static Future<Answer> answered(Supplier<Future<Answer>> flow) {
        return answered(flow, Reception::onFailure);
    }

    private static <T> Future<T> answered(Supplier<Future<T>> flow, Function<Throwable, T> otherwise) {
        Future<T> answer;
        try {
            answer = flow.get();
        } catch (RuntimeException e) {
            answer = Future.failedFuture(e);
        }
        return answer.otherwise(otherwise);
    }

    private void countJoin(Answer answer) {
        if (answer instanceof Accepted) counts.entries.count(Entry.JOINED);
        else if (answer instanceof Redirect) counts.entries.count(Entry.JOIN_REDIRECTED);
        else if (answer instanceof Refused refused) count(counts.joinsRefused, refused);
    }

    private void countResume(Answer answer) {
        if (answer instanceof Resumed resumed) {
            boolean isSameNode = resumed.place() == Resumed.Place.SAME_NODE;
            counts.entries.count(isSameNode ? Entry.RESUMED_SAME_NODE : Entry.RESUMED_RESTORED);
        } else if (answer instanceof Redirect) {
            counts.entries.count(Entry.RESUME_REDIRECTED);
        } else if (answer instanceof Refused refused) {
            count(counts.resumesRefused, refused);
        }
    }

    private static void count(Counters<ErrorCode> counters, Refused refused) {
        ErrorCode code = ErrorCode.of(refused.code());
        if (code != null) counters.count(code);
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
