package dev.convoy.node.session;

import dev.convoy.protocol.session.Outbox;
import dev.convoy.protocol.wire.ErrorCode;
import dev.convoy.protocol.wire.SessionId;
import dev.convoy.redis.Commit;
import dev.convoy.redis.ConvoyRedis;
import dev.convoy.redis.Fenced;
import dev.convoy.redis.Revocation;
import dev.convoy.redis.RoomImage;
import dev.convoy.redis.RoomSpec;
import dev.convoy.redis.RoomStep;
import dev.convoy.redis.SessionDelta;
import dev.convoy.room.AdmissionException;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The rooms of one shard: which are held here, how they are kept and how they are let go. Confined to the shard's event loop; every answer of Redis is hopped back to it.
 */
public final class Hall {
    private static final Logger log = LoggerFactory.getLogger(Hall.class);
    private static final long MOVE_PAUSE_MS_MAX = 100;
    private static final long MOVE_PAUSES_MS_MAX = 8_000;
    private static final int PASSWORDS_WAITING_MAX = 64;
    /** So long a player's old conv is kept up after the room has left, for the word that it has. */
    private static final long LINGER_MS = 1_000;

    private final Vertx vertx;
    private final Context context;
    private final ConvoyRedis redis;
    private final ShardSettings settings;
    private final Traffic traffic;
    private final Introducer introducer;
    private final ConvSource convs;
    private final Supplier<@Nullable Ownership> ownership;

    private final Map<String, RoomHost> rooms = new HashMap<>();
    private final Map<String, Future<RoomHost>> opening = new HashMap<>();
    /** Rooms whose end is being written: who wants one of that name waits for it. */
    private final Map<String, Future<?>> disposing = new HashMap<>();

