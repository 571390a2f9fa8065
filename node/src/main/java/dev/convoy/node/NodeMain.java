package dev.convoy.node;

import dev.convoy.operations.settings.InvalidSettings;
import dev.convoy.operations.settings.Sources;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A node process: configured by its environment, a file and flags ({@code ./convoy config node} lists the settings),
 * ready when it says so on standard output.
 */
public final class NodeMain {
    private static final Logger LOG = LoggerFactory.getLogger(NodeMain.class);
    private static final Duration CLOSE_DEADLINE = Duration.ofSeconds(5);
    private static final int EXIT_FAILED = 1;
    private static final int EXIT_SETTINGS = 2;

    private NodeMain() {}

    public static void main(String[] arguments) {
        NodeSettings settings = settings(arguments);
        settings.settings().notes().forEach(LOG::warn);
        if (settings.diesWithParent()) dieWithParent();
        Vertx vertx = Vertx.vertx(new VertxOptions().setPreferNativeTransport(true));
        NodeVerticle node = new NodeVerticle(settings, NodeMain::endInOrder);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> drain(vertx, node, settings), "drain"));
        vertx.deployVerticle(node)
                .onSuccess(deployed -> System.out.println(node.readyLine()))
                .onFailure(failure -> fail(EXIT_FAILED, "The node could not start: " + sentence(failure)));
    }

    private static NodeSettings settings(String[] arguments) {
        try {
            return NodeSettings.from(Sources.ofProcess(arguments, System.getenv()));
        } catch (InvalidSettings e) {
            fail(EXIT_SETTINGS, sentence(e));
            throw e;
        }
    }

    /** As SIGTERM would: by way of the shutdown hook. Never on an event loop, which the hook waits for. */
    private static void endInOrder() {
        new Thread(() -> System.exit(0), "asked-to-drain").start();
    }

    /**
     * On the hook's own thread: closing Vert.x from one of its event loops would wait for itself. Ends the process with
     * 0 when everything went as it should; by itself the JVM would say 143, as if the signal had struck it down.
     */
    private static void drain(Vertx vertx, NodeVerticle node, NodeSettings settings) {
        boolean isDrained = isOver(node.drain(), Duration.ofSeconds(settings.drainSeconds()));
        if (!isDrained) {
            System.err.println("The drain was not over after the " + settings.drainSeconds()
                    + " s that CONVOY_DRAIN_SECONDS allows.");
        }
        isOver(vertx.close(), CLOSE_DEADLINE);
        Runtime.getRuntime().halt(isDrained ? 0 : EXIT_FAILED);
    }

    private static boolean isOver(Future<?> future, Duration deadline) {
        CountDownLatch over = new CountDownLatch(1);
        future.onComplete(done -> over.countDown());
        try {
            return over.await(deadline.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Standard input ends when the process that started this one is gone, however it went. */
    private static void dieWithParent() {
        Thread watch = new Thread(
                () -> {
                    try {
                        while (System.in.read() >= 0) {}
                    } catch (IOException e) {
                        // As good as the end.
                    }
                    Runtime.getRuntime().halt(EXIT_FAILED);
                },
                "parent-watch");
        watch.setDaemon(true);
        watch.start();
    }

    private static String sentence(Throwable failure) {
        String message = failure.getMessage();
        return message == null ? failure.toString() : message;
    }

    private static void fail(int status, String sentence) {
        System.err.println(sentence);
        Runtime.getRuntime().halt(status);
    }
}
