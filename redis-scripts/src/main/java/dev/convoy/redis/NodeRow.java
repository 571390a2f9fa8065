package dev.convoy.redis;

import java.util.List;

/**
 * A node as the routers see it.
 *
 * @param ports the UDP inside port of each shard
 * @param load in per mille of what the node can take
 * @param ttlMs how long the row stands: from now on in a reading, in all in a publication
 */
public record NodeRow(
        int serverId, long epoch, String host, List<Integer> ports, NodeState state, int load, long ttlMs) {
    public NodeRow {
        ports = List.copyOf(ports);
    }

    public NodeAddress address() {
        return new NodeAddress(host, ports);
    }
}
