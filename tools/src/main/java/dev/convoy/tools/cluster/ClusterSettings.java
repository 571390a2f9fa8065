package dev.convoy.tools.cluster;

import dev.convoy.tools.keys.ClusterKeys;

/**
 * What a cluster on this machine consists of.
 *
 * @param routerPort the public UDP port of the first router, the others following; 0 = any free ports
 * @param durability the nodes' default for rooms, in the node's own words, e.g. {@code strict}
 * @param redisKeepsData whether Redis writes everything to a file, and finds it again when it is restarted
 * @param isPlain whether sessions are without encryption, and clients need no key
 * @param keys of the cluster
 */
public record ClusterSettings(
        int nodes,
        int routers,
        int routerPort,
        String durability,
        boolean redisKeepsData,
        boolean isPlain,
        ClusterKeys keys) {
    public static final String HOST = "127.0.0.1";
    public static final int NODES_MAX = 16;
    public static final int ROUTERS_MAX = 8;

    /** A sealed cluster with keys of its own. */
    public ClusterSettings(int nodes, int routers, int routerPort, String durability, boolean redisKeepsData) {
        this(nodes, routers, routerPort, durability, redisKeepsData, false, ClusterKeys.random());
    }

    /** The same without encryption. */
    public ClusterSettings plain() {
        return new ClusterSettings(nodes, routers, routerPort, durability, redisKeepsData, true, keys);
    }

    /** The same with these keys. */
    public ClusterSettings with(ClusterKeys others) {
        return new ClusterSettings(nodes, routers, routerPort, durability, redisKeepsData, isPlain, others);
    }
}
