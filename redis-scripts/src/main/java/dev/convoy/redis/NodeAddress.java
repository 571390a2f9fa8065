package dev.convoy.redis;

import java.util.List;
import java.util.regex.Pattern;

/**
 * Where a node is reached from inside the cluster.
 *
 * @param ports the UDP inside port of each shard
 * @param admin {@code host:port} of the admin HTTP server; empty: there is none
 */
public record NodeAddress(String host, List<Integer> ports, String admin) {
    private static final Pattern ADMIN = Pattern.compile("([^\\s|]{1,261}:[0-9]{1,5})?");
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
        if (!ADMIN.matcher(admin).matches()) throw new IllegalArgumentException("not an address: '" + admin + "'");
    }

    /** Of a node without an admin server. */
    public NodeAddress(String host, List<Integer> ports) {
        this(host, ports, "");
    }

    String portsText() {
        return String.join(",", ports.stream().map(String::valueOf).toList());
    }
}
