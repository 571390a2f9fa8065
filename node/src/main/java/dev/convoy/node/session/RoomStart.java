package dev.convoy.node.session;

import dev.convoy.protocol.session.Frames;
import dev.convoy.protocol.session.Inbox;
import dev.convoy.protocol.wire.SessionId;
import dev.convoy.redis.Commit;
import dev.convoy.redis.RoomImage;
import dev.convoy.redis.SessionImage;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.Map;

/** How a room begins here: for the first time, or from what Redis has of it. Owned by the room's event loop. */
final class RoomStart {
    private final Hall hall;
    private final RoomHost host;
    private final RoomCalls calls;
    private final RoomView view;

    RoomStart(Hall hall, RoomHost host, RoomCalls calls, RoomView view) {
        this.hall = hall;
        this.host = host;
        this.calls = calls;
        this.view = view;
    }

    /** The room begins; a failure has to be followed by {@link RoomHost#dissolve} or {@link RoomHost#abandon}. */
    Future<Void> create(Buffer options, String password) {
        return host.door()
                .setPassword(password)
                .compose(set -> calls.ask("onCreate", () -> host.application().onCreate(view, options)));
    }

    /**
     * The room goes on from what Redis has of it, all its players being away. A room that throws is closed; one that only says
     * that it cannot now, by a failed future, may be tried again.
     *
     * @param afterCrash whether its last owner may have gone on behind that
     */
    Future<Void> restore(RoomImage image, boolean afterCrash) {
        RoomSnapshot snapshot = image.snapshot() == null ? null : RoomSnapshot.decode(image.snapshot());
        Map<SessionId, RoomSnapshot.Player> joined = snapshot == null ? Map.of() : snapshot.joined();
        if (snapshot != null) host.door().restore(snapshot.door());
        Future<Void> begun = snapshot == null
                ? calls.ask("onCreate", () -> host.application().onCreate(view, Buffer.buffer()))
                : calls.ask("restore", () -> restored(snapshot));
        return begun.onSuccess(restored -> {
            returnTo(image, joined);
            if (host.mayGoBack()) doubt(image, joined, afterCrash);
        });
    }

    /** An exception is the room's own fault, a failed future the world's. */
    private Future<Void> restored(RoomSnapshot snapshot) {
        try {
            return host.application().restore(view, Buffer.buffer(snapshot.application()));
        } catch (Exception | LinkageError | StackOverflowError | AssertionError e) {
            calls.afterwards(() -> host.fail(e));
            return Future.failedFuture(e);
        }
    }

    /** Makes a room durable that has just been created; in a memory room there is nothing to do. */
    Future<Void> firstCommit() {
        if (host.isClosed()) return Future.failedFuture("closed");
        if (!host.isDurable()) return Future.succeededFuture();
        byte[] snapshot = host.snapshot();
        if (snapshot == null) return Future.failedFuture("failed");
        return hall.commit(host, snapshot, List.of(), List.of())
                .compose(answer -> answer instanceof Commit.Committed
                        ? Future.succeededFuture()
                        : Future.failedFuture(RoomOpener.race()));
    }

    private void returnTo(RoomImage image, Map<SessionId, RoomSnapshot.Player> joined) {
        // All are there before the application hears of the first, whom it may send away: the room is not empty then.
        for (SessionImage session : image.sessions()) {
            ServerSession restored = ServerSession.restored(host, hall, session);
            host.seats().add(restored);
            hall.countSessions(1);
            host.presence().restore(restored, session);
        }
        for (SessionImage session : image.sessions()) announce(session, joined);
        // Whom the snapshot knows and no record does had left when the owner died.
        joined.forEach((id, player) -> {
            if (host.seats().of(id) == null) forget(id, player);
        });
        host.ticks().look();
    }

    /** What stands now is what a player has to be told who has more than that. */
    private void doubt(RoomImage image, Map<SessionId, RoomSnapshot.Player> joined, boolean afterCrash) {
        for (SessionImage stored : image.sessions()) {
            ServerSession session = host.seats().of(SessionId.parse(stored.sessionId()));
            if (session == null) continue;
            RoomSnapshot.Player known = joined.get(session.id());
            long before = known == null ? ServerSession.ALL_CERTAIN : known.certain();
            if (before == ServerSession.ALL_CERTAIN && !afterCrash) continue;
            long upTo = Math.min(before, stored.sent());
            host.run("stateFor", () -> {
                byte[] state = host.application().stateFor(session).getBytes();
                if (state.length > Frames.STATE_BYTES_MAX) {
                    throw new IllegalStateException("a state has at most " + Frames.STATE_BYTES_MAX + " bytes");
                }
                session.doubt(new ServerSession.Doubt(upTo, session.outbox.last(), state));
            });
        }
    }

    /** Tells the application whom it does not know of yet. */
    private void announce(SessionImage image, Map<SessionId, RoomSnapshot.Player> joined) {
        ServerSession session = host.seats().of(SessionId.parse(image.sessionId()));
        if (session != null && !joined.containsKey(session.id()))
            host.run("onJoin", () -> host.application().onJoin(session));
    }

    private void forget(SessionId id, RoomSnapshot.Player player) {
        ServerSession gone =
                new ServerSession(host, id, player.user(), player.playerId(), hall.outbox(0), new Inbox(0), 0, true);
        host.run("onLeave", () -> host.application().onLeave(gone, false));
    }
}
