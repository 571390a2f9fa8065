package dev.convoy.node.net;

import dev.convoy.redis.NodeRow;
import io.netty.util.NetUtil;
import io.vertx.core.Future;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Where the nodes of the cluster listen, for the few datagrams that came to the wrong one. Read from the directory when
 * somebody asks and what is known is old, at most once a second; whoever asks gets what is known now. Confined to the
 * shard's event loop.
 */
public final class Neighbours {
    private static final long KEPT_MS = 1000;
    private static final long NEVER = Long.MIN_VALUE / 2;

    private final MonotonicClock clock;
    private final Supplier<Future<List<NodeRow>>> directory;
    private Map<Integer, List<InetSocketAddress>> ports = Map.of();
    private Set<InetAddress> hosts = Set.of();
    private long askedMs = NEVER;

    /** @param directory reads who is there; completes on the shard's event loop */
    public Neighbours(MonotonicClock clock, Supplier<Future<List<NodeRow>>> directory) {
        this.clock = clock;
        this.directory = directory;
    }

    /** A node's ports by shard, a power of two of them, as far as they are known; null: not, or not yet. */
    public @Nullable List<InetSocketAddress> ports(int serverId) {
        refresh();
        return ports.get(serverId);
    }

    /** True when nodes are known to be at this address. */
    public boolean isHost(InetAddress address) {
        refresh();
        return hosts.contains(address);
    }

    private void refresh() {
        if (clock.nowMs() - askedMs < KEPT_MS) return;
        askedMs = clock.nowMs();
        // A failure leaves what is known.
        directory.get().onSuccess(this::take);
    }

    private void take(List<NodeRow> rows) {
        if (rows.isEmpty()) return;
        Map<Integer, List<InetSocketAddress>> byServerId = new HashMap<>();
        Set<InetAddress> all = new HashSet<>();
        for (NodeRow row : rows) {
            InetAddress host = NetUtil.createInetAddressFromIpAddressString(row.host());
            if (host == null || Integer.bitCount(row.ports().size()) != 1) continue;
            all.add(host);
            byServerId.put(
                    row.serverId(),
                    row.ports().stream()
                            .map(port -> new InetSocketAddress(host, port))
                            .toList());
        }
        ports = byServerId;
        hosts = all;
    }
}
