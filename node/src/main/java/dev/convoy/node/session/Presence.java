package dev.convoy.node.session;

import dev.convoy.protocol.wire.ErrorCode;
import dev.convoy.redis.SessionImage;
import dev.convoy.room.Return;

/**
 * Who of a room's players is there and who is away: convs that begin and end, the offline mark, and the time to come back.
 * Owned by the room's event loop.
 */
final class Presence {
    /** So long after a room has come here its players may be on their way, and count as present. */
    private static final long DROP_GRACE_MS = 3_000;

    private final Hall hall;
    private final RoomHost host;
    private final CommitLoop commits;
    private final RoomTicks ticks;

    Presence(Hall hall, RoomHost host, CommitLoop commits, RoomTicks ticks) {
        this.hall = hall;
        this.host = host;
        this.commits = commits;
        this.ticks = ticks;
    }

    /** The player has a conv (again). */
    void connected(ServerSession session, Connection connection, boolean isReturn) {
        Return how = session.howReturned();
        session.onConnected(connection);
        hall.register().online(host, session);
        hall.traffic().setDeadline(session, session.endsAtMs());
        boolean wasDropped = isReturn && !session.isDropOwed;
        session.isDropOwed = false;
        session.clearOffline();
        ticks.look();
        if (isReturn) commits.changed(session);
        if (wasDropped) host.run("onReconnect", () -> host.application().onReconnect(session, how));
    }

    /** Ends the conv that a session has, because a new one is about to begin. */
    void disconnect(ServerSession session) {
        Succession.forgetExpected(session, hall);
        Connection connection = session.connection;
        if (connection == null) return;
        session.settleDoubt();
        session.connection = null;
        hall.traffic().close(connection, () -> hall.releaseConv(connection.link.conv()));
    }

    /** The player has fallen silent: wait for them, unless nobody has ever been there. */
    void silent(ServerSession session) {
        if (session.isBare || session.isUnheard()) {
            host.leave(session, false);
        } else {
            disconnect(session);
            drop(session);
        }
    }

    /** The time to come back is over, or that in which nobody need notice that the player was gone, or all its time. */
    void timeOver(ServerSession session) {
        if (session.isConnected()) host.end(session, ErrorCode.TOKEN_EXPIRED, "");
        else if (session.isDropOwed) drop(session);
        else host.leave(session, false);
    }

    /** A session that comes from Redis, its player being away. */
    void restore(ServerSession session, SessionImage image) {
        long expiresInMs =
                Math.max(1, Math.min(image.expiresInMs(), hall.settings().windowMs()));
        session.isDropOwed = image.online();
        if (!image.online()) session.markOffline();
        wait(session, image.online() ? Math.min(expiresInMs, DROP_GRACE_MS) : expiresInMs);
        commits.changed(session);
    }

    private void drop(ServerSession session) {
        session.isDropOwed = false;
        session.markOffline();
        wait(session, hall.settings().windowMs());
        hall.register().away(host, session);
        commits.changed(session);
        host.run("onDrop", () -> host.application().onDrop(session));
        ticks.look();
    }

    private void wait(ServerSession session, long windowMs) {
        session.awayUntilMs = Math.min(hall.traffic().nowMs() + windowMs, session.endsAtMs());
        hall.traffic().setDeadline(session, session.awayUntilMs);
    }
}
