package dev.convoy.node.session;

import dev.convoy.protocol.session.Inbox;
import dev.convoy.protocol.wire.ErrorCode;
import dev.convoy.protocol.wire.SessionId;
import dev.convoy.redis.Commit;
import dev.convoy.redis.Fence;
import dev.convoy.redis.Fenced;
import dev.convoy.redis.Forgotten;
import dev.convoy.redis.RoomSpec;
import dev.convoy.room.AdmissionException;
import dev.convoy.room.AuthRequest;
import dev.convoy.room.Durability;
import dev.convoy.room.Room;
import io.vertx.core.Future;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A room on the node that owns it: the application's {@link Room}, its sessions, and the loop that makes
 * them durable. Every call into the application goes through {@link RoomCalls}, so that a room that throws
 * is closed and nothing else suffers. Owned by one event loop.
 */
final class RoomHost {
    private static final Logger log = LoggerFactory.getLogger(RoomHost.class);

    private final Hall hall;
    private final String roomId;
    private final Fence fence;
    private final RoomSpec spec;
    private final Room room;
    private final Login login;
    private final Durability durability;
    private final CommitLoop commits;
    private final RoomCalls calls;
    private final RoomDoor door;
    private final RoomTicks ticks;
    private final Seats seats = new Seats();
    private final Presence presence;
    private final RoomStart start;
    private final RoomTalk talk;

    /** The room is on its way to another node: it takes no more messages. */
    private boolean isMoving;
    /** How many are on their way in: the room is not over while somebody is. */
    private int visitors;

    /** The room wishes to be over. */
    private boolean isClosing;

    private boolean isClosed;
    private boolean hasFailed;

    RoomHost(Hall hall, String roomId, Fence fence, RoomSpec spec, Room room) {
        this.hall = hall;
        this.roomId = roomId;
        this.fence = fence;
        this.spec = spec;
        this.room = room;
        this.durability = Durability.valueOf(spec.durability().name());
        this.commits = new CommitLoop(this, hall, durability);
        this.calls = new RoomCalls(hall, spec.type(), roomId, this::fail);
        this.login = new Login(calls, roomId, room);
        this.door = new RoomDoor(hall.passwords());
        this.ticks = new RoomTicks(hall.traffic(), roomId, seats::isSomebodyOnline, this::isServing, this::tick);
        this.presence = new Presence(hall, this, commits, ticks);
        this.talk = new RoomTalk(hall, this, commits, durability);
        this.start = new RoomStart(hall, this, calls, new RoomView(this, hall, door, ticks));
    }

    // ---- life ----------------------------------------------------------------------------------------

    /** Somebody else owns the room now: stop without a word, the players are theirs. */
    void abandon() {
        if (isClosed) return;
        isClosed = true;
        for (ServerSession session : seats.all()) {
            presence.disconnect(session);
            hall.traffic().setDeadline(session, DeadlineHeap.NEVER);
        }
        ticks.look();
        hall.onClosed(this);
        commits.stop();
    }

    /** The room itself has failed: tell everybody, and forget it. */
    void fail(Throwable cause) {
        log.error("room {} of type {} failed and is closed", roomId, spec.type(), cause);
        if (isClosed) return;
        hasFailed = true;
        for (ServerSession session : seats.all()) tell(session, ErrorCode.ROOM_FAILED, "");
        dissolve(Future.succeededFuture());
    }

    /** The room asks to be over: its players leave, and then it is. */
    void close(String reason) {
        if (isClosed || isClosing) return;
        isClosing = true;
        // What was said last is committed first, or it would not leave a strict room, and it leaves before the end is
        // told.
        atOnceOrAfterwards(() -> commits.finish(seats.all(), () -> hall.later(() -> endAll(reason))));
    }

    private void endAll(String reason) {
        if (isClosed) return;
        for (ServerSession session : serverSessions()) end(session, ErrorCode.ROOM_CLOSED, reason);
        closeIfEmpty();
    }

    boolean isClosing() {
        return isClosing;
    }

    /** Ends the room in Redis, when the application has done what it had to do. */
    void dissolve(Future<Void> whenDone) {
        if (isClosed) return;
        abandon();
        hall.dispose(this, whenDone);
    }

    // ---- sessions ------------------------------------------------------------------------------------

    /** Somebody's way in, from the first question to the answer. */
    <T> Future<T> visit(Supplier<Future<T>> way) {
        visitors++;
        Future<T> answer;
        try {
            answer = way.get();
        } catch (RuntimeException e) {
            answer = Future.failedFuture(e);
        }
        return answer.onComplete(done -> {
            visitors--;
            closeIfEmpty();
        });
    }

    /** The player's id, if the application lets them in. */
    Future<String> authenticate(AuthRequest request) {
        return login.ask(request);
    }

    /** Refuses a new player whom the room does not take at the moment; who has a seat is not new. */
    void requireRoomFor(String user) {
        if (isClosing) throw new AdmissionException(ErrorCode.ROOM_CLOSED, "");
        if (seats.of(user) == null) door.requireRoomFor(seats.takenByOthersThan(user));
    }

    /** A new player, whose record is in Redis. */
    ServerSession join(SessionId id, String user, String playerId) {
        long endsAtMs = hall.traffic().nowMs() + hall.settings().absoluteMs();
        ServerSession session =
                new ServerSession(this, id, user, playerId, hall.outbox(0), new Inbox(0), endsAtMs, false);
        seats.add(session);
        hall.countSessions(1);
        commits.changed(session);
        run("onJoin", () -> room.onJoin(session));
        return session;
    }

