package dev.convoy.tools.load;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import java.util.Comparator;
import java.util.PriorityQueue;
import org.HdrHistogram.Histogram;

/**
 * One event loop of the generator with its share of the players. It wakes for the next message that is due, and besides
 * every {@value #TICK_MS} ms only to see how late it is woken: what it finds is how much the generator can be believed.
 */
final class LoadLane extends VerticleBase {
    private static final int TICK_MS = 10;

    /** A player whose outbox is full is looked at again after this. */
    private static final long HELD_UP_NANOS = 5_000_000;

    private record Turn(long atNanos, LoadPlayer player) {}

    private final LoadMeters meters;
    private final Histogram lagMicros;
    private final PriorityQueue<Turn> turns = new PriorityQueue<>(Comparator.comparingLong(Turn::atNanos));

    private long timer = -1;
    private long timerAtNanos = Long.MAX_VALUE;
    private long tickDueNanos;

    /** @param lagMicros shared by all lanes: how late ticks come while the load is measured */
    LoadLane(LoadMeters meters, Histogram lagMicros) {
        this.meters = meters;
        this.lagMicros = lagMicros;
    }

    @Override
    public Future<?> start() {
        tickDueNanos = System.nanoTime() + TICK_MS * 1_000_000L;
        vertx.setPeriodic(TICK_MS, tick -> tick());
        return Future.succeededFuture();
    }

    /** Lets a player join now and send from then on. Any thread. */
    void admit(LoadPlayer player, long firstDueNanos) {
        context.runOnContext(now ->
                player.join(firstDueNanos).onSuccess(in -> wakeAt(new Turn(player.nextDueNanos(), player))));
    }

    /** How many messages of the measurement, which is over, still wait to be sent. Any thread. */
    Future<Long> overdue() {
        Promise<Long> counted = Promise.promise();
        context.runOnContext(now -> counted.complete(
                turns.stream().mapToLong(turn -> turn.player.overdue()).sum()));
        return counted.future();
    }

    private void tick() {
        long nowNanos = System.nanoTime();
        if (meters.isMeasuring()) lagMicros.recordValue(LoadMeters.micros(nowNanos - tickDueNanos));
        // From now: a loop that was held up once is late once, not for ever.
        tickDueNanos = nowNanos + TICK_MS * 1_000_000L;
    }

    private void wakeAt(Turn turn) {
        turns.add(turn);
        arm();
    }

    private void arm() {
        Turn next = turns.peek();
        if (next == null || next.atNanos >= timerAtNanos) return;
        if (timer >= 0) vertx.cancelTimer(timer);
        timerAtNanos = next.atNanos;
        long inMs = Math.max(1, (next.atNanos - System.nanoTime()) / 1_000_000);
        timer = vertx.setTimer(inMs, due -> sendWhatIsDue());
    }

    private void sendWhatIsDue() {
        timer = -1;
        timerAtNanos = Long.MAX_VALUE;
        long nowNanos = System.nanoTime();
        while (true) {
            Turn next = turns.peek();
            if (next == null || next.atNanos > nowNanos) break;
            turns.poll();
            LoadPlayer player = next.player;
            boolean isThrough = player.sendDue(System.nanoTime());
            if (player.isIn() && player.nextDueNanos() < meters.endedNanos()) {
                turns.add(new Turn(isThrough ? player.nextDueNanos() : nowNanos + HELD_UP_NANOS, player));
            }
        }
        arm();
    }
}
