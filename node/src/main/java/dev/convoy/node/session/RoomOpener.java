package dev.convoy.node.session;

import dev.convoy.protocol.handshake.Redirect;
import dev.convoy.protocol.wire.ErrorCode;
import dev.convoy.redis.ConvoyRedis;
import dev.convoy.redis.Fence;
import dev.convoy.redis.LeaseView;
import dev.convoy.redis.RoomClaim;
import dev.convoy.redis.RoomImage;
import dev.convoy.redis.RoomSpec;
import dev.convoy.redis.TakeOver;
import dev.convoy.room.AdmissionException;
import dev.convoy.room.Durability;
import dev.convoy.room.Room;
import dev.convoy.room.RoomType;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How a shard comes to own a room: made here, released by its last owner, or taken over from one whose lease is
 * gone in Redis. Never by waiting for a dead owner, never on suspicion. Confined to the shard's event loop.
 */
final class RoomOpener {
    static final int RACE_RETRY_MS = 50;

    private static final Logger log = LoggerFactory.getLogger(RoomOpener.class);
    private static final int OUTAGE_RETRY_MS = 500;

    private final Hall hall;
    private final ConvoyRedis redis;
    private final RoomTypes types;
    /** The server id whose lease was found gone last: its rooms come one after the other. 0: none yet. */
    private int lastDead;

    RoomOpener(Hall hall, ConvoyRedis redis, RoomTypes types) {
        this.hall = hall;
        this.redis = redis;
        this.types = types;
    }

    RoomSpec specOf(String type) {
        RoomType roomType = types.named(type);
        if (roomType == null) {
            throw new AdmissionException(
                    ErrorCode.ROOM_TYPE_UNKNOWN, "there is no room type '" + type + "'; there are: " + types);
        }
        Durability own = roomType.durability();
        Durability durability = own == null ? hall.settings().durability() : own;
        return new RoomSpec(type, null, 0, RoomSpec.Durability.valueOf(durability.name()));
    }

    /**
     * Makes the room this shard's.
     *
     * @param ownerHint the server id that probably owns it now, 0 = anybody's guess. Its lease is looked at in the same round trip,
     *     so that a takeover takes two: this one, and one for the room with its sessions.
     */
    Future<RoomHost> own(String roomId, @Nullable RoomWish wish, int ownerHint) {
        Ownership me = hall.ownership();
        int guess = ownerHint == 0 || ownerHint == me.serverId() ? lastDead : ownerHint;
        Future<RoomClaim> claimed =
                hall.hop(redis.rooms().claim(roomId, me.serverId(), me.epoch(), wish == null ? null : wish.spec()));
        LeaseGuess lease = guess == 0 ? LeaseGuess.NONE : new LeaseGuess(guess, read(guess));
        return claimed.compose(claim -> onClaim(roomId, me, claim, wish, lease));
    }

    private record LeaseGuess(int serverId, Future<Optional<LeaseView>> lease) {
        static final LeaseGuess NONE = new LeaseGuess(0, Future.succeededFuture(Optional.empty()));
    }

    private Future<Optional<LeaseView>> read(int serverId) {
        return hall.hop(redis.nodeLeases().read(serverId));
    }

    private Future<RoomHost> onClaim(
            String roomId, Ownership me, RoomClaim claim, @Nullable RoomWish wish, LeaseGuess guess) {
        if (claim instanceof RoomClaim.Created created && wish != null) {
            return make(roomId, fence(me, created.generation()), wish);
        }
        if (claim instanceof RoomClaim.Loaded loaded) {
            Fence fence = fence(me, loaded.generation());
            String type = loaded.image().spec().type();
            return types.named(type) == null
                    ? handBack(roomId, fence, type)
                    : goOn(roomId, fence, loaded.image(), wish, false);
        }
        if (claim instanceof RoomClaim.Mine mine) return reload(roomId, fence(me, mine.generation()), wish);
        if (claim instanceof RoomClaim.Owned owned) return takeOver(roomId, me, owned, wish, guess);
        return Future.failedFuture(new AdmissionException(ErrorCode.SESSION_LOST, "there is no such room any more"));
    }

    private Future<RoomHost> reload(String roomId, Fence fence, @Nullable RoomWish wish) {
        return hall.hop(redis.rooms().load(roomId, fence))
                .recover(failure -> Future.failedFuture(failure instanceof IllegalStateException ? race() : failure))
                .compose(image -> goOn(roomId, fence, image, wish, true));
    }

