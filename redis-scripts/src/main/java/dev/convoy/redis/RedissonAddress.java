package dev.convoy.redis;

import io.lettuce.core.RedisCredentials;
import io.lettuce.core.RedisURI;
import java.util.function.Consumer;
import org.redisson.config.BaseConfig;
import org.redisson.config.BaseMasterSlaveServersConfig;
import org.redisson.config.ClusterServersConfig;
import org.redisson.config.Config;
import org.redisson.config.ReadMode;
import org.redisson.config.SentinelServersConfig;

/** Says to Redisson what a {@link RedisAddress} says to Lettuce. */
final class RedissonAddress {
    private static final int CONNECTIONS_MIN = 1;
    private static final int CONNECTIONS_MAX = 4;

    private RedissonAddress() {}

    static Config apply(Config config, RedisAddress address, Consumer<BaseConfig<?>> limits) {
        BaseConfig<?> servers = switch (address.kind()) {
            case SINGLE -> single(config, address.first());
            case CLUSTER -> cluster(config, address);
            case SENTINEL -> sentinel(config, address.first());
        };
        limits.accept(servers);
        addCredentials(config, address.first());
        return config;
    }

    private static BaseConfig<?> single(Config config, RedisURI uri) {
        return config.useSingleServer()
                .setAddress(at(uri))
                .setDatabase(uri.getDatabase())
                .setConnectionMinimumIdleSize(CONNECTIONS_MIN)
                .setConnectionPoolSize(CONNECTIONS_MAX)
                .setSubscriptionConnectionMinimumIdleSize(CONNECTIONS_MIN)
                .setSubscriptionConnectionPoolSize(CONNECTIONS_MAX)
                .setDnsMonitoringInterval(-1);
    }

    private static BaseConfig<?> cluster(Config config, RedisAddress address) {
        ClusterServersConfig cluster = config.useClusterServers();
        address.all().forEach(uri -> cluster.addNodeAddress(at(uri)));
        return fewConnections(cluster);
    }

    private static BaseConfig<?> sentinel(Config config, RedisURI uri) {
        SentinelServersConfig sentinel = config.useSentinelServers()
                .setCheckSentinelsList(false)
                .setMasterName(uri.getSentinelMasterId())
                .setDatabase(uri.getDatabase());
        uri.getSentinels().forEach(one -> sentinel.addSentinelAddress(at(one)));
        return fewConnections(sentinel);
    }

    private static BaseConfig<?> fewConnections(BaseMasterSlaveServersConfig<?> config) {
        return config.setReadMode(ReadMode.MASTER)
                .setMasterConnectionMinimumIdleSize(CONNECTIONS_MIN)
                .setMasterConnectionPoolSize(CONNECTIONS_MAX)
                .setSlaveConnectionMinimumIdleSize(CONNECTIONS_MIN)
                .setSlaveConnectionPoolSize(CONNECTIONS_MAX)
                .setSubscriptionConnectionMinimumIdleSize(CONNECTIONS_MIN)
                .setSubscriptionConnectionPoolSize(CONNECTIONS_MAX);
    }

    private static String at(RedisURI uri) {
        return (uri.isSsl() ? "rediss://" : "redis://") + uri.getHost() + ":" + uri.getPort();
    }

    /** On the thread that starts Redisson: it may wait. */
    private static void addCredentials(Config config, RedisURI uri) {
        RedisCredentials credentials =
                uri.getCredentialsProvider().resolveCredentials().block();
        if (credentials != null
                && credentials.hasUsername()
                && !credentials.getUsername().isEmpty()) {
            config.setUsername(credentials.getUsername());
        }
        if (credentials != null && credentials.hasPassword()) {
            config.setPassword(new String(credentials.getPassword()));
        }
    }
}
