package dev.convoy.protocol.session;

import dev.convoy.protocol.session.SimStore.Delta;
import dev.convoy.protocol.session.SimTroubles.Room;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a {@link SimServer} makes itself durable: a strict room whenever something has changed, a checkpoint room now and
 * then, a memory room only when it moves. One commit is under way at a time, and repeated until it was answered.
 */
final class SimCommits {
    private static final long CHECKPOINT_MS = 200;
    private static final long RETRY_MS = 100;
    private static final long TIMEOUT_MS = 300;

    private final SimWorld world;
    private final SimServer server;
    private boolean isChanged;
    private boolean isUnderWay;
    private long dueMs;
    private long committed;
    private @Nullable Runnable whenFinished;

    SimCommits(SimWorld world, SimServer server) {
        this.world = world;
        this.server = server;
    }

    void restored() {
        isChanged = false;
        isUnderWay = false;
        whenFinished = null;
        committed = world.store.sent();
    }

    void changed() {
        Room room = world.troubles.room();
        if (room == Room.MEMORY || isChanged) return;
        isChanged = true;
        dueMs = world.nowMs + (room == Room.CHECKPOINT ? CHECKPOINT_MS : 0);
        if (room == Room.CHECKPOINT) world.in(CHECKPOINT_MS, server::touch);
    }

    /** Not only when its time has come. */
    void hurry() {
        dueMs = world.nowMs;
    }

    /** Stores everything, whatever the room, and calls back. */
    void finish(Runnable action) {
        whenFinished = action;
        isChanged = true;
        hurry();
    }

    boolean isIdle() {
        return !isChanged && !isUnderWay;
    }

    /** Whether all that was received would survive. */
    boolean isDurable() {
        return server.inbox.durable() == server.inbox.received();
    }

    void turn() {
        if (isChanged && !isUnderWay && world.nowMs >= dueMs) begin();
    }

    private void begin() {
        isChanged = false;
        isUnderWay = true;
        Outbox outbox = server.outbox;
        var appended = outbox.above(Math.max(committed, outbox.acknowledged()));
        Delta delta = new Delta(
                server.room,
                List.copyOf(server.spoken),
                server.certain(),
                server.inbox.received(),
                outbox.last(),
                outbox.acknowledged(),
                appended);
        int ofLife = server.life;
        int ofEpoch = server.epoch;
        boolean slips = world.troubles.slips() && world.random.nextInt(20) == 0;
        boolean isLost = slips && world.random.nextBoolean();
        int tookMs = 1 + world.random.nextInt(world.troubles.commitMaxMs());
        if (!isLost) world.in(tookMs, () -> world.store.commit(ofEpoch, delta));
        long answerMs = slips ? TIMEOUT_MS : tookMs + world.random.nextInt(3);
        world.in(answerMs, () -> {
            if (server.life == ofLife) answered(slips ? null : delta);
        });
    }

    private void answered(@Nullable Delta delta) {
        isUnderWay = false;
        if (delta == null) {
            isChanged = true;
            dueMs = world.nowMs + RETRY_MS;
            world.in(RETRY_MS, server::touch);
            return;
        }
        committed = Math.max(committed, delta.sent());
        server.outbox.release(delta.sent());
        server.inbox.makeDurable(delta.received());
        server.touch();
        server.welcome();
        Runnable finished = whenFinished;
        if (finished == null) return;
        if (isChanged) {
            hurry();
        } else {
            whenFinished = null;
            finished.run();
        }
    }
}
