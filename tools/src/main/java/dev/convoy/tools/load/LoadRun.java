package dev.convoy.tools.load;

import dev.convoy.tools.command.CommandFailure;
import dev.convoy.tools.terminal.Terminal;
import java.util.concurrent.TimeUnit;

/** The course of a load: everybody joins, the measurement, the last answers. On the main thread. */
final class LoadRun {
    private static final int JOINED_WITHIN_S = 30;
    private static final int ANSWERED_WITHIN_S = 5;
    private static final long LOOK_EVERY_MS = 20;

    private final LoadSettings settings;
    private final LoadView view;
    private final LoadMeters meters = new LoadMeters();
    private final GeneratorWatch watch = new GeneratorWatch();

    LoadRun(LoadSettings settings, Terminal terminal) {
        this.settings = settings;
        this.view = new LoadView(terminal);
    }

    /** @throws CommandFailure when nobody could join */
    LoadResult run() throws InterruptedException {
        try (LoadCrowd crowd = new LoadCrowd(settings, meters, watch.lagMicros)) {
            crowd.start();
            join(crowd);
            if (meters.joined.sum() == 0) {
                throw CommandFailure.failed(
                        "None of " + settings.players() + " players could join: is there a router at "
                                + settings.servers().get(0) + ", and does it let them in?");
            }
            long datagramsBefore = crowd.datagrams();
            measure();
            double datagrams = crowd.datagrams() - datagramsBefore;
            GeneratorWatch.Findings generator = watch.end(meters.lateMicros);
            long unsent = awaitAnswers(crowd);
            LoadResult result = new LoadResult(
                    settings,
                    meters,
                    unsent,
                    Math.max(0, meters.sent.sum() - meters.answered.sum()),
                    datagrams / Math.max(1, meters.sent.sum()),
                    generator);
            view.result(result);
            return result;
        }
    }

    /** Evenly over the ramp, and a little longer for the last ones. */
    private void join(LoadCrowd crowd) throws InterruptedException {
        long beganNanos = System.nanoTime();
        int admitted = 0;
        long shownMs = 0;
        while (true) {
            double elapsed = (System.nanoTime() - beganNanos) / 1e9;
            int due = settings.rampSeconds() == 0
                    ? settings.players()
                    : (int) Math.min(settings.players(), elapsed / settings.rampSeconds() * settings.players() + 1);
            crowd.admit(admitted, due);
            admitted = due;
            boolean isDecided = meters.joined.sum() + meters.notJoined.sum() == settings.players();
            boolean isRampOver = elapsed >= settings.rampSeconds();
            if ((isRampOver && isDecided) || elapsed > settings.rampSeconds() + JOINED_WITHIN_S) break;
            if (elapsed * 1_000 >= shownMs) {
                view.show("joining", elapsed, settings.rampSeconds(), settings, meters);
                shownMs = (long) (elapsed * 1_000) + view.intervalMs();
            }
            Thread.sleep(LOOK_EVERY_MS);
        }
    }

    private void measure() throws InterruptedException {
        watch.begin();
        long beganNanos = System.nanoTime();
        meters.begin(beganNanos);
        long endNanos = beganNanos + TimeUnit.SECONDS.toNanos(settings.seconds());
        long shownNanos = beganNanos;
        long sampledNanos = beganNanos;
        for (long now = beganNanos; now < endNanos; now = System.nanoTime()) {
            if (now - shownNanos >= TimeUnit.MILLISECONDS.toNanos(view.intervalMs())) {
                shownNanos = now;
                view.show("measuring", (now - beganNanos) / 1e9, settings.seconds(), settings, meters);
            }
            if (now - sampledNanos >= TimeUnit.SECONDS.toNanos(1)) {
                sampledNanos = now;
                watch.sample();
            }
            long leftMs = TimeUnit.NANOSECONDS.toMillis(endNanos - now);
            Thread.sleep(Math.max(1, Math.min(LOOK_EVERY_MS, leftMs)));
        }
        meters.end(System.nanoTime());
        watch.sample();
    }

    /** How many messages have not even left when the time for that is over. */
    private long awaitAnswers(LoadCrowd crowd) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(ANSWERED_WITHIN_S);
        while (System.nanoTime() < deadline) {
            if (meters.answered.sum() >= meters.sent.sum() && crowd.overdue() == 0) return 0;
            Thread.sleep(LOOK_EVERY_MS);
        }
        return crowd.overdue();
    }
}
