package dev.convoy.tools.demo;

import dev.convoy.tools.cluster.ClusterMember;
import dev.convoy.tools.cluster.LocalCluster;
import dev.convoy.tools.cluster.MemberState;
import dev.convoy.tools.terminal.Terminal;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
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

    private static final long STEP_MS = 20;

    private final DemoSettings settings;
    private final Terminal terminal;
    private final DemoView view;
    private final long totalMs;
    private final long faultAtMs;

    /** Player's place in the crowd → how often it had come back when its node was killed. */
    private final Map<Integer, Integer> returnsWhenHit = new HashMap<>();

    private String phase = "starting";
    private String faultNote = "";
    private long nextShownMs;

    DemoRun(DemoSettings settings, Terminal terminal) {
        this.settings = settings;
        this.terminal = terminal;
        this.view = DemoView.on(terminal);
        this.totalMs = TimeUnit.SECONDS.toMillis(settings.seconds());
        this.faultAtMs = settings.fault() == Fault.NONE ? -1 : totalMs / 2;
    }

    DemoResult run() throws InterruptedException {
        view.note("seed " + settings.seed());
        try (LocalCluster cluster = LocalCluster.start(settings.cluster(), view::note, died -> {})) {
            // Kept unless all goes well, whatever else may come.
            cluster.keepLogs(true);
            DemoResult result = play(cluster);
            new VerdictTable(result, terminal).lines().forEach(terminal::line);
            if (result.passed()) cluster.keepLogs(false);
            else terminal.line(" The processes' logs are in " + cluster.logFolder() + ".");
            return result;
        }
    }

    private DemoResult play(LocalCluster cluster) throws InterruptedException {
        view.note(settings.players() + " players are joining " + settings.rooms() + " rooms");
        try (Crowd crowd = new Crowd(settings, cluster.routers())) {
            crowd.join();
            crowd.startSending();
            long startedNanos = System.nanoTime();
            phase = "playing";
            watch(cluster, crowd, startedNanos, totalMs, () -> false);
            crowd.stopSending();
            phase = "settling";
            watch(cluster, crowd, startedNanos, totalMs + SETTLE_MS_MAX, () -> settled(crowd));
            long settledMs = msSince(startedNanos);
            watch(cluster, crowd, startedNanos, settledMs + LISTEN_ON_MS, () -> false);
            phase = "done";
            show(cluster, crowd, msSince(startedNanos));
            return result(cluster, crowd);
        }
    }

    /** Looks on, until the time has come or there is no more to wait for; brings the fault about on the way. */
    private void watch(
            LocalCluster cluster, Crowd crowd, long startedNanos, long untilMs, BooleanSupplier noMoreToWaitFor)
            throws InterruptedException {
        long elapsedMs = msSince(startedNanos);
        while (elapsedMs < untilMs && !noMoreToWaitFor.getAsBoolean()) {
            if (faultAtMs >= 0 && elapsedMs >= faultAtMs && faultNote.isEmpty()) kill(cluster, crowd, elapsedMs);
            if (elapsedMs >= nextShownMs) {
                show(cluster, crowd, elapsedMs);
                nextShownMs += view.intervalMs();
            }
            Thread.sleep(STEP_MS);
            elapsedMs = msSince(startedNanos);
        }
    }

    private void show(LocalCluster cluster, Crowd crowd, long elapsedMs) {
        view.show(moment(cluster, crowd, elapsedMs));
    }

    private DemoMoment moment(LocalCluster cluster, Crowd crowd, long elapsedMs) {
        return new DemoMoment(
                phase, elapsedMs, totalMs, faultAtMs, faultNote, cluster.nodes(), cluster.routers(), crowd.statuses());
    }

    /** Kills the node with most sessions, and remembers whose they were. */
    private void kill(LocalCluster cluster, Crowd crowd, long elapsedMs) {
        DemoMoment before = moment(cluster, crowd, elapsedMs);
        ClusterMember node = before.nodes().stream()
                .filter(candidate -> candidate.state() == MemberState.UP)
                .max(Comparator.comparingLong(candidate -> before.present(candidate.serverId())))
                .orElseThrow();
        for (int i = 0; i < before.players().size(); i++) {
            PlayerStatus player = before.players().get(i);
            if (player.serverId() == node.serverId()) returnsWhenHit.put(i, player.returns());
        }
        node.kill();
        faultNote = String.format(
                Locale.ROOT,
                "%s (server id %d, pid %d) was killed with SIGKILL at %.1f s; it held %d of %d sessions.",
                node.name(),
                node.serverId(),
                node.pid(),
                elapsedMs / 1_000.0,
                returnsWhenHit.size(),
                before.players().size());
    }

    private boolean settled(Crowd crowd) {
        List<PlayerStatus> players = crowd.statuses();
        return players.stream().allMatch(player -> player.present() && player.allAnswered())
                && neverReturned(players) == 0;
    }

    private int neverReturned(List<PlayerStatus> players) {
        int count = 0;
        for (int i = 0; i < players.size(); i++) {
            PlayerStatus player = players.get(i);
            Integer before = returnsWhenHit.get(i);
            boolean stayed = before != null && player.returns() == before;
            if (stayed || !player.present()) count++;
        }
        return count;
    }

    private DemoResult result(LocalCluster cluster, Crowd crowd) {
        List<PlayerStatus> players = crowd.statuses();
        DemoMoment end = moment(cluster, crowd, totalMs);
        List<String> died = Stream.concat(cluster.nodes().stream(), cluster.routers().stream())
                .filter(member -> member.state() == MemberState.DIED)
                .map(ClusterMember::name)
                .toList();
        players.stream()
                .filter(player -> player.closed() != null)
                .forEach(player -> view.note("a session is over: " + player.closed()));
        return new DemoResult(
                settings,
                end.account(),
                (int) players.stream().filter(player -> player.returns() > 0).count(),
                (int) end.returns(),
                neverReturned(players),
                died,
                crowd.measurements());
    }

    private static long msSince(long startedNanos) {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startedNanos);
    }
}
