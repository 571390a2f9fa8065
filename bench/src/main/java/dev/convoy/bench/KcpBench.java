package dev.convoy.bench;

import io.netty.util.concurrent.FastThreadLocalThread;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * Our core beside kcp-netty's and java-Kcp's, in one process: prints a table, and writes JSON.
 *
 * <pre>{@code KcpBench [--seconds N] [--json FILE]}</pre>
 */
public final class KcpBench {
    private static final int SECONDS_DEFAULT = 60;
    private static final int SECONDS_MIN = 5;
    /** Rounds in all measurements of a run; the time that was asked for is shared among them. */
    private static final int ROUNDS = 330;

    private static final int[] LOSS_PERCENTS = {5, 10, 20, 30};
    private static final int LOSS_SEEDS = 200;

    private KcpBench() {}

    public static void main(String[] arguments) throws InterruptedException, ExecutionException, IOException {
        int seconds = SECONDS_DEFAULT;
        Path json = null;
        for (int i = 0; i + 1 < arguments.length; i += 2) {
            switch (arguments[i]) {
                case "--seconds" -> seconds = Math.max(SECONDS_MIN, Integer.parseInt(arguments[i + 1]));
                case "--json" -> json = Path.of(arguments[i + 1]);
                default -> throw new IllegalArgumentException("unknown option " + arguments[i]);
            }
        }
        Report report = run(seconds);
        System.out.print(report.table());
        if (json != null) {
            Files.writeString(json, report.json() + "\n");
        }
    }

    /** Netty recycles its buffers on threads of its own kind only: the peers are to have that. */
    private static Report run(int seconds) throws InterruptedException, ExecutionException {
        FutureTask<Report> task = new FutureTask<>(() -> measure(seconds));
        new FastThreadLocalThread(task, "bench").start();
        return task.get();
    }

    private static Report measure(int seconds) {
        List<Pair.Factory> factories = List.of(new OurCore(), new KcpNettyCore(), new JavaKcpCore());
        long roundMs = seconds * 1000L / ROUNDS;
        return new Report(
                SpeedBench.run(factories, roundMs),
                AckBench.run(factories, roundMs),
                IdleBench.run(factories),
                LossBench.run(LossBench.contenders(), LOSS_PERCENTS, LOSS_SEEDS));
    }
}
