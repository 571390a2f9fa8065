package dev.convoy.redis;

import io.lettuce.core.AbstractRedisClient;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.MaintNotificationsConfig;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisException;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.api.StatefulConnection;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.cluster.ClusterClientOptions;
import io.lettuce.core.cluster.ClusterTopologyRefreshOptions;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.cluster.SlotHash;
import io.lettuce.core.cluster.api.StatefulRedisClusterConnection;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import io.lettuce.core.cluster.api.sync.RedisClusterCommands;
import io.lettuce.core.cluster.models.partitions.RedisClusterNode;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.codec.RedisCodec;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.masterreplica.MasterReplica;
import io.lettuce.core.masterreplica.StatefulRedisMasterReplicaConnection;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.DefaultClientResources;
import io.lettuce.core.resource.Delay;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * The one Lettuce connection of a {@link ConvoyRedis}: to a server, to a cluster, or to the master that the sentinels name.
 *
 * <p>Against Lettuce's defaults, every command times out, the queue is bounded, nothing is accepted while disconnected, and a lost
 * connection is tried again at least once a second. A command that was under way when the connection broke is sent again when it is
 * back, so every step is safe to repeat.
 */
final class RedisLink implements AutoCloseable {
    private static final RedisCodec<String, byte[]> CODEC = RedisCodec.of(StringCodec.UTF8, ByteArrayCodec.INSTANCE);
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);
    private static final Duration RECONNECT_MIN = Duration.ofMillis(50);
    private static final Duration RECONNECT_MAX = Duration.ofSeconds(1);
    private static final Duration TOPOLOGY_REFRESH = Duration.ofSeconds(10);

    private static final String PROBE = "probe";
    private static final int PROBES = 1000;
    private static final Duration PROBE_PAUSE = Duration.ofMillis(10);

    private final ClientResources resources;
    private final AbstractRedisClient client;
    private final StatefulConnection<String, byte[]> connection;
    private final RedisClusterAsyncCommands<String, byte[]> commands;

    private RedisLink(
            ClientResources resources,
            AbstractRedisClient client,
            StatefulConnection<String, byte[]> connection,
            RedisClusterAsyncCommands<String, byte[]> commands) {
        this.resources = resources;
        this.client = client;
        this.connection = connection;
        this.commands = commands;
    }

    static RedisLink open(RedisSettings settings) {
        RedisAddress address = RedisAddress.parse(settings);
        ClientResources resources = DefaultClientResources.builder()
                .ioThreadPoolSize(1)
                .computationThreadPoolSize(2)
                .reconnectDelay(Delay.fullJitter(RECONNECT_MIN, RECONNECT_MAX, 50, TimeUnit.MILLISECONDS))
                .build();
        try {
            return switch (address.kind()) {
                case SINGLE -> single(settings, address, resources);
                case CLUSTER -> cluster(settings, address, resources);
                case SENTINEL -> sentinel(settings, address, resources);
            };
        } catch (RedisException e) {
            shutDown(resources);
            throw new RedisUnavailable("no Redis at " + address.shown() + ": " + rootMessage(e), e);
        }
    }

    private static String rootMessage(Throwable failure) {
        Throwable cause = failure;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return String.valueOf(cause.getMessage());
    }

    private static RedisLink single(RedisSettings settings, RedisAddress address, ClientResources resources) {
        RedisClient client = RedisClient.create(resources);
        client.setOptions(options(ClientOptions.builder(), settings).build());
        try {
            StatefulRedisConnection<String, byte[]> connection = client.connect(CODEC, address.first());
            awaitAnswers(connection.sync(), List.of(PROBE));
            return new RedisLink(resources, client, connection, connection.async());
        } catch (RedisException e) {
            client.shutdown(Duration.ZERO, CONNECT_TIMEOUT);
            throw e;
        }
    }

    private static RedisLink sentinel(RedisSettings settings, RedisAddress address, ClientResources resources) {
        RedisClient client = RedisClient.create(resources);
        client.setOptions(options(ClientOptions.builder(), settings).build());
        try {
            StatefulRedisMasterReplicaConnection<String, byte[]> connection =
                    MasterReplica.connect(client, CODEC, address.first());
            awaitAnswers(connection.sync(), List.of(PROBE));
            return new RedisLink(resources, client, connection, connection.async());
        } catch (RedisException e) {
            client.shutdown(Duration.ZERO, CONNECT_TIMEOUT);
            throw e;
        }
    }

    private static RedisLink cluster(RedisSettings settings, RedisAddress address, ClientResources resources) {
        RedisClusterClient client = RedisClusterClient.create(resources, address.all());
        ClusterClientOptions.Builder options = ClusterClientOptions.builder()
                .topologyRefreshOptions(ClusterTopologyRefreshOptions.builder()
                        .enablePeriodicRefresh(TOPOLOGY_REFRESH)
                        .adaptiveRefreshTriggersTimeout(Duration.ofMillis(500))
                        .build());
        options(options, settings);
        client.setOptions(options.build());
        try {
            StatefulRedisClusterConnection<String, byte[]> connection = client.connect(CODEC);
            awaitAnswers(connection.sync(), keyOfEachMaster(connection));
            return new RedisLink(resources, client, connection, connection.async());
        } catch (RedisException e) {
            client.shutdown(Duration.ZERO, CONNECT_TIMEOUT);
            throw e;
        }
    }

    /** A key on each master: Lettuce connects to one when it is first asked for a key there. */
    private static Collection<String> keyOfEachMaster(StatefulRedisClusterConnection<String, byte[]> connection) {
        Map<String, String> keyByMaster = new HashMap<>();
        for (int i = 0; i < PROBES; i++) {
            RedisClusterNode master = connection.getPartitions().getPartitionBySlot(SlotHash.getSlot(PROBE + i));
            if (master != null) {
                keyByMaster.put(master.getNodeId(), PROBE + i);
            }
        }
        return keyByMaster.values();
    }

    /**
     * Waits until the connection takes commands. Lettuce says that it is connected a moment before that, and rejects what
     * comes meanwhile, as it has been told to.
     */
    private static void awaitAnswers(RedisClusterCommands<String, byte[]> commands, Collection<String> keys) {
        long deadlineNs = System.nanoTime() + CONNECT_TIMEOUT.toNanos();
        keys.forEach(key -> {
            while (!answers(commands, key) && System.nanoTime() < deadlineNs) {
                LockSupport.parkNanos(PROBE_PAUSE.toNanos());
            }
        });
    }

    private static boolean answers(RedisClusterCommands<String, byte[]> commands, String key) {
        try {
            return commands.exists(key) >= 0;
        } catch (RedisException e) {
            return false;
        }
    }

    private static <B extends ClientOptions.Builder> B options(B options, RedisSettings settings) {
        options.autoReconnect(true)
                .pingBeforeActivateConnection(true)
                .disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
                .requestQueueSize(settings.queuedCommandsMax())
                .timeoutOptions(TimeoutOptions.builder()
                        .timeoutCommands()
                        .fixedTimeout(settings.commandTimeout())
                        .build())
                .maintNotificationsConfig(MaintNotificationsConfig.disabled())
                .socketOptions(SocketOptions.builder()
                        .connectTimeout(CONNECT_TIMEOUT)
                        .tcpNoDelay(true)
                        .keepAlive(SocketOptions.KeepAliveOptions.builder()
                                .enable()
                                .idle(Duration.ofSeconds(5))
                                .interval(Duration.ofSeconds(2))
                                .count(3)
                                .build())
                        .build());
        return options;
    }

    RedisClusterAsyncCommands<String, byte[]> commands() {
        return commands;
    }

    /** Sends what {@code calls} asks for in one piece. */
    void batch(Runnable calls) {
        connection.setAutoFlushCommands(false);
        try {
            calls.run();
        } finally {
            connection.setAutoFlushCommands(true);
            connection.flushCommands();
        }
    }

    boolean isOpen() {
        return connection.isOpen();
    }

    @Override
    public void close() {
        connection.close();
        client.shutdown(Duration.ZERO, Duration.ofSeconds(1));
        shutDown(resources);
    }

    private static void shutDown(ClientResources resources) {
        resources.shutdown(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(1, TimeUnit.SECONDS);
    }
}
