package dev.convoy.room;

import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/**
 * What a room can ask of the node that holds it. Only on the room's event loop; elsewhere the methods throw
 * {@link IllegalStateException}. A room that is over asks in vain: nothing happens.
 */
public interface RoomContext {
    String roomId();

    /** The name of the room's type. */
    String type();

    /** For clients of databases and other services, whose futures go to {@link #whenComplete}. */
    Vertx vertx();

    /** The sessions of the room, online and away, in the order they joined; a copy. */
    Collection<RoomSession> sessions();

    /** {@linkplain RoomSession#send Sends} to every session. */
    void broadcast(Buffer message);

    /** {@linkplain RoomSession#sendVolatile(int, Buffer) Sends} to every session that is there, on channel 0. */
    default void broadcastVolatile(Buffer message) {
        broadcastVolatile(0, message);
    }

    /** {@linkplain RoomSession#sendVolatile(int, Buffer) Sends} to every session that is there. */
    void broadcastVolatile(int channel, Buffer message);

    /**
     * Goes on in the room when something is done, on whatever thread that is: {@code handler} is called like the room's own
     * methods, unless the room is over, or has moved to another node, by then.
     */
    <T> void whenComplete(Future<T> work, Handler<AsyncResult<T>> handler);

    /** Calls {@code action} like the room's own methods, unless the room is over, or has moved to another node, by then. */
    void after(long delayMs, Runnable action);

    /**
     * Starts the room's clock: {@link Room#onTick} every {@code stepMs}, on a grid that does not drift. Of the steps that a busy node
     * has missed up to five are made up for at once. A clock that runs is set anew; a room that is restored starts its own again.
     *
     * @param stepMs 5 to 60000
     */
    void tickEvery(int stepMs, TickWhen when);

    void stopTicking();

    /**
     * New players need this password from now on, and returning ones, too; null or empty: none. A room that was created by a
     * request with a password has that one. Only a verifier is kept.
     *
     * @return completes when it is in force, and fails with an {@link AdmissionException} when the node is too busy to compute it
     */
    Future<Void> setPassword(@Nullable String password);

    boolean hasPassword();

    /** How many players there may be, away ones included, 0 = any number; who is there already stays. */
    void setCapacity(int playersMax);

    int capacity();

    /** The game has begun: no new players (ROOM_IS_STARTED); who returns is welcome, also to a seat whose token was lost. */
    void setStarted(boolean started);

    boolean isStarted();

    /** No new players (ROOM_LOCKED), for any other reason; who returns is welcome. */
    void setLocked(boolean locked);

    boolean isLocked();

    /** The state has changed and is to be made durable although nothing was sent: for ticks and volatile messages. */
    void changed();

    /** Ends the room after the present call: every player is told ROOM_CLOSED and {@code reason}, and leaves. */
    void close(String reason);
}
