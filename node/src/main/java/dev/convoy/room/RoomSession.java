package dev.convoy.room;

import dev.convoy.protocol.wire.SessionId;
import io.vertx.core.buffer.Buffer;

/** A player in a room, over all the connections that the player has had and will have. */
public interface RoomSession {
    SessionId id();

    String user();

    /** What {@link Room#onAuth} answered when the player joined. */
    String playerId();

    /** False between {@link Room#onDrop} and {@link Room#onReconnect}. */
    default boolean isOnline() {
        return !isOffline();
    }

    /** The offline mark: set before {@link Room#onDrop}, kept while the room moves, cleared before {@link Room#onReconnect}. */
    boolean isOffline();

    /** How long the mark has been set, as far as this node knows; 0 when it is not. */
    long offlineMs();

    /** How much longer the player may come back; 0 when there is no mark. */
    long returnsWithinMs();

    /**
     * Sends a message that arrives exactly once and in order, also when the player is away now, the node dies
     * or the room moves.
     *
     * @return false when the player has not acknowledged too much already: the message was not taken, and the
     *     session will be closed with OUTBOX_FULL
     */
    boolean send(Buffer message);

    /** {@linkplain #sendVolatile(int, Buffer) Sends} on channel 0. */
    default void sendVolatile(Buffer message) {
        sendVolatile(0, message);
    }

    /**
     * Sends a message that may be lost: positions, not purchases. It takes the place of one of the same channel that has not
     * left, is never stored, never delays what {@link #send} took, and is dropped when the player is away.
     *
     * @param channel 0 to 255; a player takes the newest message of each, and none older after it
     * @throws IllegalArgumentException when there is no such channel, or the message has more than 1100 bytes: it has to
     *     fit into a datagram
     */
    void sendVolatile(int channel, Buffer message);

    /**
     * Ends the session after the present call, online or away: its token is worthless from then on, and the player is told KICKED and
     * {@code reason}, or is told so when they come back. They may join anew unless {@link Room#onAuth} knows better.
     */
    void kick(String reason);
}
