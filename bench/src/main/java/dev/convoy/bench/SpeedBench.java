package dev.convoy.bench;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Time and garbage of a message from one end to the other and back as an acknowledgement. All implementations take turns in short rounds,
 * so that whatever disturbs the machine disturbs them alike; time is the thread's CPU time, and the median round counts.
 */
final class SpeedBench {
    record Shape(String name, int messageBytes, int batch, int window) {}

    record Result(String implementation, Shape shape, double nsPerMessage, double bytesPerMessage) {}

    static final List<Shape> SHAPES = List.of(
            new Shape("1000 B, batch 64, window 256", 1000, 64, 256),
            new Shape("100 B, batch 64, window 256", 100, 64, 256),
            new Shape("64 B, batch 1, window 256", 64, 1, 256));

    private static final int ROUNDS = 11;
    private static final int MEASURED_BATCHES_MIN = 50;
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private SpeedBench() {}

    /** @param roundMs how long one round of one implementation takes */
    static List<Result> run(List<Pair.Factory> factories, long roundMs) {
        List<Result> results = new ArrayList<>();
        for (Shape shape : SHAPES) {
            results.addAll(run(factories, shape, roundMs));
        }
        return results;
    }

    private static List<Result> run(List<Pair.Factory> factories, Shape shape, long roundMs) {
        byte[] message = new byte[shape.messageBytes()];
        List<Pair> pairs =
                factories.stream().map(f -> f.newPair(shape.window())).toList();
        double[][] ns = new double[pairs.size()][ROUNDS];
        double[][] bytes = new double[pairs.size()][ROUNDS];
        for (Pair pair : pairs) {
            pair.exchange(message, 1); // each end tells its window
            round(pair, message, shape.batch(), 4 * roundMs); // compiled and grown
        }
        for (int round = 0; round < ROUNDS; round++) {
            for (int i = 0; i < pairs.size(); i++) {
                double[] measured = round(pairs.get(i), message, shape.batch(), roundMs);
                ns[i][round] = measured[0];
                bytes[i][round] = measured[1];
            }
        }
        List<Result> results = new ArrayList<>();
        for (int i = 0; i < pairs.size(); i++) {
            results.add(new Result(factories.get(i).name(), shape, median(ns[i]), median(bytes[i])));
            pairs.get(i).release();
        }
        return results;
    }

    private static double[] round(Pair pair, byte[] message, int batch, long roundMs) {
        long thread = Thread.currentThread().getId();
        long untilNs = System.nanoTime() + roundMs * 1_000_000;
        long messages = 0;
        long startNs = THREADS.getThreadCpuTime(thread);
        long bytesBefore = THREADS.getThreadAllocatedBytes(thread);
        do {
            for (int i = 0; i < MEASURED_BATCHES_MIN; i++) {
                int arrived = pair.exchange(message, batch);
                if (arrived != batch) {
                    throw new IllegalStateException("sent " + batch + ", arrived " + arrived);
                }
            }
            messages += (long) MEASURED_BATCHES_MIN * batch;
        } while (System.nanoTime() < untilNs);
        long allocated = THREADS.getThreadAllocatedBytes(thread) - bytesBefore;
        long tookNs = THREADS.getThreadCpuTime(thread) - startNs;
        return new double[] {(double) tookNs / messages, (double) allocated / messages};
    }

    static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }
}
