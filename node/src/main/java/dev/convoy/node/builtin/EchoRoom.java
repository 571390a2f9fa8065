package dev.convoy.node.builtin;

import dev.convoy.room.Room;
import dev.convoy.room.RoomContext;
import dev.convoy.room.RoomSession;
import dev.convoy.room.RoomType;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;

/** Sends every message back to its sender, volatile ones on their channel. */
public final class EchoRoom implements Room {
    /** The room type {@code echo}. */
    public static final class Type implements RoomType {
        @Override
        public String name() {
            return "echo";
        }

        @Override
        public Room create() {
            return new EchoRoom();
        }
    }

    @Override
    public void onMessage(RoomSession session, Buffer message) {
        session.send(message);
    }

    @Override
    public void onVolatile(RoomSession session, int channel, Buffer message) {
        session.sendVolatile(channel, message);
    }

    @Override
    public Buffer snapshot() {
        return Buffer.buffer();
    }

    @Override
    public Future<Void> restore(RoomContext room, Buffer snapshot) {
        return Future.succeededFuture();
    }
}
