package dev.convoy.bench;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;

/** What conversations with nothing to do cost: share of a core for 10,000 of them at a tick of 10 ms, and heap for one. */
final class IdleBench {
    record Result(String implementation, int sessions, double cpuPercent, double heapBytesPerSession) {}

    private static final int SESSIONS = 10_000;
    private static final int TICKS_PER_SECOND = 100;
    private static final int WARM_UP_TICKS = 50;

    private IdleBench() {}

    static List<Result> run(List<Pair.Factory> factories) {
        List<Result> results = new ArrayList<>();
        for (Pair.Factory factory : factories) {
            results.add(measure(factory));
        }
        return results;
    }

    private static Result measure(Pair.Factory factory) {
        factory.newIdleFleet(10).release(); // classes loaded
        long before = usedHeap();
        Pair.IdleFleet fleet = factory.newIdleFleet(SESSIONS);
        double heap = (double) (usedHeap() - before) / SESSIONS;
        for (int i = 0; i < WARM_UP_TICKS; i++) {
            fleet.tick();
        }
        long startNs = System.nanoTime();
        for (int i = 0; i < TICKS_PER_SECOND; i++) {
            fleet.tick();
        }
        double cpuPercent = (System.nanoTime() - startNs) / 1e9 * 100;
        fleet.release();
        return new Result(factory.name(), SESSIONS, cpuPercent, heap);
    }

    private static long usedHeap() {
        for (int i = 0; i < 4; i++) {
            System.gc();
        }
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }
}
