package dev.convoy.room;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;

/**
 * One room: a state and the rules by which its sessions' messages change it.
 *
 * <p>Every method is called on one event loop, never concurrently, and must not block. A method that throws
 * closes this room and nothing else. The room may be moved to another node between any two calls: whatever
 * it wants to keep is in its {@link #snapshot}.
 */
public interface Room {
    /** The room exists for the first time. {@code options} are the bytes of the request that created it. */
    default void onCreate(RoomContext room, Buffer options) {}

    /**
     * The room goes on from a {@link #snapshot}, on this node or another. Called instead of
     * {@link #onCreate}.
     */
    void restore(RoomContext room, Buffer snapshot);

    /** Everything that {@link #restore} needs. Called whenever the room's state is to be made durable. */
    Buffer snapshot();

    /**
     * What a player has to know to go on after a crash of a {@link Durability#CHECKPOINT} room has undone some of what
     * it was told; by default the snapshot.
     */
    default Buffer stateFor(RoomSession session) {
        return snapshot();
    }

    /**
     * May this user in, new or returning?
     *
     * @return the player's id, at most 64 bytes of UTF-8; a failure refuses the user, with the code of an
     *     {@link AdmissionException} or else AUTH_ERROR
     */
    default Future<String> onAuth(AuthRequest request) {
        return Future.succeededFuture(request.user());
    }

    default void onJoin(RoomSession session) {}

    /** A message, exactly once and in order. */
    void onMessage(RoomSession session, Buffer message);

    /**
     * A message that may have been lost, the newest of its channel: positions, not purchases. Never one after a newer one. What
     * it changes is made durable with whatever is sent or changed reliably next.
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

    /** The session has lost its connection; it may come back within its window. */
    default void onDrop(RoomSession session) {}

    /** The session is back: no message was lost in either direction. */
    default void onReconnect(RoomSession session) {}

    /**
     * The session is over.
     *
     * @param consented true when the player left or was removed, false when the time to come back ran out
     */
    default void onLeave(RoomSession session, boolean consented) {}

    /** The room is closed for good. */
    default void onDispose() {}
}
