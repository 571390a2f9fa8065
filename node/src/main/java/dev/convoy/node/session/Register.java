package dev.convoy.node.session;

import dev.convoy.protocol.wire.SessionId;
import dev.convoy.redis.ConvoyRedis;
import dev.convoy.redis.Due;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a shard writes down about its sessions' comings and goings. Nothing waits for the answers: presence is
 * derived, and a step that got lost is made up for by the record's own time.
 */
final class Register {
    /** Presence is told when it changes, and again after so many keep-alives. */
    static final int KEEP_ALIVES_PER_PRESENCE = 10;

    private static final Logger log = LoggerFactory.getLogger(Register.class);
    /** Presence that is not told again holds for so many times that. */
    private static final int TELLINGS_KEPT = 3;

    static final long RETRY_AFTER_MS = 500;

    private final ConvoyRedis redis;
    private final Hall hall;
    private final long windowMs;
    private final long onlineMs;

    Register(Hall hall, ConvoyRedis redis, long windowMs, long keepAliveMs) {
        this.hall = hall;
        this.redis = redis;
        this.windowMs = windowMs;
        this.onlineMs = keepAliveMs * KEEP_ALIVES_PER_PRESENCE * TELLINGS_KEPT;
    }

    /** Notes when somebody must look at a session that is about to begin, in case that we cannot. */
    Future<Void> scheduleEnd(RoomHost room, SessionId id) {
        Due.Entry entry = new Due.Entry(room.roomId(), id.toString());
        return hall.hop(redis.due().schedule(entry, Duration.ofMillis(windowMs)));
    }

    void online(RoomHost room, ServerSession session) {
        if (session.isBare) return;
        tellPresence(room, session, true, onlineMs);
    }

    /** The player has fallen silent: the time to come back runs. */
    void away(RoomHost room, ServerSession session) {
        if (session.isBare) return;
        String id = session.id().toString();
        watch("away", redis.sessions().away(room.roomId(), room.fence(), id, windowMs));
        tellPresence(room, session, false, windowMs);
    }

    /** The session is over, and so are its tokens. */
    void left(RoomHost room, ServerSession session) {
        if (session.isBare) return;
        end(room, session.id());
        watch(
                "gone",
                redis.users().gone(session.user(), room.fence(), session.id().toString()));
    }

    /** No session of that id is here, and there shall be no record of one: repeated until Redis has answered. */
    void end(RoomHost room, SessionId id) {
        hall.hop(redis.sessions().leave(room.roomId(), room.fence(), id.toString()))
                .onFailure(failure -> {
                    log.warn("the step leave got no answer and is repeated: {}", failure.getMessage());
                    hall.afterMs(RETRY_AFTER_MS, () -> {
                        if (!room.isClosed() && room.seats().of(id) == null) end(room, id);
                    });
                });
    }

    /**
     * The record of a session was perhaps written, and nobody was told so: whoever wanted it asks again within a window, or there is
     * to be none.
     */
    void endUnlessAdmitted(RoomHost room, SessionId id) {
        hall.afterMs(windowMs, () -> {
            if (!room.isClosed() && room.seats().of(id) == null) end(room, id);
        });
    }

    private void tellPresence(RoomHost room, ServerSession session, boolean online, long ttlMs) {
        String id = session.id().toString();
        Duration ttl = Duration.ofMillis(ttlMs);
        watch("presence", redis.users().seen(session.user(), room.roomId(), room.fence(), id, online, ttl));
    }

    private static void watch(String step, CompletionStage<?> stage) {
        stage.whenComplete((done, failure) -> {
            if (failure != null) log.warn("the step {} got no answer: {}", step, failure.getMessage());
        });
    }
}