    /** Ends a session on the room's or the operator's word; who is away is told when they come back. */
    void end(ServerSession session, ErrorCode reason, String detail) {
        if (!seats.has(session)) return;
        tell(session, reason, detail);
        leave(session, true);
    }

    /** Ends a session when the present call into the room has returned. */
    void kick(ServerSession session, String reason) {
        hall.requireLoop();
        session.isEnding = true;
        atOnceOrAfterwards(() -> end(session, ErrorCode.KICKED, reason));
    }

    // ---- durability ----------------------------------------------------------------------------------

    void startCommit() {
        commits.start();
    }

    /** Not only when its time has come. */
    void commitSoon() {
        commits.hurry();
    }

    /** Whether a crash may undo what players were told. */
    boolean mayGoBack() {
        return durability == Durability.CHECKPOINT;
    }

    /** What Redis said when the room was kept from ageing. */
    void onTouched(Commit answer) {
        if (isClosed) return;
        if (answer instanceof Forgotten) onForgotten();
        if (!(answer instanceof Fenced)) return;
        log.warn("room {} is not owned here any more: {}", roomId, answer);
        abandon();
    }

    /** Redis knows nothing of the room: the next commit finds that out, and puts it back. */
    void onForgotten() {
        commits.changed(null);
        hall.traffic().settle();
    }

    RoomSpec spec() {
        return spec;
    }

    List<ServerSession> serverSessions() {
        return List.copyOf(seats.all());
    }

    /** Ends the sessions that cannot go on elsewhere. */
    void endBare() {
        for (ServerSession session : serverSessions()) if (session.isBare) leave(session, false);
    }

    /** Takes no more messages, commits everything, and calls back; or at once when the room is closed. */
    void freeze(Runnable whenCommitted) {
        isMoving = true;
        ticks.look();
        commits.finish(seats.all(), whenCommitted);
    }

    /** Sends every player away, to wherever the routers send them. */
    void sendAway(int spreadMs) {
        for (ServerSession session : seats.all()) {
            if (session.connection != null) session.connection.goAway(spreadMs);
        }
    }

    boolean isMoving() {
        return isMoving;
    }

    /** The snapshot of this moment; null when the room failed to give one and is closed. */
    byte @Nullable [] snapshot() {
        byte[][] application = new byte[1][];
        run("snapshot", () -> application[0] = room.snapshot().getBytes());
        return application[0] == null ? null : RoomSnapshot.encode(door.settings(), seats.all(), application[0]);
    }

    // ---- what others may ask -------------------------------------------------------------------------

    String roomId() {
        return roomId;
    }

    Room application() {
        return room;
    }

    RoomTalk talk() {
        return talk;
    }

    RoomStart start() {
        return start;
    }

    RoomDoor door() {
        return door;
    }

    RoomTicks ticks() {
        return ticks;
    }

    boolean isDurable() {
        return durability != Durability.MEMORY;
    }

    Presence presence() {
        return presence;
    }

    Seats seats() {
        return seats;
    }

    boolean isStarted() {
        return door.settings().isStarted();
    }

    /** Whether the room failed, and was not only lost to somebody else. */
    boolean hasFailed() {
        return hasFailed;
    }

    /** The state has changed, by the room's own word. */
    void changed() {
        if (isClosed) return;
        commits.changed(null);
        if (!calls.isInside()) hall.settleSoon();
    }

    /** Calls the room, unless it is over or moving. */
    void callBack(String name, Runnable call) {
        if (isServing()) calls.run(name, call);
    }

    Fence fence() {
        return fence;
    }

    boolean isClosed() {
        return isClosed;
    }

    List<String> connectedSessionIds() {
        return seats.connected().stream()
                .map(session -> session.id().toString())
                .toList();
    }

    // ---- helpers -------------------------------------------------------------------------------------

    void leave(ServerSession session, boolean consented) {
        if (!seats.remove(session)) return;
        hall.introducer().left(session);
        hall.countSessions(-1);
        presence.disconnect(session);
        hall.traffic().setDeadline(session, DeadlineHeap.NEVER);
        hall.register().left(this, session);
        run("onLeave", () -> room.onLeave(session, consented));
        ticks.look();
        if (!isClosed) commits.ended(session);
        closeIfEmpty();
    }

    private void closeIfEmpty() {
        if (isClosed || !seats.isEmpty() || (visitors > 0 && !isClosing)) return;
        Future<Void> disposed = calls.ask("onDispose", room::onDispose);
        dissolve(disposed.onFailure(failure -> log.warn("room {} failed in onDispose", roomId, failure)));
    }

    /** Tells the player, now or when they come back. */
    private void tell(ServerSession session, ErrorCode reason, String detail) {
        session.tell(reason, detail);
        hall.farewells().note(session.id(), session.tokens(), reason, detail, session.returnsUntilMs());
    }

    private boolean isServing() {
        return !isClosed && !isMoving;
    }

    private void tick(long step) {
        callBack("onTick", () -> room.onTick(step));
        if (durability == Durability.CHECKPOINT) commits.changed(null);
    }

    /** Calls the room unless it is over. */
    void run(String name, Runnable call) {
        if (!isClosed) calls.run(name, call);
    }

    boolean isBeingCalled() {
        return calls.isInside();
    }

    void requireLoop() {
        hall.requireLoop();
    }

    long nowMs() {
        return hall.traffic().nowMs();
    }

    long windowMs() {
        return hall.settings().windowMs();
    }

    private void atOnceOrAfterwards(Runnable action) {
        if (!calls.isInside()) hall.settleSoon();
        calls.afterwards(action);
    }
}
