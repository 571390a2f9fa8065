package dev.convoy.bench;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.SplittableRandom;

/** What it costs to take one acknowledgement in, each in a datagram of its own, in the order of sending and in random order. */
final class AckBench {
    record Result(String implementation, int window, String order, double ns) {}

    private static final int[] WINDOWS = {128, 1024, 18_000};
    private static final int ROUNDS = 7;

    private AckBench() {}

    static List<Result> run(List<Pair.Factory> factories, long roundMs) {
        List<Result> results = new ArrayList<>();
        for (int window : WINDOWS) {
            for (boolean random : new boolean[] {false, true}) {
                for (Pair.Factory factory : factories) {
                    double ns = measure(factory, window, random, roundMs);
                    results.add(new Result(factory.name(), window, random ? "random" : "in order", ns));
                }
            }
        }
        return results;
    }

    private static double measure(Pair.Factory factory, int window, boolean random, long roundMs) {
        Pair.AckTarget target = factory.newAckTarget(window);
        round(target, window, random, 2 * roundMs);
        double ns = round(target, window, random, ROUNDS * roundMs);
        target.release();
        return ns;
    }

    /** The median over windows: a window is short, so that the machine's other work falls between the measurements or is left out. */
    private static double round(Pair.AckTarget target, int window, boolean random, long roundMs) {
        List<Double> perAckNs = new ArrayList<>();
        SplittableRandom chance = new SplittableRandom(window);
        long untilNs = System.nanoTime() + roundMs * 1_000_000;
        do {
            int first = target.fill();
            int[] order = order(window, random, chance);
            int[] unas = unas(order, first);
            for (int i = 0; i < window; i++) {
                order[i] += first;
            }
            target.prepare(order, unas);
            long startNs = System.nanoTime();
            target.run();
            perAckNs.add((double) (System.nanoTime() - startNs) / window);
            if (target.inFlight() != 0) {
                throw new IllegalStateException(target.inFlight() + " segments still in flight");
            }
        } while (System.nanoTime() < untilNs);
        return SpeedBench.median(perAckNs.stream().mapToDouble(ns -> ns).toArray());
    }

    private static int[] order(int window, boolean random, SplittableRandom chance) {
        int[] order = new int[window];
        for (int i = 0; i < window; i++) {
            order[i] = i;
        }
        for (int i = window - 1; random && i > 0; i--) {
            int j = chance.nextInt(i + 1);
            int swapped = order[i];
            order[i] = order[j];
            order[j] = swapped;
        }
        return order;
    }

    /** What a receiver to which segments come in this order would say that it has without holes. */
    private static int[] unas(int[] order, int first) {
        BitSet received = new BitSet(order.length);
        int[] unas = new int[order.length];
        for (int i = 0; i < order.length; i++) {
            received.set(order[i]);
            unas[i] = first + received.nextClearBit(0);
        }
        return unas;
    }
}
