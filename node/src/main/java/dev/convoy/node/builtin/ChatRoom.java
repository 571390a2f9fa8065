package dev.convoy.node.builtin;

import dev.convoy.room.Return;
import dev.convoy.room.Room;
import dev.convoy.room.RoomContext;
import dev.convoy.room.RoomSession;
import dev.convoy.room.RoomType;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import org.jspecify.annotations.Nullable;

/** Sends every line to everybody as {@code user: line}, and says who comes and goes. */
public final class ChatRoom implements Room {
    /** The room type {@code chat}. */
    public static final class Type implements RoomType {
        @Override
        public String name() {
            return "chat";
        }

        @Override
        public Room create() {
            return new ChatRoom();
        }
    }

    private @Nullable RoomContext room;

    @Override
    public Future<Void> onCreate(RoomContext context, Buffer options) {
        room = context;
        return Future.succeededFuture();
    }

    @Override
    public Future<Void> restore(RoomContext context, Buffer snapshot) {
        room = context;
        return Future.succeededFuture();
    }

    @Override
    public void onJoin(RoomSession session) {
        say("* " + session.user() + " has come in");
    }

    @Override
    public void onMessage(RoomSession session, Buffer message) {
        say(session.user() + ": " + message);
    }

    @Override
    public void onDrop(RoomSession session) {
        say("* " + session.user() + " has lost the connection");
    }

    @Override
    public void onReconnect(RoomSession session, Return how) {
        say("* " + session.user() + " is back");
    }

    @Override
    public void onLeave(RoomSession session, boolean consented) {
        say("* " + session.user() + " has left");
    }

    @Override
    public Buffer snapshot() {
        return Buffer.buffer();
    }

    private void say(String line) {
        if (room != null) room.broadcast(Buffer.buffer(line));
    }
}
