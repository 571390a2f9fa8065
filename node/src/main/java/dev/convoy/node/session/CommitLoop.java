package dev.convoy.node.session;

import dev.convoy.redis.Commit;
import dev.convoy.redis.Fenced;
import dev.convoy.redis.Forgotten;
import dev.convoy.redis.RoomImage;
import dev.convoy.redis.RoomStep;
import dev.convoy.redis.SessionDelta;
import dev.convoy.redis.SessionImage;
import dev.convoy.room.Durability;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes a room durable: state, sequence numbers and outboxes go to Redis together. In a strict room what a commit
 * carried leaves only when Redis has it (output commit); a checkpoint room commits now and then, and a memory room
 * only when it moves. One commit is under way at a time; what happens meanwhile is
 * the next one's, which is all there is to group commit. A commit that failed without an answer is repeated
 * with whatever has come since: it may have been done, and the step takes nothing twice. A Redis that has
 * forgotten the room is told all of it again, which is a commit like any other.
 */
final class CommitLoop {
    private static final Logger log = LoggerFactory.getLogger(CommitLoop.class);
    private static final long RETRY_AFTER_MS = 100;

    private final RoomHost room;
    private final Hall hall;
    private final Durability durability;
    private final Set<ServerSession> changed = new LinkedHashSet<>();
    /** Sessions whose records go with the next commit, so that what their end has changed is committed with it. */
    private final Set<String> ended = new LinkedHashSet<>();

    private final List<Runnable> waiting = new ArrayList<>();
    private boolean isPending;
    private boolean isUnderWay;
    private boolean isUrgent;

    CommitLoop(RoomHost room, Hall hall, Durability durability) {
        this.room = room;
        this.hall = hall;
        this.durability = durability;
    }

    /** The room's state has changed, and maybe that of a session. */
    void changed(@Nullable ServerSession session) {
        if (durability == Durability.MEMORY) return;
        if (session != null) {
            changed.add(session);
            ended.remove(session.id().toString()); // Somebody who left may come in again by the same attempt.
        }
        boolean isScheduled = isPending || isUnderWay;
        isPending = true;
        if (!isScheduled) schedule();
    }

    /** A session is over, and the room's state has changed by that. */
    void ended(ServerSession session) {
        if (durability == Durability.MEMORY) return;
        ended.add(session.id().toString());
        changed(null);
    }

    /** Commits everything there is, in a room of any durability, and calls back. */
    void finish(Collection<ServerSession> all, Runnable action) {
        waiting.add(action);
        changed.addAll(all);
        isPending = true;
        start();
    }

    /** Commits what has changed now, or as soon as the commit that is under way is done. */
    void hurry() {
        isUrgent = isUnderWay;
        start();
    }

    /** Nothing more will be committed. */
    void stop() {
        List<Runnable> actions = new ArrayList<>(waiting);
        waiting.clear();
        actions.forEach(Runnable::run);
    }

    void start() {
        if (room.isClosed() || isUnderWay || !isPending) return;
        byte[] snapshot = room.snapshot();
        if (snapshot == null) return;
        List<ServerSession> sessions = new ArrayList<>(changed);
        sessions.removeIf(session -> !room.seats().has(session));
        List<SessionDelta> deltas = sessions.stream().map(ServerSession::delta).toList();
        changed.clear();
        isPending = false;
        isUrgent = false;
        isUnderWay = true;
        long beganNanos = System.nanoTime();
        List<String> leaving = List.copyOf(ended);
        hall.commit(room, snapshot, deltas, leaving).onComplete(done -> {
            isUnderWay = false;
            if (done.succeeded()) {
                hall.traffic().counts().onCommit(System.nanoTime() - beganNanos, deltas.size());
            }
            if (room.isClosed()) return;
            if (done.succeeded() && done.result() instanceof Commit.Committed) leaving.forEach(ended::remove);
            if (done.succeeded()) onAnswer(done.result(), sessions, deltas);
            else onNoAnswer(sessions, done.cause());
        });
    }

    private void onAnswer(Commit answer, List<ServerSession> sessions, List<SessionDelta> deltas) {
        if (answer instanceof Commit.Committed) {
            for (int i = 0; i < deltas.size(); i++) release(sessions.get(i), deltas.get(i));
            if (!isPending) stop();
            else if (waiting.isEmpty() && !isUrgent) schedule();
            else start();
            hall.traffic().settle();
        } else if (answer instanceof Fenced fenced) {
            hall.traffic().counts().events.count(ShardCounts.Event.FENCED);
            log.warn("room {} is owned by {} now: abandoned here", room.roomId(), fenced.current());
            room.abandon();
        } else if (answer instanceof Forgotten) {
            putBack();
        }
    }

    /** Redis has lost the room, or some of its sessions, or an older commit: everything that is here goes back. */
    private void putBack() {
        hall.traffic().counts().events.count(ShardCounts.Event.PUT_BACK);
        byte[] snapshot = room.snapshot();
        if (snapshot == null) return;
        log.warn("Redis has forgotten room {} or a part of it: it is put back", room.roomId());
        List<ServerSession> sessions = room.serverSessions();
        List<SessionDelta> deltas = sessions.stream().map(ServerSession::delta).toList();
        changed.clear();
        isPending = false;
        isUnderWay = true;
        hall.putBack(room, image(snapshot, sessions)).onComplete(done -> {
            isUnderWay = false;
            if (room.isClosed()) return;
            if (done.failed()) onNoAnswer(sessions, done.cause());
            else if (done.result() instanceof Fenced fenced) onAnswer(fenced, sessions, deltas);
            else if (done.result() instanceof RoomStep.Done) {
                isPending |= !ended.isEmpty(); // What Redis still has of them is not put right by putting others back.
                onAnswer(new Commit.Committed(), sessions, deltas);
            } else onNoAnswer(sessions, new IllegalStateException("forgotten once more"));
        });
    }

    /** The room and its sessions as they are here, with the application's part as of {@code snapshot}. */
    private RoomImage image(byte[] snapshot, List<ServerSession> sessions) {
        long nowMs = hall.traffic().nowMs();
        long windowMs = hall.settings().windowMs();
        List<SessionImage> images =
                sessions.stream().map(session -> session.image(nowMs, windowMs)).toList();
        return new RoomImage(room.spec(), room.isStarted(), snapshot, images);
    }

    private void release(ServerSession session, SessionDelta delta) {
        session.onCommitted(delta);
        if (session.connection != null) hall.traffic().touch(session.connection);
    }

    private void onNoAnswer(List<ServerSession> sessions, Throwable cause) {
        log.warn("the commit of room {} got no answer and is repeated: {}", room.roomId(), cause.getMessage());
        changed.addAll(sessions);
        isPending = true;
        startAfter(RETRY_AFTER_MS);
    }

    private void schedule() {
        if (durability == Durability.STRICT) hall.traffic().changed(room);
        else startAfter(hall.settings().checkpointMs());
    }

    private void startAfter(long delayMs) {
        hall.afterMs(delayMs, () -> {
            hall.traffic().changed(room);
            hall.traffic().settle();
        });
    }
}
