package dev.convoy.router;

import java.net.InetSocketAddress;
import java.util.List;

/**
 * One row of the {@link RouteTable}: how to reach a node. Immutable.
 *
 * @param serverId the high 8 bits of the node's convs
 * @param epoch the epoch of its lease
 * @param shards its inside address for each shard; a power of two of them
 * @param state what the directory says of it, or {@link State#DEAD}
 * @param suspect true when it has left three probes in a row unanswered
 */
record NodeRoute(int serverId, long epoch, List<InetSocketAddress> shards, State state, boolean suspect) {
    static final int SHARDS_MAX = 16;

    enum State {
        /** Has a lease, takes no sessions yet. */
        JOINING,
        /** Takes new sessions. */
        ACCEPTING,
        /** Keeps its sessions until they have moved, takes no new ones. */
        DRAINING,
        /** Its lease has ended. The row stays, so that its convs' datagrams can be told from nonsense. */
        DEAD
    }

    NodeRoute {
        if (!isShardCount(shards.size())) throw new IllegalArgumentException("shards: " + shards.size());
        shards = List.copyOf(shards);
    }

    static boolean isShardCount(int shards) {
        return Integer.bitCount(shards) == 1 && shards <= SHARDS_MAX;
    }

    boolean isDead() {
        return state == State.DEAD;
    }

    /** True when the node may be sent what names it: it serves sessions, and it answers. */
    boolean isUp() {
        return !suspect && (state == State.ACCEPTING || state == State.DRAINING);
    }
}
