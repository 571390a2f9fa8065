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
    boolean isOnline();

    /**
     * Sends a message that arrives exactly once and in order, also when the player is away now, the node dies
     * or the room moves.
     *
     * @return false when the player has not acknowledged too much already: the message was not taken, and the
     *     session will be closed with OUTBOX_FULL
     */
    boolean send(Buffer message);

    /** Sends a message that may be lost; not kept for a player who is away. */
    void sendVolatile(Buffer message);

    /** Ends the session; {@code reason} is told to the player. */
    void kick(String reason);
}
