package dev.convoy.tools.cluster;

/**
 * What a cluster on this machine consists of.
 *
 * @param routerPort the public UDP port of the first router, the others following; 0 = any free ports
 * @param durability the nodes' default for rooms, in the node's own words, e.g. {@code strict}
 * @param redisKeepsData whether Redis writes everything to a file, and finds it again when it is restarted
 */
public record ClusterSettings(int nodes, int routers, int routerPort, String durability, boolean redisKeepsData) {
    public static final String HOST = "127.0.0.1";
    public static final int NODES_MAX = 16;
    public static final int ROUTERS_MAX = 8;
}
