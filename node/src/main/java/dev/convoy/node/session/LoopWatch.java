package dev.convoy.node.session;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Names the rooms that hold their event loop up. A call that took long is told of when it returns, at most once in a while for
 * each room type; one that does not return is told of while it lasts, with the place where it is, by a thread of the watch's own: the
 * loop cannot say that it is stuck.
 *
 * <p>{@link #enter} and {@link #leave} belong to the event loop, and so do the tallies. What the two threads share is the present call.
 */
final class LoopWatch implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(LoopWatch.class);
    private static final long LOOK_EVERY_MS = 200;
    private static final long STUCK_MS = 1_000;
    private static final long TELL_EVERY_NANOS = TimeUnit.SECONDS.toNanos(10);

    /** A call into a room. */
    interface Call {
        String roomType();

        String roomId();

        /** The name of the room's method. */
        String method();
    }

    private static final class Tally {
        long toldNanos = System.nanoTime() - TELL_EVERY_NANOS;
        long untold;
    }

    private final Thread loop;
    private final long slowMs;
    private final Map<String, Tally> tallies = new HashMap<>();
    private final AtomicReference<@Nullable Call> present = new AtomicReference<>();
    private final AtomicLong sinceNanos = new AtomicLong();
    private @Nullable Thread watcher;

    /** {@code slowMs}: a call that takes longer holds the other rooms up. */
    LoopWatch(Thread loop, long slowMs) {
        this.loop = loop;
        this.slowMs = slowMs;
    }

    void enter(Call call) {
        if (watcher == null) watcher = startWatcher();
        sinceNanos.lazySet(System.nanoTime());
        present.lazySet(call);
    }

    void leave(Call call) {
        present.lazySet(null);
        long nowNanos = System.nanoTime();
        long tookMs = TimeUnit.NANOSECONDS.toMillis(nowNanos - sinceNanos.get());
        if (tookMs >= slowMs) tell(call, tookMs, nowNanos);
    }

    @Override
    public void close() {
        if (watcher != null) watcher.interrupt();
    }

    private void tell(Call call, long tookMs, long nowNanos) {
        Tally tally = tallies.computeIfAbsent(call.roomType(), type -> new Tally());
        if (nowNanos - tally.toldNanos < TELL_EVERY_NANOS) {
            tally.untold++;
            return;
        }
        log.warn(
                "a room of type {} held its event loop up for {} ms in {} (room {}; {} more such calls since the last warning)",
                call.roomType(),
                tookMs,
                call.method(),
                call.roomId(),
                tally.untold);
        tally.toldNanos = nowNanos;
        tally.untold = 0;
    }

    private Thread startWatcher() {
        Thread started = new Thread(this::watch, "room-watch of " + loop.getName());
        started.setDaemon(true);
        started.start();
        return started;
    }

    private void watch() {
        long toldOfNanos = 0;
        try {
            while (loop.isAlive()) {
                Thread.sleep(LOOK_EVERY_MS);
                long since = sinceNanos.get();
                Call call = present.get();
                long lastsMs = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - since);
                if (call == null || lastsMs < STUCK_MS || since == toldOfNanos) continue;
                toldOfNanos = since;
                tellStuck(call, lastsMs);
            }
        } catch (InterruptedException e) {
            // The shard is over.
        }
    }

    private void tellStuck(Call call, long lastsMs) {
        Exception place = new Exception("where it is");
        place.setStackTrace(loop.getStackTrace());
        log.warn(
                "a room of type {} has been holding its event loop up for {} ms in {} (room {}), and still does",
                call.roomType(),
                lastsMs,
                call.method(),
                call.roomId(),
                place);
    }
}
