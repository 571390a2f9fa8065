package dev.convoy.bench;

import io.netty.util.concurrent.FastThreadLocalThread;
import java.util.List;

/** Our core beside its peers, in one process. */
public final class KcpBench {
    private KcpBench() {}

    public static void main(String[] arguments) throws InterruptedException {
        List<Pair.Factory> factories = List.of(new OurCore(), new KcpNettyCore(), new JavaKcpCore());
        // Netty recycles its buffers on threads of its own kind only: the peers are to have that.
        Thread thread = new FastThreadLocalThread(() -> {
            SpeedBench.run(factories, 200).forEach(System.out::println);
            if (arguments.length == 0) {
                AckBench.run(factories, 200).forEach(System.out::println);
                IdleBench.run(factories).forEach(System.out::println);
            }
        });
        thread.start();
        thread.join();
    }
}
