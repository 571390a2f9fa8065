package dev.convoy.node;

import dev.convoy.room.AuthRequest;
import dev.convoy.room.Return;
import dev.convoy.room.Room;
import dev.convoy.room.RoomContext;
import dev.convoy.room.RoomSession;
import dev.convoy.room.RoomType;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A room that does what a test tells it, and keeps a diary. It answers each message {@code text} with
 * {@code n:text}, n being how many messages of that user it has had: the state that has to survive.
 * Some words do more: {@code boom}, {@code kick}, {@code all …}, {@code flood n}.
 */
public final class ScriptedRoom implements Room {
    static final String TYPE = "scripted";

    /** The room type of the tests. */
    public static final class Type implements RoomType {
        @Override
        public String name() {
            return TYPE;
        }

        @Override
        public Room create() {
            return new ScriptedRoom();
        }
    }

    /** What the test wants of one room, whichever node it is on, and what has happened there. */
    static final class Script {
        /** One line for each call, in order. */
        final List<String> diary = new CopyOnWriteArrayList<>();

        volatile Function<AuthRequest, Future<String>> onAuth = request -> Future.succeededFuture(request.user());
        volatile Function<RoomContext, Future<Void>> onCreate = context -> Future.succeededFuture();
        volatile Function<RoomContext, Future<Void>> onRestore = context -> Future.succeededFuture();
        volatile Consumer<RoomSession> onJoin = session -> {};
        volatile Consumer<RoomSession> onReconnect = session -> {};
        /** What a player who is kicked is told before; nothing if empty. */
        volatile String lastWords = "";

        private volatile @Nullable RoomContext room;

        /** On the room's event loop. */
        void kickAll() {
            RoomContext present = room;
            if (present != null)
                List.copyOf(present.sessions()).forEach(session -> session.kick("the test asked for it"));
        }

        long count(String line) {
            return diary.stream().filter(line::equals).count();
        }
    }

    private static final Map<String, Script> SCRIPTS = new ConcurrentHashMap<>();

    static Script script(String roomId) {
        return SCRIPTS.computeIfAbsent(roomId, id -> new Script());
    }

    private final Map<String, Integer> counts = new TreeMap<>();
    private Script script = new Script();
    private RoomContext room;

    @SuppressWarnings("NullAway.Init") // The room is set by the first call.
    private ScriptedRoom() {}

    @Override
    public Future<Void> onCreate(RoomContext context, Buffer options) {
        begin(context, "create");
        return script.onCreate.apply(context);
    }

    @Override
    public Future<Void> restore(RoomContext context, Buffer snapshot) {
        begin(context, "restore");
        for (String line : snapshot.toString().split("\n", -1)) {
            int space = line.lastIndexOf(' ');
            if (space > 0) counts.put(line.substring(0, space), Integer.valueOf(line.substring(space + 1)));
        }
        return script.onRestore.apply(context);
    }

    @Override
    public Buffer snapshot() {
        StringBuilder lines = new StringBuilder();
        counts.forEach(
                (user, count) -> lines.append(user).append(' ').append(count).append('\n'));
        return Buffer.buffer(lines.toString());
    }

    @Override
    public Future<String> onAuth(AuthRequest request) {
        return script.onAuth.apply(request);
    }

    @Override
    public void onJoin(RoomSession session) {
        script.diary.add("join " + session.user());
        script.onJoin.accept(session);
    }

    @Override
    public void onMessage(RoomSession session, Buffer message) {
        String text = message.toString();
        script.diary.add("message " + session.user() + " " + text);
        int count = counts.merge(session.user(), 1, Integer::sum);
        if (text.equals("boom")) throw new IllegalStateException("the test asked for it");
        if (text.equals("kick")) kick(session);
        else if (text.startsWith("all ")) room.broadcast(Buffer.buffer(text));
        else if (text.startsWith("flood ")) flood(session, Integer.parseInt(text.substring(6)));
        else session.send(Buffer.buffer(count + ":" + text));
    }

    /** Says the same back, on the same channel. */
    @Override
    public void onVolatile(RoomSession session, int channel, Buffer message) {
        session.sendVolatile(channel, message);
    }

    @Override
    public void onDrop(RoomSession session) {
        script.diary.add("drop " + session.user());
    }

    @Override
    public void onReconnect(RoomSession session, Return how) {
        script.diary.add("reconnect " + session.user());
        script.onReconnect.accept(session);
    }

    @Override
    public void onLeave(RoomSession session, boolean consented) {
        script.diary.add("leave " + session.user() + " " + consented);
    }

    @Override
    public Future<Void> onDispose() {
        script.diary.add("dispose");
        return Future.succeededFuture();
    }

    private void begin(RoomContext context, String line) {
        room = context;
        script = script(context.roomId());
        script.room = context;
        script.diary.add(line);
    }

    private void kick(RoomSession session) {
        if (!script.lastWords.isEmpty()) session.send(Buffer.buffer(script.lastWords));
        session.kick("the test asked for it");
    }

    private static void flood(RoomSession session, int messages) {
        for (int i = 1; i <= messages; i++) session.send(Buffer.buffer("flood " + i));
    }
}
