package dev.convoy.node.session;

import dev.convoy.room.RoomContext;
import dev.convoy.room.RoomSession;
import io.vertx.core.buffer.Buffer;
import java.util.Collection;
import java.util.List;

/** What a room sees of its host. Owned by the room's event loop. */
final class RoomView implements RoomContext {
    private final RoomHost host;

    RoomView(RoomHost host) {
        this.host = host;
    }

    @Override
    public String roomId() {
        return host.roomId();
    }

    /** A copy: a room may send its players away while it looks at them. */
    @Override
    public Collection<RoomSession> sessions() {
        return List.copyOf(host.sessions());
    }

    @Override
    public void broadcast(Buffer message) {
        for (ServerSession session : host.sessions()) session.send(message);
    }
}
