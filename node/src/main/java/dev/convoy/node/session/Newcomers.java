package dev.convoy.node.session;

import dev.convoy.node.net.Arrival;
import dev.convoy.protocol.handshake.Accepted;
import dev.convoy.protocol.handshake.Answer;
import dev.convoy.protocol.handshake.JoinRequest;
import dev.convoy.protocol.handshake.ReconnectToken;
import dev.convoy.protocol.handshake.Refused;
import dev.convoy.protocol.wire.Affinity;
import dev.convoy.protocol.wire.ErrorCode;
import dev.convoy.protocol.wire.SessionId;
import dev.convoy.redis.Admission;
import dev.convoy.redis.ConvoyRedis;
import dev.convoy.redis.Forgotten;
import dev.convoy.redis.NewSession;
import dev.convoy.redis.SessionImage;
import dev.convoy.room.AdmissionException;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.function.Supplier;

/** How a player joins: the record that lets them return is made first. Confined to the shard's event loop. */
final class Newcomers {
    private static final int BUSY_RETRY_MS = 2_000;
    private static final String DEFAULT_ROOM_TYPE = "echo";

    private final Hall hall;
    private final ConvoyRedis redis;
    private final FrontDoor door;
    private final Grants grants;
    private final ConvClerk clerk;
    private final Secrets secrets;
    private final JoinQuota joins;
    private final int shard;
    private final int shards;

    Newcomers(
            Hall hall,
            ConvoyRedis redis,
            FrontDoor door,
            Grants grants,
            ConvClerk clerk,
            Secrets secrets,
            int shard,
            int shards) {
        this.hall = hall;
        this.redis = redis;
        this.door = door;
        this.grants = grants;
        this.clerk = clerk;
        this.secrets = secrets;
        this.joins = new JoinQuota(hall, redis);
        this.shard = shard;
        this.shards = shards;
    }

    JoinQuota joins() {
        return joins;
    }

    Future<Answer> join(JoinRequest join, Arrival arrival) {
        if (hall.sessionCount() >= hall.settings().sessionsMax()) {
            throw new AdmissionException(ErrorCode.NO_CONV_FREE, BUSY_RETRY_MS, "this shard is full");
        }
        String type = join.roomType().isEmpty() ? DEFAULT_ROOM_TYPE : join.roomType();
        RoomWish wish = new RoomWish(hall.specOf(type), Buffer.buffer(join.options()), join.password());
        return door.identify(join).compose(visitor -> {
            String roomId = join.roomId().isEmpty() ? roomOfOnesOwn(visitor.user(), arrival.attempt()) : join.roomId();
            Future<Void> check = door.check(visitor.user());
            return door.welcome(check, hall.open(roomId, wish))
                    .compose(room -> room.visit(() -> ask(room, visitor, type, check, arrival)));
        });
    }

    /** Asks everybody who may have something against it. */
    private Future<Answer> ask(RoomHost room, Visitor visitor, String type, Future<Void> check, Arrival arrival) {
        if (!room.spec().type().equals(type)) {
            String detail = "this room is of the type '" + room.spec().type() + "'";
            throw new AdmissionException(ErrorCode.ROOM_TYPE_MISMATCH, detail);
        }
        if (isAnotherOf(room, visitor.user(), arrival.attempt())) {
            return check.map(Refused.because(ErrorCode.ALREADY_JOINED, ""));
        }
        room.requireRoomFor(visitor.user());
        return room.door()
                .requirePassword(visitor.join().password())
                .compose(right -> room.authenticate(visitor.authRequest(false)))
                .compose(playerId -> clerk.conv(arrival)
                        .compose(conv ->
                                orGiveBack(conv, () -> admit(room, visitor.user(), playerId, check, arrival, conv))));
    }

    /** Whether the user is here already, and this is not their own request again. */
    private boolean isAnotherOf(RoomHost room, String user, long attempt) {
        ServerSession present = room.seats().of(user);
        return present != null
                && present.isConnected()
                && !present.id().equals(secrets.sessionId(room.roomId(), user, attempt));
    }

    /** A conv that nobody gets when it comes to an exception. */
    private Future<Answer> orGiveBack(int conv, Supplier<Future<Answer>> admission) {
        try {
            return admission.get();
        } catch (RuntimeException e) {
            grants.giveBack(conv);
            throw e;
        }
    }

