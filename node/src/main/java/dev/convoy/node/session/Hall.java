package dev.convoy.node.session;

import dev.convoy.protocol.handshake.Redirect;
import dev.convoy.protocol.session.Outbox;
import dev.convoy.protocol.wire.ErrorCode;
import dev.convoy.redis.Commit;
import dev.convoy.redis.ConvoyRedis;
import dev.convoy.redis.Fence;
import dev.convoy.redis.LeaseView;
import dev.convoy.redis.RoomClaim;
import dev.convoy.redis.RoomImage;
import dev.convoy.redis.RoomSpec;
import dev.convoy.redis.RoomStep;
import dev.convoy.redis.SessionDelta;
import dev.convoy.redis.TakeOver;
import dev.convoy.room.AdmissionException;
import dev.convoy.room.Durability;
import dev.convoy.room.RoomType;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The rooms of one shard, and how it comes to own them: made here, released by their last owner, or taken
 * over from one whose lease is gone in Redis. Never by waiting for a dead owner, never on suspicion.
 * Confined to the shard's event loop; every answer of Redis is hopped back to it.
 */
public final class Hall {
    private static final Logger log = LoggerFactory.getLogger(Hall.class);
    private static final int RACE_RETRY_MS = 50;
    private static final int OUTAGE_RETRY_MS = 500;
    private static final long MOVE_PAUSE_MS_MAX = 100;
    private static final long MOVE_PAUSES_MS_MAX = 8_000;
    /** So long a player's old conv is kept up after the room has left, for the word that it has. */
    private static final long LINGER_MS = 1_000;

    private final Vertx vertx;
    private final Context context;
    private final ConvoyRedis redis;
    private final RoomTypes types;
    private final ShardSettings settings;
    private final Traffic traffic;
    private final ConvSource convs;
    private final Supplier<@Nullable Ownership> ownership;

    private final Map<String, RoomHost> rooms = new HashMap<>();
    private final Map<String, Future<RoomHost>> opening = new HashMap<>();
    /** Rooms whose end is being written: who wants one of that name waits for it. */
    private final Map<String, Future<?>> disposing = new HashMap<>();

    private final Register register;
    private final long keepAliveTimer;
    private boolean isDraining;
    private int keepAlives;

    /** A hall for the current context. {@code ownership} gives null while the node's lease is in doubt. */
    public Hall(
            Vertx vertx,
            ConvoyRedis redis,
            RoomTypes types,
            ShardSettings settings,
            Traffic traffic,
            ConvSource convs,
            Supplier<@Nullable Ownership> ownership) {
        this.vertx = vertx;
        this.context = vertx.getOrCreateContext();
        this.redis = redis;
        this.types = types;
        this.settings = settings;
        this.traffic = traffic;
        this.convs = convs;
        this.ownership = ownership;
        this.register = new Register(redis, settings.windowMs(), keepAliveMs());
        this.keepAliveTimer = vertx.setPeriodic(keepAliveMs(), timer -> keepAlive());
    }

    /** The node's lease is lost: every room here is somebody else's to take. */
    public void abandonAll() {
        for (RoomHost room : new ArrayList<>(rooms.values())) room.abandon();
    }

    /** Keeps every room from ageing in Redis, and finds out which are somebody else's. */
    public void keepAlive() {
        if (ownership.get() == null) return;
        boolean tellsPresence = ++keepAlives % Register.KEEP_ALIVES_PER_PRESENCE == 0;
        for (RoomHost room : rooms.values()) {
            hop(redis.rooms().touch(room.roomId(), room.fence(), room.onlineSessionIds()))
                    .onSuccess(room::onTouched)
                    .onFailure(failure -> log.warn("the step touch got no answer: {}", failure.getMessage()));
            if (tellsPresence) room.onlineSessions().forEach(session -> register.online(room, session));
        }
    }

    /**
     * Lets go of every room after its last commit, for others to go on with it at once, and sends its players after it.
     * One room after the other, with pauses, so that other nodes are not overrun; until its turn, each serves.
     */
    public Future<Void> releaseAll() {
        isDraining = true;
        vertx.cancelTimer(keepAliveTimer);
        Deque<RoomHost> waiting = new ArrayDeque<>(rooms.values());
        return moveAll(waiting, Math.min(MOVE_PAUSE_MS_MAX, MOVE_PAUSES_MS_MAX / (waiting.size() + 1)));
    }

    /** Goes on with a room whose owner is dead, so that its sessions end. */
    public void adopt(String roomId) {
        open(roomId, null, Buffer.buffer())
                .onSuccess(room -> log.info("room {} adopted", roomId))
                .onFailure(failure -> log.debug("room {} was not adopted: {}", roomId, failure.getMessage()));
    }

    /** Sessions on this shard, online and away. */
    public int sessionCount() {
        return rooms.values().stream().mapToInt(room -> room.sessions().size()).sum();
    }

