package dev.convoy.protocol.session;

import dev.convoy.protocol.kcp.KcpSettings;
import dev.convoy.protocol.sim.LinkModel;
import dev.convoy.protocol.sim.SimLink;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.SplittableRandom;

/**
 * A client, a server and what is between them, in virtual time. Everything that happens follows from the seed, the
 * troubles and the number of the step at which the server is to crash.
 */
final class SimWorld {
    /** A step is what happens between two looks at the clock: {@link #crashAtStep} names one. */
    static final int NO_STEP = -1;

    /** Longer than every blackout, every time-out and every back-off. */
    private static final long STANDSTILL_MS_MAX = 30_000;

    private static final int STEPS_MAX = 2_000_000;

    private record Task(long atMs, long number, Runnable action) {}

    final SplittableRandom random;
    final SimTroubles troubles;
    final SimStore store = new SimStore();
    final KcpSettings kcpSettings;
    final byte[] scratch = new byte[SessionLink.SCRATCH_BYTES];
    final SimLink up;
    final SimLink down;
    final SimClient client;
    final SimServer server;

    private final PriorityQueue<Task> agenda =
            new PriorityQueue<>(Comparator.comparingLong(Task::atMs).thenComparingLong(Task::number));
    private final LinkModel model;
    private int crashAtStep = NO_STEP;
    private long tasks;
    private int nextConv = 0x01_000001;
    private int steps;
    private long progress;
    private long progressMs;
    long nowMs = 1_000;

    SimWorld(long seed, SimTroubles troubles) {
        this.random = new SplittableRandom(seed);
        this.troubles = troubles;
        this.model = troubles.link();
        this.kcpSettings = KcpSettings.builder()
                .sendWindowSegments(troubles.windowSegments())
                .build();
        this.up = new SimLink(model, random.nextLong());
        this.down = new SimLink(model, random.nextLong());
        this.server = new SimServer(this);
        this.client = new SimClient(this);
    }

    /** Runs until everything is said, heard, durable and acknowledged; returns the number of steps. */
    int run(int crashStep) {
        crashAtStep = crashStep;
        client.begin();
        server.begin();
        for (int i = 0; i < troubles.crashes(); i++) in(troubles.withinMs(random), server::crash);
        for (int i = 0; i < troubles.drops(); i++) in(troubles.withinMs(random), () -> client.drop("a dropped line"));
        while (!isDone()) step();
        check();
        client.end();
        server.end();
        return steps;
    }

    /** Does something after so many milliseconds. */
    void in(long delayMs, Runnable action) {
        agenda.add(new Task(nowMs + delayMs, tasks++, action));
    }

    /** Carries something that is no conv's over the same bad network: late, twice or never. */
    void carry(Runnable action) {
        int copies = random.nextDouble() < troubles.lossRate() ? 0 : random.nextInt(5) == 0 ? 2 : 1;
        for (int i = 0; i < copies; i++) in(1 + random.nextInt(troubles.delayMaxMs() + 1), action);
        // Once in a while an old copy turns up when nobody expects it any more.
        if (copies > 0 && random.nextInt(50) == 0) in(random.nextInt(10_000), action);
    }

    int takeConv() {
        return nextConv++;
    }

    private void step() {
        if (steps++ == crashAtStep) server.crash();
        long nextMs = Math.min(up.nextArrivalMs(), down.nextArrivalMs());
        nextMs = Math.min(nextMs, Math.min(client.nextTimeoutMs(), server.nextTimeoutMs()));
        Task task = agenda.peek();
        if (task != null) nextMs = Math.min(nextMs, task.atMs);
        if (progress() > progress) {
            progress = progress();
            progressMs = nowMs;
        }
        if (nextMs > progressMs + STANDSTILL_MS_MAX || steps > STEPS_MAX)
            throw new AssertionError("stands still: " + this);
        nowMs = Math.max(nowMs, nextMs);
        if (task != null && task.atMs <= nowMs) {
            agenda.remove();
            task.action.run();
        }
        server.turn();
        client.turn();
        check();
    }

    /** Grows whenever something was said, heard, made durable or acknowledged for good. */
    private long progress() {
        SimStore.RoomState room = store.room();
        return room.delivered() + room.ticks() + store.sent() + client.inbox.durable() + client.outbox.acknowledged();
    }

    private boolean isDone() {
        return client.isDone() && server.isDone();
    }

    private void check() {
        client.check();
        server.check();
        long known = client.inbox.received();
        if (known > store.sent()) throw new AssertionError("the client has " + known + " of " + store.sent());
        if (server.isUp() && server.inbox.durable() > store.received()) {
            throw new AssertionError("acknowledged before it was durable: " + server.inbox.durable());
        }
        if (client.outbox.acknowledged() > store.received()) {
            throw new AssertionError("the client has forgotten " + client.outbox.acknowledged());
        }
    }

    @Override
    public String toString() {
        return "at " + nowMs + " ms, step " + steps + ": " + client + "; " + server + "; stored " + store.room() + ", "
                + troubles;
    }
}