    private Future<Answer> admit(
            RoomHost room, String user, String playerId, Future<Void> check, Arrival arrival, int conv) {
        joins.take(user);
        long attempt = arrival.attempt();
        SessionId id = secrets.sessionId(room.roomId(), user, attempt);
        ReconnectToken token = secrets.firstToken(id, attempt);
        ServerSession present = room.seats().of(user);
        if (present != null && present.connection != null) {
            grants.giveBack(conv);
            return check.map(welcome -> onPresent(room, present, id, token, attempt));
        }
        boolean isAsBefore = present != null && present.id().equals(id);
        if (present != null && isAsBefore && !present.isUnused()) {
            grants.giveBack(conv);
            return check.map(Refused.because(ErrorCode.ALREADY_JOINED, ""));
        }
        room.requireRoomFor(user);
        if (!room.seats().reserve(user)) throw retry("somebody of that name is just coming in");
        if (present != null && !isAsBefore) room.end(present, ErrorCode.REPLACED, "");
        NewSession session = new NewSession(
                id.toString(),
                user,
                playerId,
                token.hash(),
                conv,
                hall.settings().windowMs(),
                hall.settings().absoluteMs());
        return record(room, id, session, check)
                .onComplete(done -> room.seats().unreserve(user))
                .onFailure(failure -> grants.giveBack(conv))
                .map(admission -> {
                    requireAdmitted(admission, room, conv);
                    ServerSession kept = room.seats().of(id); // From an owner whose answer nobody got.
                    ServerSession joined = kept == null ? room.join(id, user, playerId) : kept;
                    Refused refused = Grants.sentAway(room, joined);
                    if (refused != null) {
                        grants.giveBack(conv);
                        return refused;
                    }
                    joined.openedBy = attempt;
                    joined.onGranted(new SessionImage.Tokens(token.hash(), "", 0, ""), 1);
                    room.presence().connected(joined, hall.traffic().open(joined, conv, arrival), kept != null);
                    hall.traffic().settle();
                    return new Accepted(grants.of(room, conv, token, 1), id, room.roomId(), playerId);
                });
    }

    /**
     * Makes the record that lets a player return, in one round trip with the question whether the user is banned: a record that was
     * made for somebody unwelcome is removed again.
     */
    private Future<Admission> record(RoomHost room, SessionId id, NewSession session, Future<Void> check) {
        Future<Void> scheduled = hall.register().scheduleEnd(room, id);
        Future<Admission> admitted = Future.succeededFuture()
                .compose(now -> hall.hop(redis.sessions().admit(room.roomId(), room.fence(), session)));
        return Future.join(scheduled, admitted, check).transform(all -> {
            if (all.succeeded()) return admitted;
            Throwable why = check.failed() ? check.cause() : all.cause();
            ServerSession kept = room.seats().of(id);
            boolean isUnwelcome = why instanceof AdmissionException && admitted.succeeded();
            if (isUnwelcome && kept != null) room.end(kept, ErrorCode.BANNED, String.valueOf(why.getMessage()));
            else if (isUnwelcome) hall.register().end(room, id);
            else hall.register().endUnlessAdmitted(room, id);
            return Future.failedFuture(why);
        });
    }

    /**
     * The same user again while the first is here. It may be the first's own request, repeated after its answer was
     * lost and forgotten: the same answer then, unless the first has used it.
     */
    private Answer onPresent(RoomHost room, ServerSession present, SessionId id, ReconnectToken token, long attempt) {
        Connection connection = present.connection;
        if (connection == null) throw retry("the player has just gone");
        boolean isRepeated = present.id().equals(id) && present.openedBy == attempt;
        if (!isRepeated || connection.link.hasHeard()) return Refused.because(ErrorCode.ALREADY_JOINED, "");
        return new Accepted(grants.of(room, connection.link.conv(), token, 1), id, room.roomId(), present.playerId());
    }

    private void requireAdmitted(Admission admission, RoomHost room, int conv) {
        if (admission instanceof Admission.Admitted && !room.isClosed()) return;
        grants.giveBack(conv);
        if (admission instanceof Admission.Refused refused && refused.reason() == Admission.Reason.FULL) {
            throw new AdmissionException(ErrorCode.PLAYER_COUNT_MAX, "");
        }
        if (admission instanceof Forgotten) room.onForgotten();
        else if (!(admission instanceof Admission.Admitted)) room.abandon();
        throw retry("the room has moved");
    }

    /**
     * A name for a room that nobody asked for by name; its hash has to lead back to this shard. It follows from the attempt, so that
     * the same request on another node leads to the same room and not to a second one.
     */
    private String roomOfOnesOwn(String user, long attempt) {
        for (int trial = 0; ; trial++) {
            String roomId = secrets.ownRoomId(user, attempt, trial);
            if (Affinity.shard(Affinity.ofRoom(roomId), shards) == shard) return roomId;
        }
    }

    private static AdmissionException retry(String detail) {
        return new AdmissionException(ErrorCode.RETRY_LATER, 0, detail);
    }
}
