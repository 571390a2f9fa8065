package dev.convoy.redis;

import java.util.List;

/**
 * A node as the routers see it.
 *
 * @param ports the UDP inside port of each shard
 * @param load in per mille of what the node can take
 * @param admin {@code host:port} of the admin HTTP server; empty: there is none
 * @param ttlMs how long the row stands: from now on in a reading, in all in a publication
 */
public record NodeRow(
        int serverId,
        long epoch,
        String host,
        List<Integer> ports,
        String admin,
        NodeState state,
        int load,
        long ttlMs) {
    public NodeRow {
        ports = List.copyOf(ports);
    }

    /** Of a node without an admin server. */
    public NodeRow(int serverId, long epoch, String host, List<Integer> ports, NodeState state, int load, long ttlMs) {
        this(serverId, epoch, host, ports, "", state, load, ttlMs);
    }

    public NodeAddress address() {
        return new NodeAddress(host, ports, admin);
    }
}
