package dev.convoy.tools.demo;

import dev.convoy.tools.cluster.ClusterMember;
import dev.convoy.tools.cluster.LocalCluster;
import dev.convoy.tools.cluster.MemberState;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * One demo from the first process to the verdict: start, join, play, fault in the middle, settle, count. Runs
 * on the main thread, which looks at the players from outside and shows what it sees.
 */
final class DemoRun {
    /** How long answers and returns may take after the last message, before they count as missing. */
    private static final long SETTLE_MS_MAX = 15_000;

    /** When all is answered we listen on for a moment: for answers that come twice. */
    private static final long LISTEN_ON_MS = 500;

    /** Players go on at least so long after the last step of a fault: it may do harm only then. */
    private static final long PLAY_ON_MS = 3_000;

    /** However long a fault takes; nothing takes so long that works. */
    private static final long FAULT_MS_MAX = 180_000;

    private static final long STEP_MS = 20;

    private final DemoSettings settings;
    private final DemoView view;
    private final long totalMs;
    private final long faultAtMs;

    private String phase = "starting";
    private long nextShownMs;

    DemoRun(DemoSettings settings, DemoView view) {
        this.settings = settings;
        this.view = view;
        this.totalMs = TimeUnit.SECONDS.toMillis(settings.seconds());
        this.faultAtMs = settings.fault().isNone() ? -1 : totalMs / 2;
    }

    /** @param whenFailed told where the processes' logs are */
    DemoResult run(Consumer<Path> whenFailed) throws InterruptedException {
        view.note("seed " + settings.seed());
        try (LocalCluster cluster = LocalCluster.start(settings.cluster(), view::note, died -> {})) {
            // Kept unless all goes well, whatever else may come.
            cluster.keepLogs(true);
            DemoResult result = play(cluster);
            if (result.passed()) cluster.keepLogs(false);
            else whenFailed.accept(cluster.logFolder());
            return result;
        }
    }

    private DemoResult play(LocalCluster cluster) throws InterruptedException {
        view.note(settings.players() + " players are joining " + settings.rooms() + " rooms");
        try (Crowd crowd = new Crowd(settings, cluster)) {
            crowd.join();
            FaultScript script = new FaultScript(settings.fault(), faultAtMs, cluster, crowd);
            crowd.startSending();
            long startedNanos = System.nanoTime();
            phase = "playing";
            watch(cluster, crowd, script, startedNanos, totalMs, () -> false);
            long playMsMax = totalMs + FAULT_MS_MAX;
            watch(cluster, crowd, script, startedNanos, playMsMax, () -> script.isOverSince(PLAY_ON_MS));
            crowd.stopSending();
            phase = "settling";
            long settleUntilMs = msSince(startedNanos) + SETTLE_MS_MAX;
            watch(cluster, crowd, script, startedNanos, settleUntilMs, () -> settled(cluster, crowd, script));
            long settledMs = msSince(startedNanos);
            watch(cluster, crowd, script, startedNanos, settledMs + LISTEN_ON_MS, () -> false);
            phase = "done";
            show(cluster, crowd, script, msSince(startedNanos));
            return result(cluster, crowd, script);
        }
    }

    /** Looks on, until the time has come or there is no more to wait for; brings the fault about on the way. */
    private void watch(
            LocalCluster cluster,
            Crowd crowd,
            FaultScript script,
            long startedNanos,
            long untilMs,
            BooleanSupplier noMoreToWaitFor)
            throws InterruptedException {
        long elapsedMs = msSince(startedNanos);
        while (elapsedMs < untilMs && !noMoreToWaitFor.getAsBoolean()) {
            script.advance(elapsedMs);
            if (elapsedMs >= nextShownMs) {
                show(cluster, crowd, script, elapsedMs);
                nextShownMs += view.intervalMs();
            }
            Thread.sleep(STEP_MS);
            elapsedMs = msSince(startedNanos);
        }
    }

    private void show(LocalCluster cluster, Crowd crowd, FaultScript script, long elapsedMs) {
        view.show(moment(cluster, crowd, script, elapsedMs));
    }

    private DemoMoment moment(LocalCluster cluster, Crowd crowd, FaultScript script, long elapsedMs) {
        return new DemoMoment(
                phase,
                elapsedMs,
                totalMs,
                faultAtMs,
                script.note(),
                cluster.nodes(),
                cluster.routers(),
                crowd.statuses());
    }

    private static boolean settled(LocalCluster cluster, Crowd crowd, FaultScript script) {
        return crowd.statuses().stream().allMatch(player -> player.present() && player.allAnswered())
                && script.neverReturned() == 0
                && cluster.nodes().stream().noneMatch(node -> node.state() == MemberState.DRAINING);
    }

    private DemoResult result(LocalCluster cluster, Crowd crowd, FaultScript script) {
        List<PlayerStatus> players = crowd.statuses();
        DemoMoment end = moment(cluster, crowd, script, totalMs);
        List<String> failed = Stream.concat(cluster.nodes().stream(), cluster.routers().stream())
                .filter(member -> member.state() == MemberState.DIED || member.state() == MemberState.DRAINING)
                .map(DemoRun::failure)
                .toList();
        if (!script.isOverSince(0)) failed = List.of("the fault was not over in time");
        players.stream()
                .filter(player -> player.closed() != null)
                .forEach(player -> view.note("a session is over: " + player.closed()));
        return new DemoResult(
                settings,
                end.account(),
                (int) players.stream().filter(player -> player.returns() > 0).count(),
                (int) end.returns(),
                script.neverReturned(),
                failed,
                crowd.measurements());
    }

    private static String failure(ClusterMember member) {
        return member.name()
                + (member.state() == MemberState.DRAINING
                        ? " did not end when it was told to"
                        : " ended as it should not");
    }

    private static long msSince(long startedNanos) {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startedNanos);
    }
}
