package dev.convoy.tools.load;

import com.sun.management.OperatingSystemMXBean;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/**
 * Watches the generator while it measures: a generator that is the bottleneck measures itself. What it looks at: how
 * late its event loops are woken, how late messages leave, the CPU time of this process and of the machine, collections
 * of garbage, and datagrams that the system dropped because nobody fetched them in time.
 */
final class GeneratorWatch {
    static final double LAG_MS_MAX = 10;
    static final double LATE_MS_MAX = 10;
    static final double PROCESS_CPU_MAX = 0.8;
    static final double MACHINE_CPU_MAX = 0.95;
    static final double COLLECTING_MAX = 0.05;

    private static final double HIGH = 99;
    private static final Path UDP_COUNTERS = Path.of("/proc/net/snmp");
    private static final String DROPPED_UNFETCHED = "RcvbufErrors";

    /** Of all loops. */
    final Histogram lagMicros = new ConcurrentHistogram(3);

    private final OperatingSystemMXBean system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

    private long beganNanos;
    private long cpuBeganNanos;
    private long collectedBeganMs;
    private long droppedBegan;
    private double machineCpuSum;
    private int machineCpuSamples;

    /** What was seen. */
    record Findings(
            double lagP99Ms,
            double lagMaxMs,
            double lateP99Ms,
            double processCpu,
            double machineCpu,
            double collecting,
            long droppedUnfetched,
            List<String> doubts) {
        boolean isBottleneck() {
            return !doubts.isEmpty();
        }

        JsonObject json() {
            return new JsonObject()
                    .put("isBottleneck", isBottleneck())
                    .put("why", doubts)
                    .put("loopLagP99Ms", lagP99Ms)
                    .put("loopLagMaxMs", lagMaxMs)
                    .put("sendLateP99Ms", lateP99Ms)
                    .put("processCpuShare", processCpu)
                    .put("machineCpuShare", machineCpu)
                    .put("garbageCollectionShare", collecting)
                    .put("udpDroppedUnfetched", droppedUnfetched);
        }
    }

    void begin() {
        beganNanos = System.nanoTime();
        cpuBeganNanos = system.getProcessCpuTime();
        collectedBeganMs = collectedMs();
        droppedBegan = dropped();
        system.getCpuLoad();
    }

    /** To be called about every second: the machine's load is that since the last call. */
    void sample() {
        double load = system.getCpuLoad();
        if (load < 0) return;
        machineCpuSum += load;
        machineCpuSamples++;
    }

    Findings end(Histogram lateMicros) {
        double wallNanos = Math.max(1, System.nanoTime() - beganNanos);
        double processCpu = (system.getProcessCpuTime() - cpuBeganNanos) / wallNanos / system.getAvailableProcessors();
        double machineCpu = machineCpuSamples == 0 ? 0 : machineCpuSum / machineCpuSamples;
        double collecting = (collectedMs() - collectedBeganMs) * 1e6 / wallNanos;
        double lagMs = lagMicros.getValueAtPercentile(HIGH) / 1_000.0;
        double lateMs = lateMicros.getValueAtPercentile(HIGH) / 1_000.0;
        long droppedSince = dropped() - droppedBegan;
        List<String> doubts = new ArrayList<>();
        doubt(doubts, lagMs > LAG_MS_MAX, "its event loops are woken up to %.0f ms late (p99)", lagMs);
        doubt(doubts, lateMs > LATE_MS_MAX, "its messages leave up to %.0f ms late (p99)", lateMs);
        doubt(doubts, processCpu > PROCESS_CPU_MAX, "it takes %.0f %% of the machine's cores", 100 * processCpu);
        doubt(
                doubts,
                machineCpu > MACHINE_CPU_MAX && processCpu <= PROCESS_CPU_MAX,
                "the machine is busy by %.0f %%, with it and whatever else runs here",
                100 * machineCpu);
        doubt(
                doubts,
                collecting > COLLECTING_MAX,
                "it spends %.0f %% of the time collecting garbage",
                100 * collecting);
        doubt(doubts, droppedSince > 0, "this machine dropped %.0f datagrams that no process fetched in time", (double)
                droppedSince);
        return new Findings(
                lagMs,
                lagMicros.getMaxValue() / 1_000.0,
                lateMs,
                processCpu,
                machineCpu,
                collecting,
                droppedSince,
                List.copyOf(doubts));
    }

    private static void doubt(List<String> doubts, boolean isSo, String text, double figure) {
        if (isSo) doubts.add(String.format(Locale.ROOT, text, figure));
    }

    private static long collectedMs() {
        return ManagementFactory.getGarbageCollectorMXBeans().stream()
                .mapToLong(GarbageCollectorMXBean::getCollectionTime)
                .sum();
    }

    /** Of all sockets of this network namespace, since it began; 0 where there is no such file. */
    private static long dropped() {
        try {
            List<String> udp = Files.readAllLines(UDP_COUNTERS).stream()
                    .filter(line -> line.startsWith("Udp:"))
                    .toList();
            if (udp.size() < 2) return 0;
            int column = List.of(udp.get(0).split(" ", -1)).indexOf(DROPPED_UNFETCHED);
            return column < 0 ? 0 : Long.parseLong(udp.get(1).split(" ", -1)[column]);
        } catch (IOException | NumberFormatException e) {
            return 0;
        }
    }
}
