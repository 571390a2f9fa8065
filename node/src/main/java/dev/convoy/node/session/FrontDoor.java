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

    /**
     * Asks whether a user is banned.
     *
     * @return fails with BANNED, or because nobody could say
     */
    Future<Void> check(String user) {
        return hall.hop(redis.users().banned(user)).compose(FrontDoor::unlessBanned);
    }

    private static Future<Void> unlessBanned(Optional<Users.Ban> ban) {
        return ban.isEmpty()
                ? Future.succeededFuture()
                : Future.failedFuture(
                        new AdmissionException(ErrorCode.BANNED, ban.get().reason()));
    }

    /**
     * The room, once it is open. Where that takes a round trip, {@code check} has come back by then and may turn the visitor away; a
     * room that is here is not made to wait for it: whoever lets somebody in does.
     */
    Future<RoomHost> welcome(Future<Void> check, Future<RoomHost> opening) {
        if (opening.isComplete()) return opening;
        return Future.join(opening, check)
                .transform(both -> check.succeeded() ? opening : turnedAway(opening, check.cause()));
    }

    /** A visit that ends at the door, so that a room that was opened for it is not kept. */
    private static Future<RoomHost> turnedAway(Future<RoomHost> opening, Throwable why) {
        return opening.transform(opened ->
                opened.succeeded() ? opened.result().visit(() -> Future.failedFuture(why)) : Future.failedFuture(why));
    }
}
