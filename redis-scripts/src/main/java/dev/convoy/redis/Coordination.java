package dev.convoy.redis;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.redisson.Redisson;
import org.redisson.api.RedissonClient;
import org.redisson.client.codec.StringCodec;
import org.redisson.config.BaseConfig;
import org.redisson.config.Config;

/**
 * The Redisson client, for what is cold: started when it is first asked for, on a thread of its own, with few threads.
 *
 * <p>Thread-safe.
 */
final class Coordination implements AutoCloseable {
    private static final int THREADS = 2;
    private static final Duration ANSWER = Duration.ofSeconds(2);
    private static final Duration CLOSE = Duration.ofSeconds(5);

    private final RedisSettings settings;
    private @Nullable CompletableFuture<RedissonClient> client;
    private boolean closed;

    Coordination(RedisSettings settings) {
        this.settings = settings;
    }

    /** The client; a failed start is tried again at the next call. */
    synchronized CompletionStage<RedissonClient> client() {
        if (closed) {
            return CompletableFuture.failedStage(new RedisUnavailable("the connection to Redis is closed"));
        }
        if (client == null || client.isCompletedExceptionally()) {
            CompletableFuture<RedissonClient> starting = new CompletableFuture<>();
            client = starting;
            Thread starter = new Thread(() -> start(starting), "convoy-redisson-start");
            starter.setDaemon(true);
            starter.start();
        }
        return client;
    }

    private void start(CompletableFuture<RedissonClient> starting) {
        try {
            starting.complete(Redisson.create(config()));
        } catch (RuntimeException e) {
            starting.completeExceptionally(new RedisUnavailable("Redisson cannot connect: " + e.getMessage(), e));
        }
    }

    private Config config() {
        RedisAddress address = RedisAddress.parse(settings);
        Config config =
                new Config().setCodec(StringCodec.INSTANCE).setThreads(THREADS).setNettyThreads(THREADS);
        return RedissonAddress.apply(config, address, this::limit);
    }

    private void limit(BaseConfig<?> config) {
        config.setTimeout((int) ANSWER.toMillis())
                .setConnectTimeout((int) ANSWER.toMillis())
                .setRetryAttempts(1)
                .setSubscriptionsPerConnection(16)
                .setClientName(settings.clientName() + "-hints");
    }

    @Override
    public void close() {
        CompletableFuture<RedissonClient> open;
        synchronized (this) {
            closed = true;
            open = client;
        }
        if (open != null) {
            open.thenAccept(started -> started.shutdown(0, 1, TimeUnit.SECONDS))
                    .exceptionally(failure -> null)
                    .orTimeout(CLOSE.toSeconds(), TimeUnit.SECONDS)
                    .exceptionally(late -> null)
                    .join();
        }
    }
}
