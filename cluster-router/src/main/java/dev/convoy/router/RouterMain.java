package dev.convoy.router;

import dev.convoy.operations.http.AdminServer;
import dev.convoy.operations.http.AdminSettings;
import dev.convoy.operations.metrics.ProcessMeters;
import dev.convoy.operations.settings.InvalidSettings;
import dev.convoy.operations.settings.Sources;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The router process. Set up by its environment, a file and flags ({@code ./convoy config router} lists the settings); prints one line to
 * standard output when it forwards, logs to standard error, ends in an orderly way and with status 0 at SIGTERM.
 *
 * <p>Exit status 2: a setting is wrong. 1: it could not start. Either with one sentence on standard error.
 */
public final class RouterMain {
    private static final int CANNOT_START = 1;
    private static final int WRONG_SETTING = 2;
    private static final long START_SECONDS_MAX = 20;
    private static final long CLOSE_SECONDS_MAX = 5;
    private static final String LOGBACK_FILE = "logback.configurationFile";
    private static final String LOGBACK_RESOURCE = "dev/convoy/router/logback.xml";

    private static final long SUBSCRIBE_AGAIN_MS = 5000;
    /** Besides those of the data path: one for the table's keeper, one for admin HTTP. */
    private static final int OTHER_LOOPS = 2;

    private final RedisDirectory directory;
    private final Vertx vertx;
    private final Router router;
    private final RouterHealth health;
    private final int drainMs;

    private RouterMain(RedisDirectory directory, Vertx vertx, Router router, int drainMs) {
        this.directory = directory;
        this.vertx = vertx;
        this.router = router;
        this.health = new RouterHealth(router);
        this.drainMs = drainMs;
    }

    public static void main(String[] arguments) {
        // In our package: a launcher's class path holds the configurations of several processes.
        if (System.getProperty(LOGBACK_FILE) == null) System.setProperty(LOGBACK_FILE, LOGBACK_RESOURCE);
        try {
            RouterSettings settings = RouterSettings.from(Sources.ofProcess(arguments, System.getenv()));
            settings.settings().notes().forEach(log()::warn);
            if (settings.dieWithParent()) dieWithParent();
            RouterMain process = start(settings);
            process.announce(process.openAdminDoor(settings.admin()));
        } catch (InvalidSettings wrong) {
            end(WRONG_SETTING, wrong.getMessage());
        } catch (Throwable cause) {
            end(CANNOT_START, "The router cannot start: " + reason(cause));
        }
    }

    private static RouterMain start(RouterSettings settings) throws TimeoutException {
        RedisDirectory directory = connect(settings);
        Vertx vertx = Vertx.vertx(new VertxOptions()
                .setEventLoopPoolSize(settings.loops() + OTHER_LOOPS)
                .setPreferNativeTransport(true));
        Router router = Router.start(vertx, settings, directory::read).await(START_SECONDS_MAX, TimeUnit.SECONDS);
        return new RouterMain(directory, vertx, router, settings.drainMs());
    }

    /** Returns what it adds to the ready line. */
    private String openAdminDoor(Optional<AdminSettings> settings) throws TimeoutException {
        if (settings.isEmpty()) return "";
        PrometheusMeterRegistry meters = ProcessMeters.create();
        RouterMeters.bind(router, meters);
        AdminServer admin = AdminServer.start(
                        vertx,
                        settings.get(),
                        health,
                        meters,
                        calls -> calls.open("/table", request -> Future.succeededFuture(TableView.of(router))))
                .await(START_SECONDS_MAX, TimeUnit.SECONDS);
        return " admin=" + admin.address();
    }

    private static RedisDirectory connect(RouterSettings settings) {
        try {
            return RedisDirectory.connect(settings.redisUri());
        } catch (IllegalArgumentException wrong) {
            throw new InvalidSettings(List.of("CONVOY_REDIS_URI is no address of a Redis: " + wrong.getMessage()));
        }
    }

    private void announce(String admin) {
        Runtime.getRuntime().addShutdownHook(new Thread(this::close, "close"));
        subscribe();
        long pid = ProcessHandle.current().pid();
        System.out.println("convoy-router ready port=" + router.publicAddress().getPort() + admin + " pid=" + pid);
        System.out.flush();
    }

    /** A hint only makes things faster, so that there is none yet is no reason not to start. */
    private void subscribe() {
        Future.fromCompletionStage(directory.subscribe(router::handleHint))
                .onFailure(away -> vertx.setTimer(SUBSCRIBE_AGAIN_MS, due -> subscribe()));
    }

    /**
     * The end of the process: with status 0, where the JVM's own would be 143. First it is not ready any more but goes on
     * forwarding, because whoever spreads clients over routers learns late that one is gone.
     */
    private void close() {
        try {
            health.drain();
            if (drainMs > 0) log().info("Draining: forwards for {} ms more", drainMs);
            Thread.sleep(drainMs);
            router.close().await(CLOSE_SECONDS_MAX, TimeUnit.SECONDS);
            directory.close();
            vertx.close().await(CLOSE_SECONDS_MAX, TimeUnit.SECONDS);
        } catch (Throwable slow) {
            System.err.println("The router did not end in order: " + reason(slow));
        }
        Runtime.getRuntime().halt(0);
    }

    /** Ends this process, without ceremony, when standard input ends: whoever started it is gone. */
    private static void dieWithParent() {
        Thread watcher = new Thread(
                () -> {
                    try {
                        System.in.transferTo(OutputStream.nullOutputStream());
                    } catch (IOException gone) {
                        // The same as its end.
                    }
                    Runtime.getRuntime().halt(CANNOT_START);
                },
                "parent-watcher");
        watcher.setDaemon(true);
        watcher.start();
    }

    /** Not before {@code main} has said which configuration holds. */
    private static Logger log() {
        return LoggerFactory.getLogger(RouterMain.class);
    }

    private static String reason(Throwable cause) {
        if (cause instanceof TimeoutException) return "it took too long.";
        return cause.getMessage() == null ? cause.toString() : cause.getMessage();
    }

    private static void end(int status, @Nullable String sentence) {
        System.err.println(sentence);
        Runtime.getRuntime().halt(status);
    }
}
