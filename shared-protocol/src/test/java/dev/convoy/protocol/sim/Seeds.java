package dev.convoy.protocol.sim;

import java.util.function.LongConsumer;

/**
 * Runs a scenario once for each of many seeds. A failing seed is named in the failure and runs alone with {@code -Dsim.seed=SEED}; more
 * of them run with {@code -Dsim.seeds=COUNT}.
 */
public final class Seeds {
    private static final String ONE = "sim.seed";
    private static final String COUNT = "sim.seeds";

    private Seeds() {}

    /** Runs {@code scenario} with the seeds 0 to {@code count} - 1, or as the properties say. */
    public static void run(int count, LongConsumer scenario) {
        Long only = Long.getLong(ONE);
        if (only != null) {
            run(scenario, only);
            return;
        }
        int runs = Integer.getInteger(COUNT, count);
        for (long seed = 0; seed < runs; seed++) {
            run(scenario, seed);
        }
    }

    private static void run(LongConsumer scenario, long seed) {
        try {
            scenario.accept(seed);
        } catch (AssertionError | RuntimeException failure) {
            throw new AssertionError(
                    "seed " + seed + " failed (replay it with -D" + ONE + "=" + seed + "): " + failure.getMessage(),
                    failure);
        }
    }
}
