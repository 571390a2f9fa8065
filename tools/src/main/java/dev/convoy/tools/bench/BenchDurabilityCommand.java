package dev.convoy.tools.bench;

import dev.convoy.tools.cluster.ClusterMember;
import dev.convoy.tools.cluster.ClusterSettings;
import dev.convoy.tools.cluster.LocalCluster;
import dev.convoy.tools.command.CommandFailure;
import dev.convoy.tools.command.ConvoyVersion;
import dev.convoy.tools.command.JsonFile;
import dev.convoy.tools.terminal.Terminal;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code convoy bench durability}: the same load on a node whose rooms are durable in each of the three ways. The load generator is a
 * process of its own, as are router, node and Redis; what it measures includes the way through the router.
 */
@Command(
        name = "durability",
        mixinStandardHelpOptions = true,
        versionProvider = ConvoyVersion.class,
        description = {
            "What it costs that nothing gets lost: the same load on rooms that are durable in memory only, by checkpoints,"
                    + " and strictly.",
            "",
            "Players talk to a room by a timetable, through a router, to a node of their own; each way is measured on a"
                    + " fresh cluster. CPU time is that of the whole process, joins included.",
            ""
        })
final class BenchDurabilityCommand implements Callable<Integer> {
    private static final List<String> WAYS = List.of("memory", "checkpoint", "strict");
    private static final String LOAD_MAIN = "dev.convoy.tools.ConvoyCommand";
    private static final int PLAYERS_MAX = 1_000;
    private static final int PLAYERS_PER_ROOM = 8;
    private static final int RATE_MAX = 1_000;
    private static final int SECONDS_MAX = 600;

    @Option(
            names = "--players",
            paramLabel = "N",
            defaultValue = "64",
            description = "players, in rooms of 8 (default: ${DEFAULT-VALUE})")
    private int players;

    @Option(
            names = "--rate",
            paramLabel = "N",
            defaultValue = "20",
            description = "messages per second and player (default: ${DEFAULT-VALUE})")
    private int rate;

    @Option(
            names = "--seconds",
            paramLabel = "N",
            defaultValue = "10",
            description = "of each of the three measurements (default: ${DEFAULT-VALUE})")
    private int seconds;

    @Option(names = "--json", paramLabel = "FILE", description = "write the result there as a JSON object")
    private @Nullable Path json;

    private final Terminal terminal = Terminal.standard();

    @Override
    public Integer call() throws InterruptedException {
        BenchLimits.require("--players", players, 1, PLAYERS_MAX);
        BenchLimits.require("--rate", rate, 1, RATE_MAX);
        BenchLimits.requireSeconds(seconds, 1, SECONDS_MAX);
        if (json != null) JsonFile.requireWritable(json);
        JsonArray measured = new JsonArray();
        for (String way : WAYS) {
            JsonObject one = measure(way);
            measured.add(one);
            terminal.line(line(one));
        }
        JsonObject result = new JsonObject()
                .put("players", players)
                .put("playersPerRoom", PLAYERS_PER_ROOM)
                .put("rate", rate)
                .put("seconds", seconds)
                .put("durabilities", measured);
        if (json != null) JsonFile.write(json, result.encodePrettily());
        return 0;
    }

    private JsonObject measure(String durability) throws InterruptedException {
        ClusterSettings settings = new ClusterSettings(1, 1, 0, durability, false);
        try (LocalCluster cluster = LocalCluster.start(settings, progress -> {}, died -> {})) {
            ClusterMember node = cluster.nodes().get(0);
            long redisBefore = cluster.redisCpuNanos();
            long nodeBefore = node.cpuNanos();
            JsonObject load = load(cluster.routers().get(0).port());
            double messages = load.getLong("answered");
            return new JsonObject()
                    .put("durability", durability)
                    .put("messages", load.getLong("answered"))
                    .put("messagesPerSecond", load.getDouble("answeredPerSecond"))
                    .put("latencyMs", load.getJsonObject("fromDueMs"))
                    .put("redisCpuMicrosPerMessage", (cluster.redisCpuNanos() - redisBefore) / 1e3 / messages)
                    .put("nodeCpuMicrosPerMessage", (node.cpuNanos() - nodeBefore) / 1e3 / messages);
        }
    }

    private JsonObject load(int routerPort) throws InterruptedException {
        try {
            Path file = Files.createTempFile("convoy-bench-durability-", ".json");
            try {
                List<String> arguments = List.of(
                        "load",
                        "--server=" + ClusterSettings.HOST + ":" + routerPort,
                        "--players=" + players,
                        "--players-per-room=" + PLAYERS_PER_ROOM,
                        "--rate=" + rate,
                        "--ramp=1",
                        "--seconds=" + seconds,
                        "--json=" + file);
                JvmProcess.run(System.getProperty("java.class.path"), LOAD_MAIN, arguments, Redirect.DISCARD);
                JsonObject load = new JsonObject(Files.readString(file));
                if (load.getLong("answered") == 0) throw CommandFailure.failed("No message was answered.");
                return load;
            } finally {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw CommandFailure.failed("The result could not be read: " + e.getMessage() + ".", e);
        }
    }

    static String line(JsonObject one) {
        JsonObject latency = one.getJsonObject("latencyMs");
        return String.format(
                Locale.ROOT,
                " %-10s  %,8.0f messages/s   p50 %6.2f ms   p99 %6.2f ms   %6.2f µs of Redis's CPU, %6.1f µs of the node's a message",
                one.getString("durability"),
                one.getDouble("messagesPerSecond"),
                latency.getDouble("p50"),
                latency.getDouble("p99"),
                one.getDouble("redisCpuMicrosPerMessage"),
                one.getDouble("nodeCpuMicrosPerMessage"));
    }
}
