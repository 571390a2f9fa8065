package dev.convoy.node.builtin;

import dev.convoy.room.Return;
import dev.convoy.room.Room;
import dev.convoy.room.RoomContext;
import dev.convoy.room.RoomSession;
import dev.convoy.room.RoomType;
import dev.convoy.room.TickWhen;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A small game: up to eight players run about on a square field after one coin; who has ten first wins. Where everybody is goes out
 * twenty times a second as volatile messages, of which only the newest counts; who scores is told reliably, exactly once.
 *
 * <pre>
 * to the room, volatile:     dx i8 · dy i8                                -100 to 100: where to, in percent of full speed
 * to the players, volatile:  step u32 · coin x u16 · coin y u16 · { seat u8 · x u16 · y u16 } …
 * to the players, reliable:  JSON: {"seat":2,"user":"ann","points":3}     somebody has come, is back, or has scored
 *                                  {"seat":2,"away":true} · {"seat":2,"left":true} · {"winner":"ann"}
 * </pre>
 */
public final class ArenaRoom implements Room {
    /** The room type {@code arena}. */
    public static final class Type implements RoomType {
        @Override
        public String name() {
            return "arena";
        }

        @Override
        public Room create() {
            return new ArenaRoom();
        }
    }

    private static final int SEATS = 8;
    private static final int STEP_MS = 50;
    private static final int FIELD = 10_000;
    private static final int SPEED_PER_STEP = 200;
    private static final int REACH = 300;
    private static final int POINTS_TO_WIN = 10;

    private static final class Runner {
        final String user;
        int x = FIELD / 2;
        int y = FIELD / 2;
        int dx;
        int dy;
        int points;

        Runner(String user) {
            this.user = user;
        }
    }

    /** By seat. */
    private final Map<Integer, Runner> runners = new TreeMap<>();

    private @Nullable RoomContext room;
    private long chance = 1;
    private int coinX;
    private int coinY;

    @Override
    public Future<Void> onCreate(RoomContext context, Buffer options) {
        chance = options.length() >= 8
                ? options.getLongLE(0) | 1
                : context.roomId().hashCode() | 1;
        tossCoin();
        return begin(context);
    }

    @Override
    public Future<Void> restore(RoomContext context, Buffer snapshot) {
        JsonObject state = snapshot.toJsonObject();
        chance = state.getLong("chance");
        coinX = state.getInteger("coinX");
        coinY = state.getInteger("coinY");
        for (Object each : state.getJsonArray("runners")) {
            JsonObject saved = (JsonObject) each;
            Runner runner = new Runner(saved.getString("user"));
            runner.x = saved.getInteger("x");
            runner.y = saved.getInteger("y");
            runner.points = saved.getInteger("points");
            runners.put(saved.getInteger("seat"), runner);
        }
        return begin(context);
    }

    private Future<Void> begin(RoomContext context) {
        room = context;
        context.setCapacity(SEATS);
        context.tickEvery(STEP_MS, TickWhen.SOMEBODY_ONLINE);
        return Future.succeededFuture();
    }

    /** The clock makes no message and no commit by itself: positions are back where they were when somebody last scored. */
    @Override
    public Buffer snapshot() {
        JsonArray all = new JsonArray();
        runners.forEach((seat, runner) -> all.add(new JsonObject()
                .put("seat", seat)
                .put("user", runner.user)
                .put("x", runner.x)
                .put("y", runner.y)
                .put("points", runner.points)));
        return new JsonObject()
                .put("chance", chance)
                .put("coinX", coinX)
                .put("coinY", coinY)
                .put("runners", all)
                .toBuffer();
    }

    @Override
    public void onJoin(RoomSession session) {
        int seat = 1;
        while (runners.containsKey(seat)) seat++;
        runners.put(seat, new Runner(session.user()));
        runners.forEach((other, runner) -> session.send(line(other, runner)));
        Buffer news = line(seat, runnerOn(seat));
        others(session, news);
    }

    @Override
    public void onMessage(RoomSession session, Buffer message) {
        session.kick("an arena takes volatile messages only");
    }

    @Override
    public void onVolatile(RoomSession session, int channel, Buffer message) {
        if (message.length() != 2) return;
        Runner runner = runnerOn(seatOf(session));
        runner.dx = Math.max(-100, Math.min(100, message.getByte(0)));
        runner.dy = Math.max(-100, Math.min(100, message.getByte(1)));
    }

    @Override
    public void onDrop(RoomSession session) {
        int seat = seatOf(session);
        runnerOn(seat).dx = 0;
        runnerOn(seat).dy = 0;
        others(session, new JsonObject().put("seat", seat).put("away", true).toBuffer());
    }

    @Override
    public void onReconnect(RoomSession session, Return how) {
        int seat = seatOf(session);
        others(session, line(seat, runnerOn(seat)));
    }

    @Override
    public void onLeave(RoomSession session, boolean consented) {
        int seat = seatOf(session);
        runners.remove(seat);
        others(session, new JsonObject().put("seat", seat).put("left", true).toBuffer());
    }

    @Override
    public void onTick(long step) {
        Buffer picture = Buffer.buffer()
                .appendUnsignedIntLE(step)
                .appendUnsignedShortLE(coinX)
                .appendUnsignedShortLE(coinY);
        runners.forEach((seat, runner) -> {
            runner.x = moved(runner.x, runner.dx);
            runner.y = moved(runner.y, runner.dy);
            picture.appendByte(seat.byteValue()).appendUnsignedShortLE(runner.x).appendUnsignedShortLE(runner.y);
        });
        context().broadcastVolatile(picture);
        for (Map.Entry<Integer, Runner> each : runners.entrySet()) {
            Runner runner = each.getValue();
            if (Math.abs(runner.x - coinX) > REACH || Math.abs(runner.y - coinY) > REACH) continue;
            score(each.getKey(), runner);
            return;
        }
    }

    private void score(int seat, Runner runner) {
        runner.points++;
        tossCoin();
        context().broadcast(line(seat, runner));
        if (runner.points < POINTS_TO_WIN) return;
        context().broadcast(new JsonObject().put("winner", runner.user).toBuffer());
        context().close(runner.user + " has won");
    }

    private static int moved(int from, int percent) {
        return Math.max(0, Math.min(FIELD, from + SPEED_PER_STEP * percent / 100));
    }

    /** Chance is part of the state (a linear congruential generator): a room that is restored throws the same coins. */
    private void tossCoin() {
        coinX = nextChance();
        coinY = nextChance();
    }

    private int nextChance() {
        chance = chance * 6364136223846793005L + 1442695040888963407L;
        return (int) ((chance >>> 33) % FIELD);
    }

    private void others(RoomSession but, Buffer news) {
        for (RoomSession each : context().sessions()) if (!each.id().equals(but.id())) each.send(news);
    }

    private static Buffer line(int seat, Runner runner) {
        return new JsonObject()
                .put("seat", seat)
                .put("user", runner.user)
                .put("points", runner.points)
                .toBuffer();
    }

    private int seatOf(RoomSession session) {
        for (Map.Entry<Integer, Runner> each : runners.entrySet()) {
            if (each.getValue().user.equals(session.user())) return each.getKey();
        }
        throw new IllegalStateException(session.user() + " has no seat");
    }

    private Runner runnerOn(int seat) {
        Runner runner = runners.get(seat);
        if (runner == null) throw new IllegalStateException("nobody is on seat " + seat);
        return runner;
    }

    private RoomContext context() {
        if (room == null) throw new IllegalStateException("the room has not begun");
        return room;
    }
}
