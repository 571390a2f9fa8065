package dev.convoy.operations.metrics;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * How late an event loop is: a timer that should go off every so often is looked at for when it did. Written on that
 * loop; {@link #isStuck} may be asked from any thread.
 */
public final class LoopLag {
    private static final long EVERY_MS = 250;
    private static final Duration[] BUCKETS = {
        Duration.ofMillis(1),
        Duration.ofMillis(2),
        Duration.ofMillis(5),
        Duration.ofMillis(10),
        Duration.ofMillis(20),
        Duration.ofMillis(50),
        Duration.ofMillis(100),
        Duration.ofMillis(500),
        Duration.ofSeconds(2)
    };

    private final Timer timer;
    private volatile long dueNanos;

    private LoopLag(Timer timer) {
        this.timer = timer;
        this.dueNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(EVERY_MS);
    }

    /**
     * Watches the loop of a context from now on, until its verticle is undeployed.
     *
     * @param loop the value of the label, e.g. {@code shard-0}; one of a few
     */
    public static LoopLag watch(Vertx vertx, Context context, MeterRegistry meters, String loop) {
        LoopLag lag = new LoopLag(Timer.builder("convoy.loop.lag")
                .description("How late a timer of the event loop went off")
                .tag("loop", loop)
                .serviceLevelObjectives(BUCKETS)
                .register(meters));
        context.runOnContext(now -> vertx.setPeriodic(EVERY_MS, timer -> lag.tick()));
        return lag;
    }

    private void tick() {
        long nowNanos = System.nanoTime();
        timer.record(Math.max(0, nowNanos - dueNanos), TimeUnit.NANOSECONDS);
        dueNanos = nowNanos + TimeUnit.MILLISECONDS.toNanos(EVERY_MS);
    }

    /** Whether the loop has not turned for so long. */
    public boolean isStuck(Duration duration) {
        return System.nanoTime() - dueNanos > duration.toNanos();
    }
}
