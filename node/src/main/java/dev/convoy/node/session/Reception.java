package dev.convoy.node.session;

import dev.convoy.node.net.ClientPath;
import dev.convoy.protocol.handshake.Accepted;
import dev.convoy.protocol.handshake.Answer;
import dev.convoy.protocol.handshake.ConnectRequest;
import dev.convoy.protocol.handshake.Grant;
import dev.convoy.protocol.handshake.JoinRequest;
import dev.convoy.protocol.handshake.ReconnectRequest;
import dev.convoy.protocol.handshake.ReconnectToken;
import dev.convoy.protocol.handshake.Refused;
import dev.convoy.protocol.handshake.ResetToken;
import dev.convoy.protocol.handshake.Resumed;
import dev.convoy.protocol.wire.Affinity;
import dev.convoy.protocol.wire.ErrorCode;
import dev.convoy.protocol.wire.SessionId;
import dev.convoy.redis.Admission;
import dev.convoy.redis.ConvoyRedis;
import dev.convoy.redis.NewSession;
import dev.convoy.redis.Redeem;
import dev.convoy.redis.Redemption;
import dev.convoy.redis.RedisUnavailable;
import dev.convoy.redis.RoomSpec;
import dev.convoy.redis.Users;
import dev.convoy.room.AdmissionException;
import dev.convoy.room.AuthRequest;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Optional;
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
    private static final String DEFAULT_ROOM_TYPE = "echo";

    private final Hall hall;
    private final ConvoyRedis redis;
    private final ConvSource convs;
    private final Secrets secrets;
    private final int shard;
    private final int shards;
    private final SecureRandom random = new SecureRandom();

    /** {@code shard} of {@code shards} is the one that this reception serves. */
    public Reception(Hall hall, ConvoyRedis redis, ConvSource convs, Secrets secrets, int shard, int shards) {
        this.hall = hall;
        this.redis = redis;
        this.convs = convs;
        this.secrets = secrets;
        this.shard = shard;
        this.shards = shards;
    }

    /** A new player. The future never fails. */
    public Future<Answer> connect(ConnectRequest request, long attempt, ClientPath path) {
        return answered(() -> join(request.join(), attempt, path));
    }

    /** A player with a token. The future never fails. */
    public Future<Answer> reconnect(ReconnectRequest request, long attempt, ClientPath path) {
        return answered(() -> comeBack(request, attempt, path));
    }

    // ---- new players -----------------------------------------------------------------------------------

    private Future<Answer> join(JoinRequest join, long attempt, ClientPath path) {
        if (!join.password().isEmpty()) {
            throw new AdmissionException(ErrorCode.BAD_REQUEST, "room passwords are not supported by this version");
        }
        if (hall.sessionCount() >= hall.settings().sessionsMax()) {
            throw new AdmissionException(ErrorCode.NO_CONV_FREE, BUSY_RETRY_MS, "this shard is full");
        }
        String type = join.roomType().isEmpty() ? DEFAULT_ROOM_TYPE : join.roomType();
        RoomSpec spec = hall.specOf(type);
        String roomId = join.roomId().isEmpty() ? roomOfOnesOwn() : join.roomId();
        return welcome(join.user(), hall.open(roomId, spec, Buffer.buffer(join.options())))
                .compose(room -> room.authenticate(authRequest(join, false))
                        .compose(playerId -> admit(room, join.user(), playerId, attempt, path)));
    }

    private Future<Answer> admit(RoomHost room, String user, String playerId, long attempt, ClientPath path) {
        replaceAbsent(room, user);
        if (!room.reserve(user)) throw new AdmissionException(ErrorCode.ALREADY_JOINED, "");
        int conv = takeConv();
        SessionId id = secrets.sessionId(room.roomId(), user, attempt);
        ReconnectToken token = secrets.firstToken(id, attempt);
        long windowMs = hall.settings().windowMs();
        NewSession session = new NewSession(
                id.toString(),
                user,
                playerId,
                token.hash(),
                conv,
                windowMs,
                hall.settings().absoluteMs());
        hall.scheduleEnd(room, id);
        return hall.hop(redis.sessions().admit(room.roomId(), room.fence(), session))
                .onComplete(done -> room.unreserve(user))
                .onFailure(failure -> convs.release(conv))
                .map(admission -> {
                    requireAdmitted(admission, room, conv);
                    ServerSession joined = room.join(id, user, playerId);
                    room.onConnected(joined, hall.traffic().open(joined, conv, path), false);
                    hall.traffic().settle();
                    return new Accepted(grant(conv, token, 1), id, room.roomId(), playerId);
                });
    }

    /** The same user again while the first is away gives the first up; while they are here, the second is refused. */
    private static void replaceAbsent(RoomHost room, String user) {
        ServerSession present = room.sessionOf(user);
        if (present == null) return;
        if (present.isOnline()) throw new AdmissionException(ErrorCode.ALREADY_JOINED, "");
        room.end(present, ErrorCode.REPLACED, "");
        if (room.isClosed()) throw retry("the room was just closed");
    }

    private void requireAdmitted(Admission admission, RoomHost room, int conv) {
        if (admission instanceof Admission.Admitted && !room.isClosed()) return;
        convs.release(conv);
        if (admission instanceof Admission.Refused refused && refused.reason() == Admission.Reason.FULL) {
            throw new AdmissionException(ErrorCode.PLAYER_COUNT_MAX, "");
        }
        if (!(admission instanceof Admission.Admitted)) room.abandon();
        throw retry("the room has moved");
    }

    // ---- returning players -----------------------------------------------------------------------------

    private Future<Answer> comeBack(ReconnectRequest request, long attempt, ClientPath path) {
        return welcome(request.join().user(), hall.open(request.join().roomId(), null, Buffer.buffer()))
                .compose(room -> room.authenticate(authRequest(request.join(), true))
                        .compose(playerId -> redeem(room, request, attempt, path)));
    }

    private Future<Answer> redeem(RoomHost room, ReconnectRequest request, long attempt, ClientPath path) {
        int conv = takeConv();
        ReconnectToken next = request.token().successor(secrets.tokenKey(), request.session(), attempt);
        Redeem step = new Redeem(
                request.session().toString(),
                request.join().user(),
                request.token().hash(),
                next.hash(),
                attempt,
                conv,
                request.generation(),
                request.received(),
                hall.settings().windowMs());
        return hall.hop(redis.sessions().redeem(room.roomId(), room.fence(), step))
                .onFailure(failure -> convs.release(conv))
                .compose(redemption -> {
                    Answer answer = onRedeemed(room, request, redemption, conv, next, path);
                    if (answer instanceof Refused) convs.release(conv);
                    hall.traffic().settle();
                    return redemption instanceof Redemption.Invalid
                            ? whyInvalid(request, answer)
                            : Future.succeededFuture(answer);
                });
    }

    /** A token that is unknown in this room may be one of the same user for another. */
    private Future<Answer> whyInvalid(ReconnectRequest request, Answer invalid) {
        String id = request.session().toString();
        return hall.hop(redis.users().where(request.join().user()))
                .map(places ->
                        places.stream().anyMatch(place -> place.sessionId().equals(id))
                                ? Refused.because(ErrorCode.WRONG_ROOM, "")
                                : invalid)
                .otherwise(invalid);
    }

    private Answer onRedeemed(
            RoomHost room,
            ReconnectRequest request,
            Redemption redemption,
            int conv,
            ReconnectToken next,
            ClientPath path) {
        if (redemption instanceof Redemption.Rotated rotated) {
            return resume(room, request, rotated.session(), conv, next, path);
        }
        if (redemption instanceof Redemption.Repeated repeated) {
            return resume(room, request, repeated.session(), conv, next, path);
        }
        if (redemption instanceof Redemption.Reused) return onReuse(room, request);
        if (redemption instanceof Redemption.Revoked) return Refused.because(ErrorCode.TOKEN_REUSED, "");
        if (redemption instanceof Redemption.Invalid) return Refused.because(ErrorCode.TOKEN_INVALID, "");
        if (redemption instanceof Redemption.WrongUser) return Refused.because(ErrorCode.WRONG_USER, "");
        if (redemption instanceof Redemption.Expired) return Refused.because(ErrorCode.TOKEN_EXPIRED, "");
        if (redemption instanceof Redemption.Lost) return Refused.because(ErrorCode.SESSION_LOST, "");
        return onMoved(room);
    }

    private Answer resume(
            RoomHost room,
            ReconnectRequest request,
            Redemption.Resumed redeemed,
            int conv,
            ReconnectToken next,
            ClientPath path) {
        ServerSession session = room.session(request.session());
        if (session == null || room.isClosed()) return Refused.because(ErrorCode.SESSION_LOST, "");
        boolean isKnown = session.outbox.acknowledge(request.received());
        if (!isKnown && !room.rollForward(session, request.received())) {
            return Refused.because(ErrorCode.SESSION_LOST, "the client has messages that were never sent");
        }
        room.disconnect(session);
        Resumed.Place place = session.isRestored() ? Resumed.Place.RESTORED : Resumed.Place.SAME_NODE;
        room.onConnected(session, hall.traffic().open(session, conv, path), true);
        return new Resumed(grant(conv, next, redeemed.generation()), session.inbox.durable(), place);
    }

    /** A token came back that had been redeemed by somebody else: neither of the two is believed any more. */
    private static Answer onReuse(RoomHost room, ReconnectRequest request) {
        ServerSession session = room.session(request.session());
        if (session != null) room.end(session, ErrorCode.TOKEN_REUSED, "");
        return Refused.because(ErrorCode.TOKEN_REUSED, "");
    }

    private static Answer onMoved(RoomHost room) {
        room.abandon();
        return Refused.until(ErrorCode.RETRY_LATER, 0);
    }

    // ---- both --------------------------------------------------------------------------------------------

    /** Looks for a ban while the room is being opened, new player or not. */
    private Future<RoomHost> welcome(String user, Future<RoomHost> opening) {
        Future<Optional<Users.Ban>> banned = hall.hop(redis.users().banned(user));
        return Future.join(opening, banned).transform(both -> {
            if (banned.succeeded() && banned.result().isPresent()) {
                String reason = banned.result().get().reason();
                return Future.failedFuture(new AdmissionException(ErrorCode.BANNED, reason));
            }
            return banned.succeeded() ? opening : Future.failedFuture(banned.cause());
        });
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
            String detail = refusal.getMessage() == null ? "" : refusal.getMessage();
            return new Refused(refusal.code().code(), refusal.retryAfterMs(), detail);
        }
        if (failure instanceof RedisUnavailable) {
            return Refused.until(ErrorCode.RETRY_LATER, REDIS_RETRY_MS);
        }
        log.error("a handshake failed", failure);
        return Refused.until(ErrorCode.RETRY_LATER, BUSY_RETRY_MS);
    }

    private Grant grant(int conv, ReconnectToken token, long generation) {
        byte[] resetToken =
                ResetToken.of(secrets.resetKey(), conv, hall.ownership().epoch());
        return new Grant(
                conv, token, resetToken, generation, (int) hall.settings().windowMs());
    }

    private int takeConv() {
        int conv = convs.take();
        if (conv != ConvSource.NONE) return conv;
        throw new AdmissionException(ErrorCode.NO_CONV_FREE, BUSY_RETRY_MS, "this node has no conv free");
    }

    /** A name for a room that nobody asked for by name; its hash has to lead back to this shard. */
    private String roomOfOnesOwn() {
        while (true) {
            String roomId = "own-" + HexFormat.of().toHexDigits(random.nextLong());
            if (Affinity.shard(Affinity.ofRoom(roomId), shards) == shard) return roomId;
        }
    }

    private static AuthRequest authRequest(JoinRequest join, boolean returning) {
        return new AuthRequest(join.user(), Buffer.buffer(join.credential()), join.password(), returning);
    }

    private static AdmissionException retry(String detail) {
        return new AdmissionException(ErrorCode.RETRY_LATER, 0, detail);
    }
}