    private final Register register;
    private final RoomOpener opener;
    private final long keepAliveTimer;
    private final Thread loop = Thread.currentThread();
    private final LoopWatch watch;
    private final Passwords passwords;
    private final Farewells farewells = new Farewells();
    private int sessionCount;
    private boolean isSettlingSoon;
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
        this.settings = settings;
        this.traffic = traffic;
        this.introducer = new Introducer(traffic::nowMs);
        this.convs = convs;
        this.ownership = ownership;
        this.watch = new LoopWatch(loop, settings.slowCallMs());
        this.passwords = new Passwords(new SlowWork(vertx, "convoy-passwords", PASSWORDS_WAITING_MAX));
        this.opener = new RoomOpener(this, redis, types);
        this.register = new Register(this, redis, settings.windowMs(), keepAliveMs());
        this.keepAliveTimer = vertx.setPeriodic(keepAliveMs(), timer -> keepAlive());
    }

    /** The node's lease is lost: every room here is somebody else's to take. */
    public void abandonAll() {
        for (RoomHost room : new ArrayList<>(rooms.values())) room.abandon();
    }

    /** Nothing comes any more. */
    public void close() {
        watch.close();
    }

    /** Keeps every room from ageing in Redis, and finds out which are somebody else's. */
    public void keepAlive() {
        if (ownership.get() == null) return;
        boolean tellsPresence = ++keepAlives % Register.KEEP_ALIVES_PER_PRESENCE == 0;
        for (RoomHost room : rooms.values()) {
            touch(room, room.connectedSessionIds());
            if (tellsPresence) room.seats().connected().forEach(session -> register.online(room, session));
        }
    }

    /** Somebody has revoked the tokens of this user's sessions, or may have: look, and end those that are to end. */
    public void look(String user) {
        if (ownership.get() == null) return;
        for (RoomHost room : rooms.values()) {
            ServerSession session = room.seats().of(user);
            if (session != null) touch(room, List.of(session.id().toString()));
        }
    }

    /** What is here, for an operator. */
    public Census census() {
        return new Census(rooms.values(), traffic);
    }

    /**
     * Lets go of every room after its last commit, for others to go on with it at once, and sends its players after it.
     * One room after the other, with pauses, so that other nodes are not overrun; until its turn, each serves.
     */
    public Future<Void> releaseAll() {
        isDraining = true;
        vertx.cancelTimer(keepAliveTimer);
        return moveAll(openRooms())
                .compose(moved -> Future.join(List.copyOf(opening.values())).otherwiseEmpty())
                .compose(opened -> moveAll(openRooms()));
    }

    /** Goes on with a room whose owner, of that server id, is dead, so that its sessions end. */
    public void adopt(String roomId, int deadServerId) {
        open(roomId, null, deadServerId)
                .onSuccess(room -> log.info("room {} adopted", roomId))
                .compose(room ->
                        room.visit(() -> Future.succeededFuture(room))) // Which closes it if nobody is left in it.
                .onFailure(failure -> log.debug("room {} was not adopted: {}", roomId, failure.getMessage()));
    }

    /** Sessions on this shard, online and away. */
    public int sessionCount() {
        return sessionCount;
    }

    /**
     * The room, owned by this shard from now on.
     *
     * @param wish how to make it if there is none; null = only one that exists
     */
    Future<RoomHost> open(String roomId, @Nullable RoomWish wish) {
        return open(roomId, wish, 0);
    }

    /** {@code ownerHint}: the server id that probably owns it now; 0 = no idea. */
    Future<RoomHost> open(String roomId, @Nullable RoomWish wish, int ownerHint) {
        if (isDraining) {
            return Future.failedFuture(new AdmissionException(ErrorCode.NODE_DRAINING, "this node takes no players"));
        }
        Future<RoomHost> underWay = opening.get(roomId);
        if (underWay != null) return wish == null ? underWay : orElseMade(underWay, roomId, wish);
        RoomHost held = rooms.get(roomId);
        if (held != null) return Future.succeededFuture(held);
        Future<?> ending = disposing.get(roomId);
        Future<RoomHost> opened = ending == null
                ? opener.own(roomId, wish, ownerHint)
                : ending.compose(done -> opener.own(roomId, wish, ownerHint));
        opening.put(roomId, opened);
        opened.onComplete(done -> opening.remove(roomId));
        return opened;
    }

    Ownership ownership() {
        Ownership held = ownership.get();
        if (held != null) return held;
        throw new AdmissionException(
                ErrorCode.RETRY_LATER, RoomOpener.RACE_RETRY_MS, "this node is renewing its lease");
    }

    Future<Commit> commit(RoomHost room, byte[] snapshot, List<SessionDelta> deltas, List<String> endedSessionIds) {
        return hop(
                redis.rooms().commit(room.roomId(), room.fence(), snapshot, room.isStarted(), deltas, endedSessionIds));
    }

    Future<RoomStep> putBack(RoomHost room, RoomImage image) {
        return hop(redis.rooms().restore(room.roomId(), room.fence(), image));
    }

    Introducer introducer() {
        return introducer;
    }

    Register register() {
        return register;
    }

    /**
     * Ends a room in Redis, when the application has done what it had to do, or has failed to. Until Redis has answered, nobody gets
     * a room of that name here: it would be the one that is over.
     */
    void dispose(RoomHost room, Future<Void> whenDone) {
        Future<?> ending = whenDone.transform(done -> hop(redis.rooms().dispose(room.roomId(), room.fence())));
        disposing.put(room.roomId(), ending);
        ending.onSuccess(done -> disposing.remove(room.roomId(), ending)).onFailure(failure -> {
            log.warn("the step dispose got no answer and is repeated: {}", failure.getMessage());
            afterMs(Register.RETRY_AFTER_MS, () -> {
                if (disposing.get(room.roomId()) == ending) dispose(room, Future.succeededFuture());
            });
        });
    }

    /** The room is held here from now on. */
    void hold(RoomHost room) {
        rooms.put(room.roomId(), room);
    }

    /** How a room of this type is made. */
    RoomSpec specOf(String type) {
        return opener.specOf(type);
    }

    void onClosed(RoomHost room) {
        sessionCount -= room.seats().size();
        rooms.remove(room.roomId(), room);
    }

    void releaseConv(int conv) {
        convs.release(conv);
    }

    Outbox outbox(long acknowledged) {
        return new Outbox(acknowledged, settings.outboxMessagesMax(), settings.outboxBytesMax());
    }

    /** A room has something to say to a player. */
    void countMessageOut() {
        traffic.counts().events.count(ShardCounts.Event.MESSAGE_OUT);
    }

    ShardSettings settings() {
        return settings;
    }

    Traffic traffic() {
        return traffic;
    }

    Vertx vertx() {
        return vertx;
    }

    LoopWatch watch() {
        return watch;
    }

    Passwords passwords() {
        return passwords;
    }

    Farewells farewells() {
        return farewells;
    }

    void countSessions(int more) {
        sessionCount += more;
    }

    /** Rooms belong to one thread; who calls from another gets to know it before anything is spoilt. */
    void requireLoop() {
        if (Thread.currentThread() == loop) return;
        throw new IllegalStateException("a room is confined to its event loop: use RoomContext.whenComplete");
    }

    /** What was touched outside of the shard's own calls may speak. */
    void settleSoon() {
        if (isSettlingSoon) return;
        isSettlingSoon = true;
        later(() -> isSettlingSoon = false);
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

    private void touch(RoomHost room, List<String> sessionIds) {
        hop(redis.rooms().touch(room.roomId(), room.fence(), sessionIds))
                .onSuccess(answer -> onTouched(room, answer))
                .onFailure(failure -> log.warn("the step touch got no answer: {}", failure.getMessage()));
    }

    private void onTouched(RoomHost room, Commit answer) {
        if (answer instanceof Fenced) traffic.counts().events.count(ShardCounts.Event.FENCED);
        if (!(answer instanceof Commit.Revoked revoked)) {
            room.onTouched(answer);
            return;
        }
        revoked.reasons().forEach((id, reason) -> {
            ServerSession session = room.seats().of(SessionId.parse(id));
            Revocation why = Revocation.parse(reason);
            ErrorCode code = why.kind() == Revocation.Kind.BANNED ? ErrorCode.BANNED : ErrorCode.KICKED;
            if (session != null) room.end(session, code, why.detail());
        });
        traffic.settle();
    }

    /** Whoever comes back makes no room: that there is none for them says nothing to somebody who joins. */
    private Future<RoomHost> orElseMade(Future<RoomHost> underWay, String roomId, RoomWish wish) {
        return underWay.recover(
                failure -> failure instanceof AdmissionException refusal && refusal.code() == ErrorCode.SESSION_LOST
                        ? open(roomId, wish)
                        : Future.failedFuture(failure));
    }

    /** Those that are not about to begin: these are waited for. */
    private Deque<RoomHost> openRooms() {
        Deque<RoomHost> open = new ArrayDeque<>(rooms.values());
        open.removeIf(room -> room.isMoving() || opening.containsKey(room.roomId()));
        return open;
    }

    private Future<Void> moveAll(Deque<RoomHost> waiting) {
        return moveAll(waiting, Math.min(MOVE_PAUSE_MS_MAX, MOVE_PAUSES_MS_MAX / (waiting.size() + 1)));
    }

    private Future<Void> moveAll(Deque<RoomHost> waiting, long pauseMs) {
        RoomHost next = waiting.pollFirst();
        if (next == null) return Future.succeededFuture();
        return move(next).compose(moved -> vertx.timer(pauseMs + 1)).compose(paused -> moveAll(waiting, pauseMs));
    }

    /** Never fails: what cannot be released is taken over when our lease is gone. */
    private Future<Void> move(RoomHost room) {
        room.endBare();
        if (room.isClosed()) return Future.succeededFuture();
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
}
