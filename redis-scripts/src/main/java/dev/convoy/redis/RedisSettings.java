package dev.convoy.redis;

import java.time.Duration;

/**
 * How to reach Redis, and how long to wait for it.
 *
 * @param uri {@code redis://[:password@]host:port[/db]}, {@code rediss://} with TLS,
 *     {@code redis-cluster://host:port,host:port} or {@code redis-sentinel://host:port,host:port/master-name}
 * @param commandTimeout after which a command fails as {@link RedisUnavailable}
 * @param queuedCommandsMax commands under way at once; one more fails at once as {@link RedisUnavailable}
 * @param serverIdQuarantine how long a server id whose lease ran out is kept from other instances
 * @param roomTtl how long a room that nobody touches is remembered
 * @param clientName as shown by {@code CLIENT LIST}
 */
public record RedisSettings(
        String uri,
        Duration commandTimeout,
        int queuedCommandsMax,
        Duration serverIdQuarantine,
        Duration roomTtl,
        String clientName) {

    /** The defaults: 800 ms a command, 20,000 commands, 30 s of quarantine, a room remembered for a day. */
    public static RedisSettings of(String uri) {
        return new RedisSettings(
                uri, Duration.ofMillis(800), 20_000, Duration.ofSeconds(30), Duration.ofHours(24), "convoy");
    }

    public RedisSettings withCommandTimeout(Duration timeout) {
        return new RedisSettings(uri, timeout, queuedCommandsMax, serverIdQuarantine, roomTtl, clientName);
    }

    public RedisSettings withQueuedCommandsMax(int commands) {
        return new RedisSettings(uri, commandTimeout, commands, serverIdQuarantine, roomTtl, clientName);
    }

    public RedisSettings withServerIdQuarantine(Duration quarantine) {
        return new RedisSettings(uri, commandTimeout, queuedCommandsMax, quarantine, roomTtl, clientName);
    }

    public RedisSettings withRoomTtl(Duration ttl) {
        return new RedisSettings(uri, commandTimeout, queuedCommandsMax, serverIdQuarantine, ttl, clientName);
    }

    public RedisSettings withClientName(String name) {
        return new RedisSettings(uri, commandTimeout, queuedCommandsMax, serverIdQuarantine, roomTtl, name);
    }
}
