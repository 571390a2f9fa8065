package dev.convoy.node.session;

import dev.convoy.node.net.Arrival;
import dev.convoy.node.net.Suite;
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
import dev.convoy.redis.Forgotten;
import dev.convoy.redis.NewSession;
import dev.convoy.redis.Redeem;
import dev.convoy.redis.Redemption;
import dev.convoy.redis.RedisUnavailable;
import dev.convoy.redis.RoomSpec;
import dev.convoy.redis.SessionImage;
import dev.convoy.redis.Users;
import dev.convoy.room.AdmissionException;
import dev.convoy.room.AuthRequest;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
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
    private static final int DETAIL_BYTES_MAX = 160;
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
    public Future<Answer> connect(ConnectRequest request, Arrival arrival) {
        return answered(() -> join(request.join(), arrival));
    }

    /** A player with a token. The future never fails. */
    public Future<Answer> reconnect(ReconnectRequest request, Arrival arrival) {
        return answered(() -> comeBack(request, arrival));
    }

    // ---- new players -----------------------------------------------------------------------------------

    private Future<Answer> join(JoinRequest join, Arrival arrival) {
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
                .compose(room -> room.visit(() -> room.authenticate(authRequest(join, false))
                        .compose(playerId -> admit(room, join.user(), playerId, arrival))));
    }

    private Future<Answer> admit(RoomHost room, String user, String playerId, Arrival arrival) {
        long attempt = arrival.attempt();
        SessionId id = secrets.sessionId(room.roomId(), user, attempt);
        ReconnectToken token = secrets.firstToken(id, attempt);
        ServerSession present = room.sessionOf(user);
        if (present != null && present.connection != null) {
            return Future.succeededFuture(onPresent(room, present, present.connection, id, token, attempt));
        }
        int conv = takeConv();
        if (!room.reserve(user)) {
            convs.release(conv);
            throw retry("somebody of that name is just coming in");
        }
        if (present != null) room.end(present, ErrorCode.REPLACED, "");
        long windowMs = hall.settings().windowMs();
        NewSession session = new NewSession(
                id.toString(),
                user,
                playerId,
                token.hash(),
                conv,
                windowMs,
                hall.settings().absoluteMs());
        hall.register().scheduleEnd(room, id);
        return Future.succeededFuture()
                .compose(now -> hall.hop(redis.sessions().admit(room.roomId(), room.fence(), session)))
                .onComplete(done -> room.unreserve(user))
                .onFailure(failure -> convs.release(conv))
                .map(admission -> {
                    requireAdmitted(admission, room, conv);
                    ServerSession joined = room.join(id, user, playerId);
                    Refused refused = sentAway(room, joined);
                    if (refused != null) {
                        convs.release(conv);
                        return refused;
                    }
                    joined.openedBy = attempt;
                    joined.onGranted(new SessionImage.Tokens(token.hash(), "", 0, ""), 1);
                    room.onConnected(joined, hall.traffic().open(joined, conv, arrival), false);
                    hall.traffic().settle();
                    return new Accepted(grant(room, conv, token, 1), id, room.roomId(), playerId);
                });
    }

    /**
     * The same user again while the first is here. It may be the first's own request, repeated after its answer was
     * lost and forgotten: the same answer then, unless the first has used it.
     */
    private Answer onPresent(
            RoomHost room,
            ServerSession present,
            Connection connection,
            SessionId id,
            ReconnectToken token,
            long attempt) {
        boolean isRepeated = present.id().equals(id) && present.openedBy == attempt;
        if (!isRepeated || connection.link.hasHeard()) return Refused.because(ErrorCode.ALREADY_JOINED, "");
        return new Accepted(grant(room, connection.link.conv(), token, 1), id, room.roomId(), present.playerId());
    }

    /** What to tell a player whom the application has sent away, or whose room has failed, in the moment of coming in. */
    private static @Nullable Refused sentAway(RoomHost room, ServerSession session) {
        if (room.isClosed()) return Refused.because(ErrorCode.ROOM_FAILED, "");
        return room.session(session.id()) == session ? null : Refused.because(ErrorCode.KICKED, "");
    }

    private void requireAdmitted(Admission admission, RoomHost room, int conv) {
        if (admission instanceof Admission.Admitted && !room.isClosed()) return;
        convs.release(conv);
        if (admission instanceof Admission.Refused refused && refused.reason() == Admission.Reason.FULL) {
            throw new AdmissionException(ErrorCode.PLAYER_COUNT_MAX, "");
        }
        if (admission instanceof Forgotten) room.onForgotten();
        else if (!(admission instanceof Admission.Admitted)) room.abandon();
        throw retry("the room has moved");
    }

    // ---- returning players -----------------------------------------------------------------------------

    private Future<Answer> comeBack(ReconnectRequest request, Arrival arrival) {
        return welcome(request.join().user(), hall.open(request.join().roomId(), null, Buffer.buffer()))
                .compose(room -> room.visit(() -> room.authenticate(authRequest(request.join(), true))
                        .compose(playerId -> redeem(room, request, arrival))));
    }

    private Future<Answer> redeem(RoomHost room, ReconnectRequest request, Arrival arrival) {
        long attempt = arrival.attempt();
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
        return Future.succeededFuture()
                .compose(now -> hall.hop(redis.sessions().redeem(room.roomId(), room.fence(), step)))
                .onFailure(failure -> convs.release(conv))
                .compose(redemption -> {
                    Answer refusal = onRedeemed(room, request, attempt, redemption, next);
                    if (refusal != null) convs.release(conv);
                    Answer answer = refusal == null ? resume(room, request, arrival, redemption, conv, next) : refusal;
                    hall.traffic().settle();
                    return redemption instanceof Redemption.Invalid
                            ? whyInvalid(request, answer)
                            : Future.succeededFuture(answer);
                });
    }

    /** A token that is unknown in this room may be one of the same user for another. */
    private Future<Answer> whyInvalid(ReconnectRequest request, Answer invalid) {
        String id = request.session().toString();
        String roomId = request.join().roomId();
        return hall.hop(redis.users().where(request.join().user()))
                .map(places -> places.stream()
                        .anyMatch(place ->
                                place.sessionId().equals(id) && !place.roomId().equals(roomId)))
                .map(isElsewhere -> isElsewhere ? Refused.because(ErrorCode.WRONG_ROOM, "") : invalid)
                .otherwise(invalid);
    }

    /** The answer that takes no new conv; null when the player is to have one. */
    private @Nullable Answer onRedeemed(
            RoomHost room, ReconnectRequest request, long attempt, Redemption redemption, ReconnectToken next) {
        if (redemption instanceof Redemption.Rotated) return unfit(room, request);
        if (redemption instanceof Redemption.Repeated repeated) {
            Answer again = again(room, request, attempt, repeated.session(), next);
            return again == null ? unfit(room, request) : again;
        }
        if (redemption instanceof Redemption.Reused) return onReuse(room, request);
        if (redemption instanceof Redemption.Revoked) return Refused.because(ErrorCode.TOKEN_REUSED, "");
        if (redemption instanceof Redemption.Invalid) return Refused.because(ErrorCode.TOKEN_INVALID, "");
        if (redemption instanceof Redemption.WrongUser) return Refused.because(ErrorCode.WRONG_USER, "");
        if (redemption instanceof Redemption.Expired) return Refused.because(ErrorCode.TOKEN_EXPIRED, "");
        if (redemption instanceof Redemption.Lost) return Refused.because(ErrorCode.SESSION_LOST, "");
        if (redemption instanceof Forgotten) room.onForgotten();
        else room.abandon();
        return Refused.until(ErrorCode.RETRY_LATER, 0);
    }

    /**
     * The same answer again, while the conv lives that it opened: a copy of the request that comes late, on its own or by
     * somebody's hand, must not end a conv in use.
     */
    private @Nullable Answer again(
            RoomHost room, ReconnectRequest request, long attempt, Redemption.Resumed redeemed, ReconnectToken next) {
        ServerSession session = room.session(request.session());
        if (session == null) return null;
        ExpectedReturn expected = session.expected;
        if (expected != null && expected.attempt == attempt)
            return new Resumed(
                    grant(room, expected.conv, next, redeemed.generation()), session.inbox.durable(), place(session));
        if (session.connection == null || session.openedBy != attempt) return null;
        Grant grant = grant(room, session.connection.link.conv(), next, redeemed.generation());
        return new Resumed(grant, session.inbox.durable(), Resumed.Place.SAME_NODE);
    }

    /** Why a session whose token was good cannot go on; null when it can. */
    private static @Nullable Answer unfit(RoomHost room, ReconnectRequest request) {
        ServerSession session = room.session(request.session());
        if (session == null || room.isClosed()) return Refused.because(ErrorCode.SESSION_LOST, "");
        if (session.outbox.acknowledge(request.received())) return null;
        if (room.rollForward(session, request.received())) return null;
        return Refused.because(ErrorCode.SESSION_LOST, "the client has messages that were never sent");
    }

    private Answer resume(
            RoomHost room,
            ReconnectRequest request,
            Arrival arrival,
            Redemption redemption,
            int conv,
            ReconnectToken next) {
        ServerSession session = Objects.requireNonNull(room.session(request.session()));
        Resumed.Place place = place(session);
        String spent = request.token().hash();
        SessionImage.Tokens tokens = new SessionImage.Tokens(next.hash(), spent, arrival.attempt(), "");
        session.onGranted(tokens, generation(redemption));
        if (arrival.suite() == Suite.SEALED) {
            room.expect(session, conv, arrival);
        } else {
            room.disconnect(session);
            session.openedBy = arrival.attempt();
            room.onConnected(session, hall.traffic().open(session, conv, arrival), true);
        }
        Refused refused = sentAway(room, session);
        if (refused != null) return refused;
        return new Resumed(grant(room, conv, next, generation(redemption)), session.inbox.durable(), place);
    }

    private static Resumed.Place place(ServerSession session) {
        return session.isRestored() ? Resumed.Place.RESTORED : Resumed.Place.SAME_NODE;
    }

    private static long generation(Redemption redemption) {
        return redemption instanceof Redemption.Rotated rotated
                ? rotated.session().generation()
                : ((Redemption.Repeated) redemption).session().generation();
    }

    /** A token came back that had been redeemed by somebody else: neither of the two is believed any more. */
    private static Answer onReuse(RoomHost room, ReconnectRequest request) {
        ServerSession session = room.session(request.session());
        if (session != null) room.end(session, ErrorCode.TOKEN_REUSED, "");
        return Refused.because(ErrorCode.TOKEN_REUSED, "");
    }

    // ---- both --------------------------------------------------------------------------------------------

    /** Looks for a ban while the room is being opened, new player or not. */
    private Future<RoomHost> welcome(String user, Future<RoomHost> opening) {
        Future<Optional<Users.Ban>> banned = hall.hop(redis.users().banned(user));
        return Future.join(opening, banned).transform(both -> {
            if (banned.succeeded() && banned.result().isPresent()) {
                String reason = banned.result().get().reason();
                return turnedAway(opening, new AdmissionException(ErrorCode.BANNED, reason));
            }
            return banned.succeeded() ? opening : turnedAway(opening, banned.cause());
        });
    }

    /** A visit that ends at the door, so that a room that was opened for it is not kept. */
    private static Future<RoomHost> turnedAway(Future<RoomHost> opening, Throwable why) {
        return opening.transform(opened ->
                opened.succeeded() ? opened.result().visit(() -> Future.failedFuture(why)) : Future.failedFuture(why));
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
            return new Refused(refusal.code().code(), refusal.retryAfterMs(), shown(refusal.getMessage()));
        }
        if (failure instanceof RedisUnavailable) {
            return Refused.until(ErrorCode.RETRY_LATER, REDIS_RETRY_MS);
        }
        log.error("a handshake failed", failure);
        return Refused.until(ErrorCode.RETRY_LATER, BUSY_RETRY_MS);
    }

    /** A sentence as the wire takes it: bounded, without control characters. */
    private static String shown(@Nullable String detail) {
        if (detail == null) return "";
        StringBuilder shown = new StringBuilder();
        int bytes = 0;
        for (int c : detail.codePoints().toArray()) {
            String next = Character.isISOControl(c) ? " " : Character.toString(c);
            bytes += next.getBytes(StandardCharsets.UTF_8).length;
            if (bytes > DETAIL_BYTES_MAX) break;
            shown.append(next);
        }
        return shown.toString();
    }

    private Grant grant(RoomHost room, int conv, ReconnectToken token, long generation) {
        byte[] resetToken = ResetToken.of(secrets.resetKey(), conv, room.fence().epoch());
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
