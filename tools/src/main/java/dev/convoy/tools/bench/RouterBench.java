package dev.convoy.tools.bench;

import dev.convoy.redis.ConvoyRedis;
import dev.convoy.redis.NodeRow;
import dev.convoy.redis.NodeState;
import dev.convoy.redis.RedisSettings;
import dev.convoy.redis.local.RedisServerProcess;
import dev.convoy.tools.command.CommandFailure;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Measures a router process, nginx and a bare echo under the same flood, one after the other. The node behind them and the
 * generator are processes of their own, so what is read from the system is the forwarding process alone.
 */
final class RouterBench {
    private static final String ROUTER_MAIN = "dev.convoy.router.RouterMain";
    private static final int SERVER_ID = 1;
    private static final int HOUR_MS = 3_600_000;
    private static final int WARM_UP_S = 4;
    private static final int REDIS_WITHIN_S = 10;
    /** A limit that is looked at for each datagram, and never reached. */
    private static final String NO_LIMIT = "100000000";

    /** What is sent: how many clients, datagrams of how many bytes. */
    private enum Load {
        FEW(64, 128, 128),
        MIXED(64, 40, 400),
        MANY(4_000, 128, 128),
        CROWD(100_000, 128, 128);

        final int flows;
        final int bytesMin;
        final int bytesMax;

        Load(int flows, int bytesMin, int bytesMax) {
            this.flows = flows;
            this.bytesMin = bytesMin;
            this.bytesMax = bytesMax;
        }

        String bytes() {
            return bytesMin == bytesMax ? bytesMin + " bytes" : bytesMin + " to " + bytesMax + " bytes";
        }
    }

    /**
     * One measurement.
     *
     * @param packets that the process passed on: two for a round trip through a router, one for an echo
     * @param flows that there have been
     */
    private record Measured(
            String name,
            Load load,
            long packets,
            long lost,
            long flows,
            double seconds,
            double cpuSeconds,
            long rssBytes) {
        double microsPerPacket() {
            return cpuSeconds * 1e6 / packets;
        }

        double packetsPerCpuSecond() {
            return packets / cpuSeconds;
        }

        JsonObject json() {
            return new JsonObject()
                    .put("name", name)
                    .put("flows", flows)
                    .put("bytesMin", load.bytesMin)
                    .put("bytesMax", load.bytesMax)
                    .put("packetsPerSecond", packets / seconds)
                    .put("cpuMicrosPerPacket", microsPerPacket())
                    .put("packetsPerCpuSecond", packetsPerCpuSecond())
                    .put("cpuShare", cpuSeconds / seconds)
                    .put("lost", lost)
                    .put("rssBytes", rssBytes);
        }

        String line() {
            return String.format(
                    Locale.ROOT,
                    " %-7s %,8d clients, %-15s %,9.0f packets/s   %5.2f µs of CPU a packet   %,9.0f packets per CPU second",
                    name,
                    flows,
                    load.bytes(),
                    packets / seconds,
                    microsPerPacket(),
                    packetsPerCpuSecond());
        }
    }

    /** All measurements of a run. */
    record Result(List<Measured> all, Optional<String> nginxAbsence) {
        private @Nullable Measured find(String name, Load load) {
            return all.stream()
                    .filter(one -> one.name.equals(name) && one.load == load)
                    .findFirst()
                    .orElse(null);
        }

        /** How many times nginx's packets per CPU second ours are, under one load; empty without nginx. */
        private Optional<Double> ratio(Load load) {
            Measured router = find("router", load);
            Measured nginx = find("nginx", load);
            return router == null || nginx == null
                    ? Optional.empty()
                    : Optional.of(router.packetsPerCpuSecond() / nginx.packetsPerCpuSecond());
        }

        private long growthBytes() {
            Measured few = find("router", Load.FEW);
            Measured crowd = find("router", Load.CROWD);
            return few == null || crowd == null ? 0 : crowd.rssBytes - few.rssBytes;
        }

        List<String> lines() {
            List<String> lines = new ArrayList<>();
            for (Load load : Load.values()) {
                ratio(load)
                        .ifPresent(ratio -> lines.add(String.format(
                                Locale.ROOT,
                                " %,d clients, %s: %.2f times nginx's packets per CPU second",
                                load.flows,
                                load.bytes(),
                                ratio)));
            }
            nginxAbsence.ifPresent(reason -> lines.add(" Not beside nginx: " + reason + "."));
            lines.add(String.format(
                    Locale.ROOT,
                    " From 64 to 100,000 clients the router's memory grew by %.1f MiB.",
                    growthBytes() / 1048576.0));
            return lines;
        }

        /**
         * {@code {measurements: [{name, flows, bytesMin, bytesMax, packetsPerSecond, cpuMicrosPerPacket, packetsPerCpuSecond, cpuShare, lost,
         * rssBytes}], timesNginx: [{flows, bytesMin, bytesMax, packetsPerCpuSecond}], nginxAbsent, routerGrowthBytes}}.
         */
        JsonObject json() {
            JsonArray measurements = new JsonArray();
            all.forEach(one -> measurements.add(one.json()));
            JsonArray ratios = new JsonArray();
            for (Load load : Load.values()) {
                ratio(load)
                        .ifPresent(ratio -> ratios.add(new JsonObject()
                                .put("flows", load.flows)
                                .put("bytesMin", load.bytesMin)
                                .put("bytesMax", load.bytesMax)
                                .put("packetsPerCpuSecond", ratio)));
            }
            return new JsonObject()
                    .put("measurements", measurements)
                    .put("timesNginx", ratios)
                    .put("nginxAbsent", nginxAbsence.orElse(null))
                    .put("routerGrowthBytes", growthBytes());
        }
    }

