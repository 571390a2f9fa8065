package dev.convoy.room;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;

/**
 * One room: a state and the rules by which its sessions' messages change it.
 *
 * <p>Every method is called on one event loop, never concurrently and never inside another, and must not block: what takes time
 * returns a {@link Future} or is waited for with {@link RoomContext#whenComplete}. A method that throws, also in {@link #snapshot} or
 * {@link #onTick}, closes this room with ROOM_FAILED and nothing else. A room that holds its event loop up is named in the log.
 *
 * <p>The room may be moved to another node between any two calls: whatever it wants to keep is in its {@link #snapshot}.
 */
public interface Room {
    /**
     * The room exists for the first time. {@code options} are the bytes of the request that created it.
     *
     * @return completes when players may come in; a failure, or none within five seconds, ends the room before it began: whoever
     *     asked is refused with the code of an {@link AdmissionException} or else ROOM_FAILED
     */
    default Future<Void> onCreate(RoomContext room, Buffer options) {
        return Future.succeededFuture();
    }

    /**
     * The room goes on from a {@link #snapshot}, on this node or another. Called instead of {@link #onCreate}.
     *
     * @return completes when players may come back; a failed one, or none within five seconds, is tried again later. An exception
     *     closes the room: what cannot be read now cannot be read later.
     */
    Future<Void> restore(RoomContext room, Buffer snapshot);

    /** Everything that {@link #restore} needs. Called whenever the room's state is to be made durable; changes nothing. */
    Buffer snapshot();

    /**
     * What a player has to know to go on after a crash of a {@link Durability#CHECKPOINT} room has undone some of what
     * it was told; by default the snapshot.
     */
    default Buffer stateFor(RoomSession session) {
        return snapshot();
    }

    /**
     * May this user in, new or returning? Asked at every return as well: a token restores a session and authorises nothing. The
     * login, bans and the room's password have been checked before.
     *
     * @return the player's id, at most 64 bytes of UTF-8; a failure refuses the user, with the code of an
     *     {@link AdmissionException} or else AUTH_ERROR; none within five seconds refuses with RETRY_LATER
     */
    default Future<String> onAuth(AuthRequest request) {
        return Future.succeededFuture(request.user());
    }

    /** A new player. What is sent here is the first that the player gets. */
    default void onJoin(RoomSession session) {}

    /** A message, exactly once and in order. */
    void onMessage(RoomSession session, Buffer message);

    /**
     * A message that may have been lost, the newest of its channel: positions, not purchases. Never one after a newer one. What
     * it changes becomes durable like what a {@linkplain #onTick tick} changes.
     *
     * @param channel 0 to 255
     */
    default void onVolatile(RoomSession session, int channel, Buffer message) {}

    /**
     * May these two players of the room have a direct line to each other? It lets each know the other's network address, and what
     * they say on it does not pass the room. A player whose program takes no lines is not asked.
     */
    default boolean allowsPeerLine(RoomSession opener, RoomSession answerer) {
        return true;
    }

    /** The player has lost the connection and may come back; the {@linkplain RoomSession#isOffline offline mark} is set. */
    default void onDrop(RoomSession session) {}

    /**
     * The player is back, and the offline mark is gone. Comes without an {@link #onDrop} before it when the player was back before
     * anybody had noticed, and not at all when the player was back before a room that had to move noticed.
     */
    default void onReconnect(RoomSession session, Return how) {}

    /**
     * The session is over.
     *
     * @param consented true when the player left or was removed, false when the time to come back ran out
     */
    default void onLeave(RoomSession session, boolean consented) {}

    /**
     * One step of the clock that {@link RoomContext#tickEvery} started. What it changes becomes durable with whatever the room
     * sends reliably next, or says has {@linkplain RoomContext#changed changed}; in a checkpoint room with the next checkpoint.
     *
     * @param step from 1 on; a number that is left out is a step that was given up, because the node had been held up for longer
     *     than the steps that are made up for
     */
    default void onTick(long step) {}

    /**
     * The room is over, and no session is left. Not called for a room that has failed.
     *
     * @return waited for at most five seconds before the name of the room is free again
     */
    default Future<Void> onDispose() {
        return Future.succeededFuture();
    }
}
