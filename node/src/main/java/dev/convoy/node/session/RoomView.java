package dev.convoy.node.session;

import dev.convoy.room.RoomContext;
import dev.convoy.room.RoomSession;
import dev.convoy.room.TickWhen;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a room sees of its host. Owned by the room's event loop, and says so to whoever comes from another thread. */
final class RoomView implements RoomContext {
    private final RoomHost host;
    private final Hall hall;
    private final RoomDoor door;
    private final RoomTicks ticks;

    RoomView(RoomHost host, Hall hall, RoomDoor door, RoomTicks ticks) {
        this.host = host;
        this.hall = hall;
        this.door = door;
        this.ticks = ticks;
    }

    @Override
    public String roomId() {
        return host.roomId();
    }

    @Override
    public String type() {
        return host.spec().type();
    }

    @Override
    public Vertx vertx() {
        return hall.vertx();
    }

    @Override
    public Collection<RoomSession> sessions() {
        hall.requireLoop();
        return List.copyOf(host.seats().all());
    }

    @Override
    public void broadcast(Buffer message) {
        hall.requireLoop();
        byte[] bytes = message.getBytes();
        for (ServerSession session : host.seats().all()) host.talk().send(session, bytes);
    }

    @Override
    public void broadcastVolatile(int channel, Buffer message) {
        hall.requireLoop();
        for (ServerSession session : host.seats().all()) session.sendVolatile(channel, message);
    }

    @Override
    public <T> void whenComplete(Future<T> work, Handler<AsyncResult<T>> handler) {
        hall.requireLoop();
        work.onComplete(
                done -> hall.later(() -> host.callBack("a handler of whenComplete", () -> handler.handle(done))));
    }

    @Override
    public void after(long delayMs, Runnable action) {
        hall.requireLoop();
        hall.afterMs(Math.max(1, delayMs), () -> {
            host.callBack("an action of after", action);
            hall.traffic().settle();
        });
    }

    @Override
    public void tickEvery(int stepMs, TickWhen when) {
        hall.requireLoop();
        ticks.every(stepMs, when);
        hall.settleSoon();
    }

    @Override
    public void stopTicking() {
        hall.requireLoop();
        ticks.stop();
    }

    @Override
    public Future<Void> setPassword(@Nullable String password) {
        hall.requireLoop();
        return door.setPassword(password == null ? "" : password).onSuccess(set -> host.changed());
    }

    @Override
    public boolean hasPassword() {
        return door.hasPassword();
    }

    @Override
    public void setCapacity(int playersMax) {
        hall.requireLoop();
        door.setCapacity(playersMax);
        host.changed();
    }

    @Override
    public int capacity() {
        return door.settings().capacity();
    }

    @Override
    public void setStarted(boolean started) {
        hall.requireLoop();
        door.setStarted(started);
        host.changed();
    }

    @Override
    public boolean isStarted() {
        return door.settings().isStarted();
    }

    @Override
    public void setLocked(boolean locked) {
        hall.requireLoop();
        door.setLocked(locked);
        host.changed();
    }

    @Override
    public boolean isLocked() {
        return door.settings().isLocked();
    }

    @Override
    public void changed() {
        hall.requireLoop();
        host.changed();
    }

    @Override
    public void close(String reason) {
        hall.requireLoop();
        host.close(reason);
    }
}
