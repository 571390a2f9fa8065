package dev.convoy.node.session;

import dev.convoy.node.net.Arrival;
import dev.convoy.node.net.Suite;
import dev.convoy.protocol.handshake.Answer;
import dev.convoy.protocol.handshake.Grant;
import dev.convoy.protocol.handshake.ReconnectRequest;
import dev.convoy.protocol.handshake.ReconnectToken;
import dev.convoy.protocol.handshake.Refused;
import dev.convoy.protocol.handshake.Resumed;
import dev.convoy.protocol.wire.ErrorCode;
import dev.convoy.redis.ConvoyRedis;
import dev.convoy.redis.Forgotten;
import dev.convoy.redis.Redeem;
import dev.convoy.redis.Redemption;
import dev.convoy.redis.Revocation;
import dev.convoy.redis.SessionImage;
import dev.convoy.room.AdmissionException;
import io.vertx.core.Future;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** How a player with a token comes back: it is redeemed last, when nothing else can refuse them. Confined to the shard's event loop. */
final class Returners {
    private static final long DURABLE_WITHIN_MS = 2_000;
    private static final int DURABLE_RETRY_MS = 50;
    private static final int SERVER_ID_SHIFT = 24;

    private final Hall hall;
    private final ConvoyRedis redis;
    private final FrontDoor door;
    private final Grants grants;
    private final Secrets secrets;

    Returners(Hall hall, ConvoyRedis redis, FrontDoor door, Grants grants, Secrets secrets) {
        this.hall = hall;
        this.redis = redis;
        this.door = door;
        this.grants = grants;
        this.secrets = secrets;
    }

    Future<Answer> comeBack(ReconnectRequest request, Arrival arrival) {
        return door.identify(request.join()).compose(visitor -> {
            String tokenHash = request.token().hash();
            Refused farewell = hall.farewells()
                    .to(request.session(), tokenHash, hall.traffic().nowMs());
            if (farewell != null) return Future.succeededFuture(farewell);
            ReconnectRequest theirs = visitor.sends(request);
            Future<Void> check = door.check(visitor.user());
            int lastOwner = request.oldConv() >>> SERVER_ID_SHIFT;
            return door.welcome(check, hall.open(request.join().roomId(), null, lastOwner))
                    .compose(room -> room.visit(() -> room.door()
                            .requirePassword(visitor.join().password())
                            .compose(right -> room.authenticate(visitor.authRequest(true)))
                            .compose(playerId -> redeem(room, theirs, check, arrival))));
        });
    }

    private Future<Answer> redeem(RoomHost room, ReconnectRequest request, Future<Void> check, Arrival arrival) {
        long attempt = arrival.attempt();
        int conv = grants.takeConv();
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
        return redeem(room, request, step, check)
                .onFailure(failure -> grants.giveBack(conv))
                .compose(redemption -> {
                    hall.traffic().counts().count(redemption);
                    Answer refusal = onRedeemed(room, request, attempt, redemption, next);
                    if (refusal != null) grants.giveBack(conv);
                    Answer answer = refusal == null ? resume(room, request, arrival, redemption, conv, next) : refusal;
                    hall.traffic().settle();
                    if (redemption instanceof Redemption.Invalid) return whyInvalid(request, answer);
                    return answer instanceof Resumed resumed
                            ? whenDurable(room, request, resumed)
                            : Future.succeededFuture(answer);
                });
    }

    /**
     * A client that was started again without its outbox says something else under the numbers behind what it is told here; so
     * nothing may turn up later that it was not told of.
     */
    private Future<Answer> whenDurable(RoomHost room, ReconnectRequest request, Resumed resumed) {
        ServerSession session = room.seats().of(request.session());
        if (session == null || session.inbox.durable() == session.inbox.received()) {
            return Future.succeededFuture(resumed);
        }
        room.commitSoon();
        AdmissionException tooLate =
                new AdmissionException(ErrorCode.RETRY_LATER, DURABLE_RETRY_MS, "the room is being made durable");
        return hall.inTime(session.whenDurable(), DURABLE_WITHIN_MS, tooLate)
                .map(durable -> new Resumed(resumed.grant(), session.inbox.durable(), resumed.place()));
    }

