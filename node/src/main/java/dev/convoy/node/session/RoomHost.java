package dev.convoy.node.session;

import dev.convoy.protocol.session.FrameReader;
import dev.convoy.protocol.session.Inbox;
import dev.convoy.protocol.session.LinkEvent;
import dev.convoy.protocol.wire.ErrorCode;
import dev.convoy.protocol.wire.SessionId;
import dev.convoy.redis.Commit;
import dev.convoy.redis.Fence;
import dev.convoy.redis.Fenced;
import dev.convoy.redis.Forgotten;
import dev.convoy.redis.RoomImage;
import dev.convoy.redis.RoomSpec;
import dev.convoy.redis.SessionImage;
import dev.convoy.room.AuthRequest;
import dev.convoy.room.Durability;
import dev.convoy.room.Room;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A room on the node that owns it: the application's {@link Room}, its sessions, and the loop that makes
 * them durable. Every call into the application goes through {@link #guarded}, so that a room that throws
 * is closed and nothing else suffers. Owned by one event loop.
 */
final class RoomHost {
    private static final Logger log = LoggerFactory.getLogger(RoomHost.class);
    /** So long after a room has come here its players may be on their way, and count as present. */
    private static final long DROP_GRACE_MS = 3_000;

    private final Hall hall;
    private final String roomId;
    private final Fence fence;
    private final RoomSpec spec;
    private final Room room;
    private final Login login;
    private final Durability durability;
    private final CommitLoop commits;
    private final RoomView view = new RoomView(this);
    private final Map<SessionId, ServerSession> sessions = new LinkedHashMap<>();
    /** Users whose record is being written. */
    private final Set<String> admitting = new HashSet<>();

    /** The room is on its way to another node: it takes no more messages. */
    private boolean isMoving;
    /** How many are on their way in: the room is not over while somebody is. */
    private int visitors;

    private boolean isClosed;

    RoomHost(Hall hall, String roomId, Fence fence, RoomSpec spec, Room room) {
        this.hall = hall;
        this.roomId = roomId;
        this.fence = fence;
        this.spec = spec;
        this.room = room;
        this.login = new Login(hall, roomId, room);
        this.durability = Durability.valueOf(spec.durability().name());
        this.commits = new CommitLoop(this, hall, durability);
    }

    // ---- life ----------------------------------------------------------------------------------------

    /** The room begins. */
    void create(Buffer options) {
        guarded(() -> room.onCreate(view, options));
    }

    /** The room goes on from what Redis has of it, all its players being away. */
    void restore(RoomImage image) {
        RoomSnapshot snapshot = image.snapshot() == null ? null : RoomSnapshot.decode(image.snapshot());
        Set<SessionId> joined = snapshot == null ? Set.of() : snapshot.joined();
        guarded(() -> {
            if (snapshot == null) room.onCreate(view, Buffer.buffer());
            else room.restore(view, Buffer.buffer(snapshot.application()));
        });
        // All are there before the application hears of the first, whom it may send away: the room is not empty then.
        for (SessionImage session : image.sessions()) restore(session);
        for (SessionImage session : image.sessions()) announce(session, joined);
        // Whom the snapshot knows and no record does had left when the owner died.
        for (SessionId id : joined) if (!sessions.containsKey(id)) forget(id);
    }

    /** Somebody else owns the room now: stop without a word, the players are theirs. */
    void abandon() {
        if (isClosed) return;
        isClosed = true;
        for (ServerSession session : sessions.values()) {
            disconnect(session);
            hall.traffic().setDeadline(session, DeadlineHeap.NEVER);
        }
        hall.onClosed(this);
        commits.stop();
    }

    /** The room itself has failed: tell everybody, and forget it. */
    void fail(Throwable cause) {
        log.error("room {} failed and is closed", roomId, cause);
        if (isClosed) return;
        for (ServerSession session : sessions.values()) session.tell(ErrorCode.ROOM_FAILED, "");
        hall.dispose(this);
        abandon();
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

    /** Keeps a user's place while the record is written; false when somebody of that name is at it already. */
    boolean reserve(String user) {
        return admitting.add(user);
    }

    void unreserve(String user) {
        admitting.remove(user);
    }

    /** A new player, whose record is in Redis. */
    ServerSession join(SessionId id, String user, String playerId) {
        long endsAtMs = hall.traffic().nowMs() + hall.settings().absoluteMs();
        ServerSession session =
                new ServerSession(this, id, user, playerId, hall.outbox(0), new Inbox(0), endsAtMs, false);
        sessions.put(id, session);
        commits.changed(session);
        guarded(() -> room.onJoin(session));
        return session;
    }

    /** The player has a conv (again). */
    void onConnected(ServerSession session, Connection connection, boolean isReturn) {
        session.onConnected(connection);
        hall.register().online(this, session);
        hall.traffic().setDeadline(session, session.endsAtMs());
        boolean wasDropped = isReturn && !session.isDropOwed;
        session.isDropOwed = false;
        if (isReturn) commits.changed(session);
        if (wasDropped) guarded(() -> room.onReconnect(session));
    }

    /**
     * The player has messages up to {@code received} that a crash has undone: numbers go on behind them, and the next thing
     * that the player gets is what stands.
     *
     * @return false when the room is of a kind in which that cannot have happened
     */
    boolean rollForward(ServerSession session, long received) {
        if (durability != Durability.CHECKPOINT || !session.isRestored()) return false;
        guarded(() -> session.rollForward(received, room.stateFor(session).getBytes()));
        return true;
    }

    /** Ends the conv that a session has, because a new one is about to begin. */
    void disconnect(ServerSession session) {
        Connection connection = session.connection;
        if (connection == null) return;
        session.connection = null;
        hall.traffic().close(connection, () -> hall.releaseConv(connection.link.conv()));
    }

    /** The player has fallen silent: wait for them. */
    void onSilent(ServerSession session) {
        disconnect(session);
        drop(session);
    }

    /** The time to come back is over, or that in which nobody need notice that the player was gone, or all its time. */
    void onTimeOver(ServerSession session) {
        if (session.isOnline()) end(session, ErrorCode.TOKEN_EXPIRED, "");
        else if (session.isDropOwed) drop(session);
        else leave(session, false);
    }

    /** Ends a session on the room's or the operator's word. */
    void end(ServerSession session, ErrorCode reason, String detail) {
        session.tell(reason, detail);
        leave(session, true);
    }

    void onEvent(ServerSession session, LinkEvent event, FrameReader frame) {
        switch (event) {
            case MESSAGE -> {
                if (durability == Durability.MEMORY) session.inbox.makeDurable(session.inbox.received());
                commits.changed(session);
                Buffer message = Buffer.buffer(frame.payload());
                guarded(() -> room.onMessage(session, message));
            }
            case VOLATILE -> guarded(() -> room.onVolatile(session, frame.channel(), Buffer.buffer(frame.payload())));
            case CLOSE -> leave(session, true);
            case BROKEN -> {
                log.info("session {} broke the protocol: its conv ends", session.id());
                onSilent(session);
            }
            case PEER -> hall.introducer().onFrame(session, frame.payload());
            case STATE, GOAWAY, ERROR, NONE -> {}
        }
    }

    boolean send(ServerSession session, byte[] message) {
        if (sessions.get(session.id()) != session) return false;
        if (!session.outbox.hasRoom(message.length)) {
            hall.later(() -> end(session, ErrorCode.OUTBOX_FULL, ""));
            return false;
        }
        session.outbox.append(message);
        commits.changed(session);
        if (durability != Durability.STRICT) session.letAllLeave();
        return true;
    }

    // ---- durability ----------------------------------------------------------------------------------

    void startCommit() {
        commits.start();
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
        return List.copyOf(sessions.values());
    }

    /** Takes no more messages, commits everything, and calls back; or at once when the room is closed. */
    void freeze(Runnable whenCommitted) {
        isMoving = true;
        commits.finish(sessions.values(), whenCommitted);
    }

    /** Sends every player away, to wherever the routers send them. */
    void sendAway(int spreadMs) {
        for (ServerSession session : sessions.values()) {
            if (session.connection != null) session.connection.goAway(spreadMs);
        }
    }

    boolean isMoving() {
        return isMoving;
    }

    /** The snapshot of this moment; null when the room failed to give one and is closed. */
    byte @Nullable [] snapshot() {
        byte[][] application = new byte[1][];
        guarded(() -> application[0] = room.snapshot().getBytes());
        return application[0] == null ? null : RoomSnapshot.encode(sessions.keySet(), application[0]);
    }

    // ---- what others may ask -------------------------------------------------------------------------

    String roomId() {
        return roomId;
    }

    Collection<ServerSession> sessions() {
        return sessions.values();
    }

    Fence fence() {
        return fence;
    }

    boolean isClosed() {
        return isClosed;
    }

    List<ServerSession> onlineSessions() {
        return sessions.values().stream().filter(ServerSession::isOnline).toList();
    }

    List<String> onlineSessionIds() {
        return onlineSessions().stream().map(session -> session.id().toString()).toList();
    }

    @Nullable
    ServerSession session(SessionId id) {
        return sessions.get(id);
    }

    @Nullable
    ServerSession sessionOf(String user) {
        for (ServerSession session : sessions.values()) if (session.user().equals(user)) return session;
        return null;
    }

    /** Whether the application lets two of its players have a direct line. */
    boolean allowsPeerLine(ServerSession opener, ServerSession answerer) {
        boolean[] allows = new boolean[1];
        guarded(() -> allows[0] = room.allowsPeerLine(opener, answerer));
        return allows[0];
    }

    // ---- helpers -------------------------------------------------------------------------------------

    private void restore(SessionImage image) {
        ServerSession session = ServerSession.restored(this, hall, image);
        sessions.put(session.id(), session);
        long expiresInMs =
                Math.max(1, Math.min(image.expiresInMs(), hall.settings().windowMs()));
        session.isDropOwed = image.online();
        wait(session, image.online() ? Math.min(expiresInMs, DROP_GRACE_MS) : expiresInMs);
        commits.changed(session);
    }

    /** Tells the application whom it does not know of yet. */
    private void announce(SessionImage image, Set<SessionId> joined) {
        ServerSession session = sessions.get(SessionId.parse(image.sessionId()));
        if (session != null && !joined.contains(session.id())) guarded(() -> room.onJoin(session));
    }

    private void drop(ServerSession session) {
        session.isDropOwed = false;
        wait(session, hall.settings().windowMs());
        hall.register().away(this, session);
        commits.changed(session);
        guarded(() -> room.onDrop(session));
    }

    private void forget(SessionId id) {
        ServerSession gone = new ServerSession(this, id, "", "", hall.outbox(0), new Inbox(0), 0, true);
        guarded(() -> room.onLeave(gone, false));
    }

    private void leave(ServerSession session, boolean consented) {
        if (sessions.remove(session.id()) == null) return;
        hall.introducer().left(session);
        disconnect(session);
        hall.traffic().setDeadline(session, DeadlineHeap.NEVER);
        hall.register().left(this, session);
        guarded(() -> room.onLeave(session, consented));
        if (!isClosed) commits.changed(null);
        closeIfEmpty();
    }

    private void closeIfEmpty() {
        if (isClosed || visitors > 0 || !sessions.isEmpty()) return;
        guarded(room::onDispose);
        if (isClosed) return;
        hall.dispose(this);
        abandon();
    }

    private void wait(ServerSession session, long windowMs) {
        session.awayUntilMs = Math.min(hall.traffic().nowMs() + windowMs, session.endsAtMs());
        hall.traffic().setDeadline(session, session.awayUntilMs);
    }

    private void guarded(Runnable call) {
        if (isClosed) return;
        try {
            call.run();
        } catch (RuntimeException | StackOverflowError | AssertionError e) {
            fail(e);
        }
    }
}
