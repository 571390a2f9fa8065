package dev.convoy.node.session;

import dev.convoy.protocol.handshake.JoinRequest;
import dev.convoy.protocol.wire.ErrorCode;
import dev.convoy.redis.ConvoyRedis;
import dev.convoy.redis.Users;
import dev.convoy.room.AdmissionException;
import io.vertx.core.Future;
import java.util.Optional;

/** What everybody passes who wants into a room, new or returning. Confined to the shard's event loop. */
final class FrontDoor {
    private final Hall hall;
    private final ConvoyRedis redis;
    private final IdentityCheck identities;

    FrontDoor(Hall hall, ConvoyRedis redis, IdentityCheck identities) {
        this.hall = hall;
        this.redis = redis;
        this.identities = identities;
    }

    /** Who that is, by their login; before anything is opened for them. */
    Future<Visitor> identify(JoinRequest join) {
        return identities.check(join.user(), join.credential()).map(identity -> Visitor.of(join, identity));
    }

    /** Looks for a ban while the room is being opened, new player or not. */
    Future<RoomHost> welcome(Visitor visitor, Future<RoomHost> opening) {
        Future<Optional<Users.Ban>> banned = hall.hop(redis.users().banned(visitor.user()));
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
}
