package dev.convoy.room;

import io.vertx.core.buffer.Buffer;
import java.util.Collection;

/** What a room can ask of the node that holds it. */
public interface RoomContext {
    String roomId();

    /** The sessions of the room, online and away, in the order they joined. */
    Collection<RoomSession> sessions();

    /** {@linkplain RoomSession#send Sends} to every session. */
    void broadcast(Buffer message);
}
