package dev.convoy.router;

import dev.convoy.protocol.wire.ServerId;
import dev.convoy.redis.ConvoyRedis;
import dev.convoy.redis.NodeRow;
import dev.convoy.redis.NodeState;
import dev.convoy.redis.RedisSettings;
import dev.convoy.router.Membership.Listing;
import dev.convoy.router.NodeRoute.State;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The directory of nodes as it stands in Redis, read into addresses. Rows that cannot be routed to (a host that is
 * a name instead of an address, a number of shards that is no power of two) are left out, and said so once.
 */
final class RedisDirectory implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RedisDirectory.class);
    private static final int PORT_MAX = 65535;
    private static final int REMEMBERED_MAX = 1000;

    private final ConvoyRedis redis;
    private final Set<NodeRow> leftOut = ConcurrentHashMap.newKeySet();

    RedisDirectory(ConvoyRedis redis) {
        this.redis = redis;
    }

    /**
     * Connects; blocks for some 2 seconds at most.
     *
     * @throws dev.convoy.redis.RedisUnavailable when there is no Redis
     * @throws IllegalArgumentException when the URI is not one
     */
    static RedisDirectory connect(String uri) {
        return new RedisDirectory(ConvoyRedis.connect(RedisSettings.of(uri).withClientName("convoy-router")));
    }

    /** Who has a lease; completes on a thread of Lettuce's, or fails within a second when Redis is away. */
    CompletionStage<List<Listing>> read() {
        return redis.directory()
                .read()
                .thenApply(rows -> rows.stream()
                        .map(this::listing)
                        .flatMap(Optional::stream)
                        .toList());
    }

    /** Calls back when somebody says that the directory has changed; fails when Redis is away now. */
    CompletionStage<Void> subscribe(Runnable listener) {
        return redis.hints().onDirectoryChanged(listener).thenAccept(subscription -> {});
    }

    private Optional<Listing> listing(NodeRow row) {
        InetAddress host = NetUtil.createInetAddressFromIpAddressString(row.host());
        boolean isRoutable = host != null
                && ServerId.isValid(row.serverId())
                && NodeRoute.isShardCount(row.ports().size())
                && row.ports().stream().allMatch(port -> port > 0 && port <= PORT_MAX);
        if (host == null || !isRoutable) {
            NodeRow asIs = new NodeRow(row.serverId(), row.epoch(), row.host(), row.ports(), row.state(), 0, 0);
            if (leftOut.size() < REMEMBERED_MAX && leftOut.add(asIs)) LOG.warn("Cannot route to {}", asIs);
            return Optional.empty();
        }
        List<InetSocketAddress> shards = row.ports().stream()
                .map(port -> new InetSocketAddress(host, port))
                .toList();
        return Optional.of(new Listing(row.serverId(), row.epoch(), shards, state(row.state()), row.ttlMs()));
    }

    private static State state(NodeState state) {
        return switch (state) {
            case JOINING -> State.JOINING;
            case ACCEPTING -> State.ACCEPTING;
            case DRAINING -> State.DRAINING;
        };
    }

    /** Blocks for some seconds at most. */
    @Override
    public void close() {
        redis.close();
    }
}