    /**
     * The room, owned by this shard from now on.
     *
     * @param spec how to make it if there is none; null = only one that exists
     */
    Future<RoomHost> open(String roomId, @Nullable RoomSpec spec, Buffer options) {
        if (isDraining) {
            return Future.failedFuture(new AdmissionException(ErrorCode.NODE_DRAINING, "this node takes no players"));
        }
        RoomHost held = rooms.get(roomId);
        if (held != null) return Future.succeededFuture(held);
        Future<RoomHost> underWay = opening.get(roomId);
        if (underWay != null) return spec == null ? underWay : orElseMade(underWay, roomId, spec, options);
        Future<?> ending = disposing.get(roomId);
        Future<RoomHost> opened =
                ending == null ? own(roomId, spec, options) : ending.transform(done -> own(roomId, spec, options));
        opening.put(roomId, opened);
        opened.onComplete(done -> opening.remove(roomId));
        return opened;
    }

    Ownership ownership() {
        Ownership held = ownership.get();
        if (held != null) return held;
        throw new AdmissionException(ErrorCode.RETRY_LATER, RACE_RETRY_MS, "this node is renewing its lease");
    }

    Future<Commit> commit(RoomHost room, byte[] snapshot, List<SessionDelta> deltas) {
        return hop(redis.rooms().commit(room.roomId(), room.fence(), snapshot, false, deltas));
    }

    Future<RoomStep> putBack(RoomHost room, RoomImage image) {
        return hop(redis.rooms().restore(room.roomId(), room.fence(), image));
    }

    Register register() {
        return register;
    }

    void dispose(RoomHost room) {
        Future<?> ending = hop(redis.rooms().dispose(room.roomId(), room.fence()));
        disposing.put(room.roomId(), ending);
        ending.onComplete(done -> disposing.remove(room.roomId(), ending))
                .onFailure(failure -> log.warn("the step dispose got no answer: {}", failure.getMessage()));
    }

    void onClosed(RoomHost room) {
        rooms.remove(room.roomId(), room);
    }

    void releaseConv(int conv) {
        convs.release(conv);
    }

    Outbox outbox(long acknowledged) {
        return new Outbox(acknowledged, settings.outboxMessagesMax(), settings.outboxBytesMax());
    }

    ShardSettings settings() {
        return settings;
    }

    Traffic traffic() {
        return traffic;
    }

    /** How a room of this type is made. */
    RoomSpec specOf(String type) {
        RoomType roomType = types.named(type);
        if (roomType == null) {
            throw new AdmissionException(
                    ErrorCode.ROOM_TYPE_UNKNOWN, "there is no room type '" + type + "'; there are: " + types);
        }
        Durability own = roomType.durability();
        Durability durability = own == null ? settings.durability() : own;
        return new RoomSpec(type, null, 0, RoomSpec.Durability.valueOf(durability.name()));
    }

    /** Runs something after the present call, and lets what it touched speak. */
    void later(Runnable action) {
        context.runOnContext(now -> {
            action.run();
            traffic.settle();
        });
    }

    void afterMs(long delayMs, Runnable action) {
        vertx.setTimer(delayMs, timer -> action.run());
    }

    /** The answer of Redis, on this shard's event loop. */
    <T> Future<T> hop(CompletionStage<T> stage) {
        return Future.fromCompletionStage(stage, context);
    }

    /** The answer of somebody else's outside, on this shard's event loop and in time. */
    <T> Future<T> inTime(Future<T> theirs, long msMax, Throwable tooLate) {
        Promise<T> ours = Promise.promise();
        long timer = vertx.setTimer(msMax, late -> ours.tryFail(tooLate));
        theirs.onComplete(done -> context.runOnContext(now -> {
            vertx.cancelTimer(timer);
            if (done.succeeded()) ours.tryComplete(done.result());
            else ours.tryFail(done.cause());
        }));
        return ours.future();
    }

    /** Whoever comes back makes no room: that there is none for them says nothing to somebody who joins. */
    private Future<RoomHost> orElseMade(Future<RoomHost> underWay, String roomId, RoomSpec spec, Buffer options) {
        return underWay.recover(
                failure -> failure instanceof AdmissionException refusal && refusal.code() == ErrorCode.SESSION_LOST
                        ? open(roomId, spec, options)
                        : Future.failedFuture(failure));
    }

    private Future<RoomHost> own(String roomId, @Nullable RoomSpec spec, Buffer options) {
        Ownership me = ownership();
        return hop(redis.rooms().claim(roomId, me.serverId(), me.epoch(), spec))
                .compose(claim -> onClaim(roomId, me, claim, spec, options));
    }

