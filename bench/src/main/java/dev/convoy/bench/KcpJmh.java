package dev.convoy.bench;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.CommandLineOptionException;
import org.openjdk.jmh.runner.options.CommandLineOptions;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/**
 * The shapes of {@link SpeedBench} under JMH: each implementation in a process of its own, for profilers ({@code -prof gc}, {@code -prof
 * perfasm}). The time is that of a whole batch.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class KcpJmh {
    @Param({"convoy", "kcp-netty", "java-kcp"})
    public String implementation = "convoy";

    @Param({"0", "1", "2"})
    public int shape;

    private Pair pair = new OurCore().newPair(1);
    private byte[] message = {};
    private int batch;

    @Setup(Level.Trial)
    public void setUp() {
        SpeedBench.Shape measured = SpeedBench.SHAPES.get(shape);
        Pair.Factory factory = switch (implementation) {
            case "kcp-netty" -> new KcpNettyCore();
            case "java-kcp" -> new JavaKcpCore();
            default -> new OurCore();
        };
        pair = factory.newPair(measured.window());
        message = new byte[measured.messageBytes()];
        batch = measured.batch();
        pair.exchange(message, 1);
    }

    @TearDown(Level.Trial)
    public void tearDown() {
        pair.release();
    }

    @Benchmark
    public int exchangeBatch() {
        return pair.exchange(message, batch);
    }

    /** Takes JMH's own options. */
    public static void main(String[] arguments) throws RunnerException, CommandLineOptionException {
        new Runner(new OptionsBuilder()
                        .parent(new CommandLineOptions(arguments))
                        .include(KcpJmh.class.getSimpleName())
                        .build())
                .run();
    }
}
