package dev.convoy.tools.bench;

import dev.convoy.tools.cluster.ClusterMember;
import dev.convoy.tools.cluster.ClusterSettings;
import dev.convoy.tools.cluster.LocalCluster;
import dev.convoy.tools.command.ConvoyVersion;
import dev.convoy.tools.command.JsonFile;
import dev.convoy.tools.terminal.Terminal;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code convoy bench idle}: the CPU of one node process with many sessions that say nothing. Measured twice: while
 * the clients ping as clients do, and when they have fallen silent, so that the difference is what pings cost. A
 * node calls nobody away before 30 s of silence, of which the clients' pings have used up at most 10: the second
 * measurement has to be over within 20 s.
 */
@Command(
        name = "idle",
        mixinStandardHelpOptions = true,
        versionProvider = ConvoyVersion.class,
        description = {
            "What idle sessions cost: the CPU time of one node process that has many of them.",
            "",
            "Clients join through a router, and then only ping, as they do after 10 s of silence. After that they stop"
                    + " even that, which shows what part of the CPU time the pings are.",
            ""
        })
final class BenchIdleCommand implements Callable<Integer> {
    private static final int SESSIONS_MAX = 10_000;
    private static final int SECONDS_MAX = 15;

    /** Joins, classes and compilations are over, and the first pings have gone their way. */
    private static final long CALM_MS = 12_000;

    @Option(
            names = "--sessions",
            paramLabel = "N",
            defaultValue = "10000",
            description = "idle sessions (default: ${DEFAULT-VALUE})")
    private int sessions;

    @Option(
            names = "--seconds",
            paramLabel = "N",
            defaultValue = "15",
            description = "of each measurement, at most 15 (default: ${DEFAULT-VALUE})")
    private int seconds;

    @Option(names = "--json", paramLabel = "FILE", description = "write the result there as a JSON object")
    private @Nullable Path json;

    private final Terminal terminal = Terminal.standard();

    @Override
    public Integer call() throws InterruptedException {
        BenchLimits.require("--sessions", sessions, 1, SESSIONS_MAX);
        BenchLimits.requireSeconds(seconds, 1, SECONDS_MAX);
        if (json != null) JsonFile.requireWritable(json);
        ClusterSettings settings = new ClusterSettings(1, 1, 0, "strict", false);
        JsonObject result;
        try (LocalCluster cluster = LocalCluster.start(settings, terminal::line, died -> {})) {
            result = measure(cluster);
        }
        terminal.line(String.format(
                Locale.ROOT,
                " %d idle sessions: %.2f %% of a core; without pings %.2f %%; %.0f datagrams/s from the clients",
                sessions,
                result.getDouble("cpuPercent"),
                result.getDouble("cpuPercentWithoutPings"),
                result.getDouble("datagramsPerSecond")));
        if (json != null) JsonFile.write(json, result.encodePrettily());
        return 0;
    }

    private JsonObject measure(LocalCluster cluster) throws InterruptedException {
        ClusterMember node = cluster.nodes().get(0);
        double empty = cpuPercent(node);
        try (IdleCrowd crowd = new IdleCrowd(cluster)) {
            terminal.line(sessions + " players are joining");
            crowd.join(sessions);
            terminal.line("measuring");
            Thread.sleep(CALM_MS);
            long before = crowd.datagramsOut();
            double withPings = cpuPercent(node);
            double datagramsPerSecond = (crowd.datagramsOut() - before) / (double) seconds;
            int present = crowd.present();
            crowd.fallSilent();
            double withoutPings = cpuPercent(node);
            return new JsonObject()
                    .put("sessions", present)
                    .put("seconds", seconds)
                    .put("cpuPercent", withPings)
                    .put("cpuPercentWithoutPings", withoutPings)
                    .put("cpuPercentWithoutSessions", empty)
                    .put("datagramsPerSecond", datagramsPerSecond);
        }
    }

    /** Of one core, over the time of a measurement. */
    private double cpuPercent(ClusterMember node) throws InterruptedException {
        long cpuBefore = node.cpuNanos();
        long before = System.nanoTime();
        TimeUnit.SECONDS.sleep(seconds);
        return 100.0 * (node.cpuNanos() - cpuBefore) / (System.nanoTime() - before);
    }
}