    private final Consumer<String> progress;
    private final long millisEach;
    private final Optional<String> nginxAbsence = Nginx.absence();
    private final List<Measured> all = new ArrayList<>();

    RouterBench(int seconds, Consumer<String> progress) {
        this.progress = progress;
        int measurements = 1 + Load.values().length + (nginxAbsence.isEmpty() ? Load.values().length - 1 : 0);
        this.millisEach = TimeUnit.SECONDS.toMillis(seconds) / measurements;
    }

    Result run() throws InterruptedException {
        try (BenchProcess echo = BenchProcess.java("echo", EchoNode.class.getName(), Map.of())) {
            int port = (int) BenchProcess.number(echo.readLine(), "port");
            measure("echo", Load.FEW, echo, port, 1);
        }
        try (BenchProcess node = BenchProcess.java("node", EchoNode.class.getName(), Map.of())) {
            int nodePort = (int) BenchProcess.number(node.readLine(), "port");
            measureBeside(nodePort);
        }
        return new Result(List.copyOf(all), nginxAbsence);
    }

    /** Load by load, the router and nginx in turns: what the machine does besides falls on both. */
    private void measureBeside(int nodePort) throws InterruptedException {
        try (RedisServerProcess redis = RedisServerProcess.start()) {
            register(redis.uri(), nodePort);
            try (BenchProcess router = BenchProcess.java("the router", ROUTER_MAIN, routerSettings(redis.uri()))) {
                int routerPort = (int) BenchProcess.number(router.readLine(), "port");
                for (Load load : Load.values()) {
                    measure("router", load, router, routerPort, 2);
                    if (nginxAbsence.isEmpty() && load != Load.CROWD) measureNginx(load, nodePort);
                }
            }
        } catch (IOException e) {
            throw CommandFailure.failed("Redis did not start: " + e.getMessage() + ".", e);
        }
    }

    /** A new process for each load: its sessions of the last one are not to burden it. */
    private void measureNginx(Load load, int nodePort) throws InterruptedException {
        try (Nginx nginx = Nginx.start(nodePort)) {
            measure("nginx", load, nginx.process(), nginx.port(), 2);
        }
    }

    private static Map<String, String> routerSettings(String redisUri) {
        return Map.of(
                "CONVOY_REDIS_URI",
                redisUri,
                "CONVOY_ROUTER_PORT",
                "0",
                "CONVOY_ROUTER_LOOPS",
                "1",
                "CONVOY_ROUTER_DATA_PER_PREFIX",
                NO_LIMIT,
                "CONVOY_DIE_WITH_PARENT",
                "true");
    }

    private static void register(String redisUri, int nodePort) throws InterruptedException {
        NodeRow row = new NodeRow(SERVER_ID, 1, "127.0.0.1", List.of(nodePort), NodeState.ACCEPTING, 0, HOUR_MS);
        try (ConvoyRedis redis = ConvoyRedis.connect(RedisSettings.of(redisUri))) {
            redis.directory().publish(row).toCompletableFuture().get(REDIS_WITHIN_S, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw CommandFailure.failed("Redis did not take the node: " + e.getMessage() + ".", e);
        }
    }

    private void measure(String name, Load load, BenchProcess process, int port, int packetsPerTrip)
            throws InterruptedException {
        String[] arguments = {
            Integer.toString(port),
            Integer.toString(load.flows),
            Integer.toString(load.bytesMin),
            Integer.toString(load.bytesMax)
        };
        try (BenchProcess flood = BenchProcess.java("the generator", UdpFlood.class.getName(), Map.of(), arguments)) {
            TimeUnit.SECONDS.sleep(WARM_UP_S);
            String before = flood.ask("?");
            long cpuBefore = process.cpuNanos();
            long start = System.nanoTime();
            TimeUnit.MILLISECONDS.sleep(millisEach);
            // All flows there are to be have been there before its memory is looked at.
            String after = flood.ask("?");
            double seconds = (System.nanoTime() - start) / 1e9;
            double cpuSeconds = (process.cpuNanos() - cpuBefore) / 1e9;
            long trips = BenchProcess.number(after, "received") - BenchProcess.number(before, "received");
            if (trips == 0) throw CommandFailure.failed("Nothing came back through " + name + ".");
            Measured measured = new Measured(
                    name,
                    load,
                    trips * packetsPerTrip,
                    BenchProcess.number(after, "lost") - BenchProcess.number(before, "lost"),
                    awaitFlows(flood, load.flows),
                    seconds,
                    cpuSeconds,
                    process.residentBytes());
            all.add(measured);
            progress.accept(measured.line());
        }
    }

    /** Flows come and go; waits until there have been as many as there shall be. */
    private static long awaitFlows(BenchProcess flood, int wanted) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(120);
        while (true) {
            long flows = BenchProcess.number(flood.ask("?"), "flows");
            if (flows >= wanted) return flows;
            if (System.nanoTime() > deadline) throw CommandFailure.failed("There were only " + flows + " clients.");
            TimeUnit.MILLISECONDS.sleep(100);
        }
    }
}
