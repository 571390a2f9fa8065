package dev.convoy.tools.bench;

import dev.convoy.tools.command.CommandFailure;

/** What the benchmarks' options may be. */
final class BenchLimits {
    private BenchLimits() {}

    static void requireSeconds(int seconds, int min, int max) {
        require("--seconds", seconds, min, max);
    }

    static void require(String option, int value, int min, int max) {
        if (value >= min && value <= max) return;
        throw CommandFailure.usage(option + " must be between " + min + " and " + max + ", not " + value + ".");
    }
}
