package dev.convoy.router;

import dev.convoy.protocol.wire.Affinity;
import dev.convoy.protocol.wire.ServerId;
import dev.convoy.router.NodeRoute.State;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Where datagrams go: one row for each server id. Immutable, and swapped whole, so a loop needs no lock to
 * read it and never sees half a change.
 *
 * <p>A <b>data</b> datagram goes to the row of its server id, whatever that node's state: nobody else has its
 * session. A <b>control</b> datagram goes to
 *
 * <ol>
 *   <li>the node that it names, while that is accepting or draining and not suspect. A draining node too: who
 *       names a node has a session there, or was redirected to it because it owns the room, and no other
 *       node could do more than redirect once again. The node knows where it has handed a session over to.
 *   <li>else the accepting node that is not suspect with the highest rendezvous score for the affinity
 *       (Thaler, Ravishankar 1998), so that every router sends all clients of a room to one node, and a node
 *       that leaves moves no rooms but its own;
 *   <li>else, when no node answers probes, to the named node, or to the best accepting one, all the same:
 *       when everybody is silent, it is rather we who do not hear.
 * </ol>
 */
final class RouteTable {
    static final RouteTable EMPTY = new RouteTable(List.of());

    private static final int SLOTS = 256;

    private final @Nullable NodeRoute[] slots = new NodeRoute[SLOTS];
    private final NodeRoute[] accepting;
    private final NodeRoute[] acceptingButSuspect;
    private final ShardPort[][] ports = new ShardPort[SLOTS][];
    private final NodePorts nodePorts;

    RouteTable(Collection<NodeRoute> rows) {
        for (NodeRoute row : rows) {
            if (!ServerId.isValid(row.serverId())) throw new IllegalArgumentException("row " + row);
            slots[row.serverId()] = row;
            ports[row.serverId()] = row.shards().stream().map(ShardPort::new).toArray(ShardPort[]::new);
        }
        nodePorts = new NodePorts(rows.stream()
                .filter(row -> !row.isDead())
                .flatMap(row -> Stream.of(ports[row.serverId()]))
                .toList());
        accepting = accepting(rows, row -> !row.suspect());
        acceptingButSuspect = accepting(rows, NodeRoute::suspect);
    }

    private static NodeRoute[] accepting(Collection<NodeRoute> rows, Predicate<NodeRoute> which) {
        return rows.stream()
                .filter(row -> row.state() == State.ACCEPTING)
                .filter(which)
                .toArray(NodeRoute[]::new);
    }

    /** The row of a server id, 0 to 255, dead or alive; null when there never was one. */
    @Nullable
    NodeRoute row(int serverId) {
        return slots[serverId];
    }

    /** All rows, dead ones too. */
    Stream<NodeRoute> rows() {
        return Stream.of(slots).filter(Objects::nonNull);
    }

    /**
     * The node for a control datagram; null when there is none at all.
     *
     * @param target the server id wanted; 0 = any
     */
    @Nullable
    NodeRoute forControl(int target, long affinity) {
        NodeRoute named = slots[target];
        if (named != null && named.isUp()) return named;
        if (accepting.length > 0) return highestScore(accepting, affinity);
        if (named != null && !named.isDead()) return named;
        return acceptingButSuspect.length > 0 ? highestScore(acceptingButSuspect, affinity) : null;
    }

    /** Where the shard that owns a conv listens; its server id must have a row. */
    ShardPort portOfConv(int conv) {
        ShardPort[] shards = ports[ServerId.of(conv)];
        return shards[conv & (shards.length - 1)];
    }

    /** Where the shard that has the rooms of an affinity listens; the server id must have a row. */
    ShardPort portOfAffinity(int serverId, long affinity) {
        ShardPort[] shards = ports[serverId];
        return shards[Affinity.shard(affinity, shards.length)];
    }

    /** True when this server id is that of a node that takes new sessions and answers. */
    boolean isAccepting(int serverId) {
        NodeRoute row = slots[serverId];
        return row != null && row.state() == State.ACCEPTING && row.isUp();
    }

    /** True when the address is a port of a node that is not dead. */
    boolean isNode(long high, long low, int port) {
        return nodePorts.contains(high, low, port);
    }

    private static NodeRoute highestScore(NodeRoute[] candidates, long affinity) {
        NodeRoute best = candidates[0];
        long bestScore = Affinity.score(affinity, best.serverId());
        for (int i = 1; i < candidates.length; i++) {
            long score = Affinity.score(affinity, candidates[i].serverId());
            if (Long.compareUnsigned(score, bestScore) > 0) {
                best = candidates[i];
                bestScore = score;
            }
        }
        return best;
    }
}