    /** Another node owns the room, or did: look at its lease, and take the room if that is gone. */
    private Future<RoomHost> takeOver(
            String roomId, Ownership me, RoomClaim.Owned owned, @Nullable RoomWish wish, LeaseGuess guess) {
        Future<Optional<LeaseView>> read =
                guess.serverId() == owned.serverId() ? guess.lease() : read(owned.serverId());
        return read.compose(lease -> {
            Optional<LeaseView> alive = lease.filter(view -> view.epoch() == owned.epoch());
            if (alive.isPresent()) {
                int leaseMs = (int) Math.max(0, alive.get().ttlMs());
                return Future.failedFuture(new OwnedElsewhere(new Redirect(owned.serverId(), leaseMs)));
            }
            if (!me.mayTakeOver()) {
                return Future.failedFuture(new AdmissionException(
                        ErrorCode.RETRY_LATER, OUTAGE_RETRY_MS, "Redis was away; its owners may be alive"));
            }
            lastDead = owned.serverId();
            if (types.named(owned.type()) == null) return Future.failedFuture(unknown(owned.type()));
            return hall.hop(redis.rooms().takeOver(roomId, owned, me.serverId(), me.epoch()))
                    .compose(taken -> onTaken(roomId, me, owned, taken, wish));
        });
    }

    private Future<RoomHost> onTaken(
            String roomId, Ownership me, RoomClaim.Owned owned, TakeOver taken, @Nullable RoomWish wish) {
        if (taken instanceof TakeOver.TakenOver over) {
            hall.traffic().counts().events.count(ShardCounts.Event.TAKEOVER);
            log.info("room {} taken over from node {} epoch {}", roomId, owned.serverId(), owned.epoch());
            return goOn(roomId, fence(me, over.generation()), survivors(over.image()), wish, true);
        }
        return Future.failedFuture(race());
    }

    /** A room of a type that only other nodes know must not stay here. */
    private Future<RoomHost> handBack(String roomId, Fence fence, String type) {
        return hall.hop(redis.rooms().release(roomId, fence)).transform(released -> Future.failedFuture(unknown(type)));
    }

    private static AdmissionException unknown(String type) {
        return new AdmissionException(ErrorCode.ROOM_TYPE_UNKNOWN, "this node has no room type " + type);
    }

    /** A memory room has died with its node, and its sessions with it. */
    private static RoomImage survivors(RoomImage image) {
        return image.spec().durability() == RoomSpec.Durability.MEMORY
                ? new RoomImage(image.spec(), false, null, List.of())
                : image;
    }

    /** A room that died before its first commit, or with its node, begins anew, as whoever comes first would have it. */
    private Future<RoomHost> goOn(
            String roomId, Fence fence, RoomImage image, @Nullable RoomWish wish, boolean afterCrash) {
        boolean isUnborn = image.snapshot() == null && image.sessions().isEmpty();
        boolean isWished =
                wish != null && wish.spec().type().equals(image.spec().type());
        return isUnborn && wish != null && isWished
                ? make(roomId, fence, new RoomWish(image.spec(), wish.options(), wish.password()))
                : restore(roomId, fence, image, afterCrash);
    }

    /** The first commit is done before anybody is let in: a room that has a password has it after a crash, too. */
    private Future<RoomHost> make(String roomId, Fence fence, RoomWish wish) {
        RoomHost host = host(roomId, fence, wish.spec());
        return host.start()
                .create(wish.options(), wish.password())
                .recover(failure -> Future.failedFuture(unmade(host, failure)))
                .compose(made -> host.start().firstCommit())
                .transform(done -> opened(host, done));
    }

    /** The application does not want the room, or cannot have it. */
    private static Throwable unmade(RoomHost host, Throwable failure) {
        if (failure instanceof AdmissionException) host.dissolve(Future.succeededFuture());
        else host.fail(failure);
        return failure;
    }

    private Future<RoomHost> restore(String roomId, Fence fence, RoomImage image, boolean afterCrash) {
        RoomHost host = host(roomId, fence, image.spec());
        return host.start().restore(image, afterCrash).transform(done -> {
            hall.traffic().settle();
            return opened(host, done);
        });
    }

    static AdmissionException race() {
        return new AdmissionException(ErrorCode.RETRY_LATER, RACE_RETRY_MS, "somebody else was faster");
    }

    private RoomHost host(String roomId, Fence fence, RoomSpec spec) {
        RoomType roomType = types.named(spec.type());
        if (roomType == null) {
            throw unknown(spec.type());
        }
        RoomHost host = new RoomHost(hall, roomId, fence, spec, create(roomType));
        hall.hold(host);
        return host;
    }

    private static Room create(RoomType roomType) {
        try {
            return Objects.requireNonNull(roomType.create(), "create() returned null");
        } catch (Exception | LinkageError | StackOverflowError | AssertionError e) {
            log.error("no room of type {} could be made", roomType.name(), e);
            throw new AdmissionException(ErrorCode.ROOM_FAILED, "the room could not be made");
        }
    }

    /** Half a room must not be found: whatever went wrong, the host is closed then, and what Redis has stays. */
    private static Future<RoomHost> opened(RoomHost host, AsyncResult<?> done) {
        if (done.succeeded() && !host.isClosed()) return Future.succeededFuture(host);
        if (host.hasFailed()) {
            return Future.failedFuture(new AdmissionException(ErrorCode.ROOM_FAILED, "the room could not be opened"));
        }
        host.abandon();
        return Future.failedFuture(done.succeeded() ? race() : done.cause());
    }

    private static Fence fence(Ownership me, long generation) {
        return new Fence(me.serverId(), me.epoch(), generation);
    }
}
