package dev.convoy.redis;

import dev.convoy.redis.local.RedisServerProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** A master, its replica, and three sentinels that watch them: five processes. */
public final class LocalSentinels implements AutoCloseable {
    private static final int SENTINELS = 3;

    private final List<RedisServerProcess> servers = new ArrayList<>();
    private final List<RedisServerProcess> sentinels = new ArrayList<>();
    private final RedisServerProcess master;

    /** {@code folder}: for the sentinels' files, which they write to. */
    public LocalSentinels(Path folder) throws IOException {
        try {
            master = RedisServerProcess.start();
            servers.add(master);
            servers.add(RedisServerProcess.start(RedisServerProcess.Options.inMemory()
                    .withArguments("--replicaof", "127.0.0.1 " + master.port(), "--repl-diskless-sync-delay", "0")));
            for (int i = 0; i < SENTINELS; i++) sentinels.add(sentinel(folder.resolve("sentinel-" + i + ".conf")));
            LocalCluster.await(
                    "the sentinels to know each other", () -> sentinels.stream().allMatch(LocalSentinels::knowsAll));
        } catch (IOException | RuntimeException | AssertionError e) {
            close();
            throw e;
        }
    }

    private RedisServerProcess sentinel(Path config) throws IOException {
        Files.writeString(config, """
                sentinel monitor convoy 127.0.0.1 %d 2
                sentinel down-after-milliseconds convoy 800
                sentinel failover-timeout convoy 3000
                """.formatted(master.port()));
        return RedisServerProcess.start(
                RedisServerProcess.Options.inMemory().withArguments(config.toString(), "--sentinel"));
    }

    private static boolean knowsAll(RedisServerProcess sentinel) {
        try (RawRedis raw = new RawRedis(sentinel.uri())) {
            return raw.text("INFO", "sentinel").contains("slaves=1,sentinels=" + SENTINELS);
        }
    }

    public String uri() {
        return "redis-sentinel://"
                + sentinels.stream().map(s -> "127.0.0.1:" + s.port()).collect(Collectors.joining(",")) + "/convoy";
    }

    /** Waits until the replica has all that the master has, then kills the master. */
    public void killMaster() {
        try (RawRedis raw = new RawRedis(master.uri())) {
            LocalCluster.await("the replica to follow", () -> {
                raw.call("SET", "to-be-followed", "1"); // WAIT counts from the last write of this connection.
                return raw.number("WAIT", "1", "1000") == 1;
            });
        }
        master.kill();
    }

    @Override
    public void close() {
        servers.forEach(RedisServerProcess::close);
        sentinels.forEach(RedisServerProcess::close);
    }
}
