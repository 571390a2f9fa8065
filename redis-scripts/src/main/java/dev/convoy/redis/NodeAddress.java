package dev.convoy.redis;

import java.util.List;

/**
 * Where a node is reached from inside the cluster.
 *
 * @param ports the UDP inside port of each shard
 */
public record NodeAddress(String host, List<Integer> ports) {
    private static final int HOST_CHARS_MAX = 255;
    private static final int SHARDS_MAX = 256;

    public NodeAddress {
        ports = List.copyOf(ports);
        if (host.isEmpty() || host.length() > HOST_CHARS_MAX || host.chars().anyMatch(Character::isWhitespace)) {
            throw new IllegalArgumentException("not a host: '" + host + "'");
        }
        if (ports.isEmpty() || ports.size() > SHARDS_MAX) {
            throw new IllegalArgumentException("a node has 1 to " + SHARDS_MAX + " shards, not " + ports.size());
        }
    }

    String portsText() {
        return String.join(",", ports.stream().map(String::valueOf).toList());
    }
}
