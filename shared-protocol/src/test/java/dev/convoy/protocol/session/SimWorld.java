package dev.convoy.protocol.session;

import dev.convoy.protocol.kcp.KcpSettings;
import dev.convoy.protocol.sim.LinkModel;
import dev.convoy.protocol.sim.SimLink;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.SplittableRandom;

/**
 * A client, a server and what is between them, in virtual time. Everything that happens follows from the seed, the
 * troubles and the number of the step at which the server is to crash.
 */
final class SimWorld {
    /** A step is what happens between two looks at the clock: a datagram arrives, a timer goes off, a commit is answered. */
    static final int NO_STEP = -1;

    /** What may happen between two steps. */
    enum Blow {
        SERVER_CRASHES,
        CLIENT_IS_KILLED,
        BOTH,
        SERVER_IS_DRAINED,
        DRAINED_AND_KILLED
    }

    /** Longer than every blackout, every time-out and every back-off. */
    private static final long STANDSTILL_MS_MAX = 30_000;

    private static final int STEPS_MAX = 2_000_000;

    private record Task(long atMs, long number, Runnable action) {}

    final SplittableRandom random;
    final SimTroubles troubles;
    final SimStore store = new SimStore();
    /** What the room had said in the states that clients are told, by the number that stands in the state. */
    final List<List<byte[]>> states = new ArrayList<>();

    final KcpSettings kcpSettings;
    final byte[] scratch = new byte[SessionLink.SCRATCH_BYTES];
    final SimLink up;
    final SimLink down;
    final SimClient client;
    final SimServer server;

    private final PriorityQueue<Task> agenda =
            new PriorityQueue<>(Comparator.comparingLong(Task::atMs).thenComparingLong(Task::number));
    private final LinkModel model;
    private int blowAtStep = NO_STEP;
    private Blow blow = Blow.BOTH;
    /** When the client's file was written last: writes do not overtake each other. */
    private long writtenAtMs;

    private long tasks;
    private int nextConv = 0x01_000001;
    private int steps;
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
    int run(int atStep, Blow what) {
        blowAtStep = atStep;
        blow = what;
        client.begin();
        server.begin();
        for (int i = 0; i < troubles.crashes(); i++) in(troubles.withinMs(random), server::crash);
        for (int i = 0; i < troubles.kills(); i++) in(troubles.withinMs(random), client::kill);
        for (int i = 0; i < troubles.drains(); i++) in(troubles.withinMs(random), server::drain);
        for (int i = 0; i < troubles.drops(); i++) in(troubles.withinMs(random), client::drop);
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

    /** Like {@link #in}, and never before what was put in turn earlier; at once when nothing waits. */
    void inTurn(long delayMs, Runnable action) {
        if (delayMs == 0 && writtenAtMs <= nowMs) {
            action.run();
            return;
        }
        writtenAtMs = Math.max(writtenAtMs, nowMs + delayMs);
        in(writtenAtMs - nowMs, action);
    }

    /** Something was said, or heard. */
    void progressed() {
        progressMs = nowMs;
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
        if (steps++ == blowAtStep) strike();
        long nextMs = Math.min(up.nextArrivalMs(), down.nextArrivalMs());
        nextMs = Math.min(nextMs, Math.min(client.nextTimeoutMs(), server.nextTimeoutMs()));
        Task task = agenda.peek();
        if (task != null) nextMs = Math.min(nextMs, task.atMs);
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

    private void strike() {
        switch (blow) {
            case SERVER_CRASHES -> server.crash();
            case CLIENT_IS_KILLED -> client.kill();
            case SERVER_IS_DRAINED -> server.drain();
            case BOTH -> {
                server.crash();
                client.kill();
            }
            case DRAINED_AND_KILLED -> {
                server.drain();
                client.kill();
            }
        }
    }

    private boolean isDone() {
        return client.isDone() && server.isDone();
    }

    private void check() {
        client.check();
        server.check();
        if (troubles.room() == SimTroubles.Room.MEMORY) return;
        if (client.outbox.acknowledged() > store.received()) {
            throw new AssertionError("the client has forgotten " + client.outbox.acknowledged());
        }
        long known = client.inbox.received();
        boolean isAhead = known > store.sent() && troubles.room() == SimTroubles.Room.STRICT;
        if (isAhead) throw new AssertionError("the client has " + known + " of " + store.sent());
    }

    @Override
    public String toString() {
        return "at " + nowMs + " ms, step " + steps + ": " + client + "; " + server + "; stored " + store.room() + ", "
                + troubles;
    }
}