    private Future<RoomHost> onClaim(
            String roomId, Ownership me, RoomClaim claim, @Nullable RoomSpec spec, Buffer options) {
        if (claim instanceof RoomClaim.Created created && spec != null) {
            return make(roomId, fence(me, created.generation()), spec, options);
        }
        if (claim instanceof RoomClaim.Loaded loaded) {
            return restore(roomId, fence(me, loaded.generation()), loaded.image());
        }
        if (claim instanceof RoomClaim.Mine mine) return reload(roomId, fence(me, mine.generation()));
        if (claim instanceof RoomClaim.Owned owned) return takeOver(roomId, me, owned);
        return Future.failedFuture(new AdmissionException(ErrorCode.SESSION_LOST, "there is no such room any more"));
    }

    private Future<RoomHost> reload(String roomId, Fence fence) {
        return hop(redis.rooms().load(roomId, fence))
                .recover(failure -> Future.failedFuture(failure instanceof IllegalStateException ? race() : failure))
                .compose(image -> restore(roomId, fence, image));
    }

    /** Another node owns the room, or did: look at its lease, and take the room if that is gone. */
    private Future<RoomHost> takeOver(String roomId, Ownership me, RoomClaim.Owned owned) {
        return hop(redis.nodeLeases().read(owned.serverId())).compose(lease -> {
            Optional<LeaseView> alive = lease.filter(view -> view.epoch() == owned.epoch());
            if (alive.isPresent()) {
                int leaseMs = (int) Math.max(0, alive.get().ttlMs());
                return Future.failedFuture(new OwnedElsewhere(new Redirect(owned.serverId(), leaseMs)));
            }
            if (!me.mayTakeOver()) {
                return Future.failedFuture(new AdmissionException(
                        ErrorCode.RETRY_LATER, OUTAGE_RETRY_MS, "Redis was away; its owners may be alive"));
            }
            return hop(redis.rooms().takeOver(roomId, owned.fence(), me.serverId(), me.epoch()))
                    .compose(taken -> onTaken(roomId, me, owned, taken));
        });
    }

    private Future<RoomHost> onTaken(String roomId, Ownership me, RoomClaim.Owned owned, TakeOver taken) {
        if (taken instanceof TakeOver.TakenOver over) {
            log.info("room {} taken over from node {} epoch {}", roomId, owned.serverId(), owned.epoch());
            return restore(roomId, fence(me, over.generation()), survivors(over.image()));
        }
        return Future.failedFuture(race());
    }

    /** A memory room has died with its node, and its sessions with it. */
    private static RoomImage survivors(RoomImage image) {
        return image.spec().durability() == RoomSpec.Durability.MEMORY
                ? new RoomImage(image.spec(), false, null, List.of())
                : image;
    }

    private Future<RoomHost> make(String roomId, Fence fence, RoomSpec spec, Buffer options) {
        RoomHost host = host(roomId, fence, spec);
        host.create(options);
        return opened(host);
    }

    private Future<RoomHost> restore(String roomId, Fence fence, RoomImage image) {
        RoomHost host = host(roomId, fence, image.spec());
        try {
            host.restore(image);
        } catch (RuntimeException e) {
            host.abandon(); // Half a room must not be found; what Redis has stays.
            throw e;
        }
        traffic.settle();
        return opened(host);
    }

    private static AdmissionException race() {
        return new AdmissionException(ErrorCode.RETRY_LATER, RACE_RETRY_MS, "somebody else was faster");
    }

    private RoomHost host(String roomId, Fence fence, RoomSpec spec) {
        RoomType roomType = types.named(spec.type());
        if (roomType == null) {
            throw new AdmissionException(ErrorCode.ROOM_TYPE_UNKNOWN, "this node has no room type " + spec.type());
        }
        RoomHost host = new RoomHost(this, roomId, fence, spec, roomType.create());
        rooms.put(roomId, host);
        return host;
    }

    private static Future<RoomHost> opened(RoomHost host) {
        return host.isClosed()
                ? Future.failedFuture(new AdmissionException(ErrorCode.ROOM_FAILED, "the room could not be opened"))
                : Future.succeededFuture(host);
    }

    private Future<Void> moveAll(Deque<RoomHost> waiting, long pauseMs) {
        RoomHost next = waiting.pollFirst();
        if (next == null) return Future.succeededFuture();
        return move(next).compose(moved -> vertx.timer(pauseMs + 1)).compose(paused -> moveAll(waiting, pauseMs));
    }

    /** Never fails: what cannot be released is taken over when our lease is gone. */
    private Future<Void> move(RoomHost room) {
        Promise<Void> moved = Promise.promise();
        room.freeze(() -> hop(redis.rooms().release(room.roomId(), room.fence()))
                .onComplete(released -> {
                    if (released.failed()) log.warn("room {} was not released", room.roomId(), released.cause());
                    room.sendAway(0);
                    traffic.settle();
                    vertx.setTimer(LINGER_MS, timer -> room.abandon());
                    moved.complete();
                }));
        return moved.future();
    }

    private long keepAliveMs() {
        return Math.max(1, settings.windowMs() / 3);
    }

    private static Fence fence(Ownership me, long generation) {
        return new Fence(me.serverId(), me.epoch(), generation);
    }
}