    /**
     * Redeems a token in one round trip with the question whether its user is banned. Whoever is, and has a good token, has spent it: the
     * session ends.
     */
    private Future<Redemption> redeem(RoomHost room, ReconnectRequest request, Redeem step, Future<Void> check) {
        Future<Redemption> redeemed = Future.succeededFuture()
                .compose(now -> hall.hop(redis.sessions().redeem(room.roomId(), room.fence(), step)));
        return Future.join(redeemed, check).transform(both -> {
            if (both.succeeded()) return redeemed;
            Throwable why = check.failed() ? check.cause() : both.cause();
            ServerSession session = room.seats().of(request.session());
            boolean isTheirs =
                    redeemed.result() instanceof Redemption.Rotated || redeemed.result() instanceof Redemption.Repeated;
            if (why instanceof AdmissionException && isTheirs && session != null) {
                room.end(session, ErrorCode.BANNED, String.valueOf(why.getMessage()));
                hall.traffic().settle();
            }
            return Future.failedFuture(why);
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
        if (redemption instanceof Redemption.Revoked revoked) return why(revoked);
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
        ServerSession session = room.seats().of(request.session());
        if (session == null) return null;
        ExpectedReturn expected = session.expected;
        if (expected != null && expected.attempt == attempt)
            return new Resumed(
                    grants.of(room, expected.conv, next, redeemed.generation()),
                    session.inbox.durable(),
                    place(session));
        if (session.connection == null || session.openedBy != attempt) return null;
        Grant grant = grants.of(room, session.connection.link.conv(), next, redeemed.generation());
        return new Resumed(grant, session.inbox.durable(), Resumed.Place.SAME_NODE);
    }

    /** Whoever's tokens somebody has revoked is told why. */
    private static Answer why(Redemption.Revoked revoked) {
        if (revoked.isReuse()) return Refused.because(ErrorCode.TOKEN_REUSED, "");
        Revocation why = Revocation.parse(revoked.reason());
        ErrorCode code = why.kind() == Revocation.Kind.BANNED ? ErrorCode.BANNED : ErrorCode.KICKED;
        return Refused.because(code, why.detail());
    }

    /** Why a session whose token was good cannot go on; null when it can. */
    private @Nullable Answer unfit(RoomHost room, ReconnectRequest request) {
        ServerSession session = room.seats().of(request.session());
        if (session == null || room.isClosed()) return Refused.because(ErrorCode.SESSION_LOST, "");
        ServerSession.Doubt doubt = session.doubtAt(request.received());
        if (doubt != null) {
            session.rollBack(request.received(), doubt);
            hall.traffic().counts().gaps.count(ShardCounts.Gap.ROLLED_BACK);
            return null;
        }
        if (session.outbox.acknowledge(request.received())) return null;
        hall.traffic().counts().gaps.count(ShardCounts.Gap.NEVER_SENT);
        return Refused.because(ErrorCode.SESSION_LOST, "the client has messages that were never sent");
    }

    private Answer resume(
            RoomHost room,
            ReconnectRequest request,
            Arrival arrival,
            Redemption redemption,
            int conv,
            ReconnectToken next) {
        ServerSession session = Objects.requireNonNull(room.seats().of(request.session()));
        Resumed.Place place = place(session);
        String spent = request.token().hash();
        SessionImage.Tokens tokens = new SessionImage.Tokens(next.hash(), spent, arrival.attempt(), "");
        session.onGranted(tokens, generation(redemption));
        if (arrival.suite() == Suite.SEALED) {
            Succession.expect(session, hall, conv, arrival);
        } else {
            room.presence().disconnect(session);
            session.openedBy = arrival.attempt();
            room.presence().connected(session, hall.traffic().open(session, conv, arrival), true);
        }
        Refused refused = Grants.sentAway(room, session);
        if (refused != null) return refused;
        return new Resumed(grants.of(room, conv, next, generation(redemption)), session.inbox.durable(), place);
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
        ServerSession session = room.seats().of(request.session());
        if (session != null) room.end(session, ErrorCode.TOKEN_REUSED, "");
        return Refused.because(ErrorCode.TOKEN_REUSED, "");
    }
}
