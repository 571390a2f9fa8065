package dev.convoy.node.net;

import dev.convoy.protocol.wire.Affinity;
import dev.convoy.protocol.wire.ControlHeader;
import dev.convoy.protocol.wire.ControlType;
import dev.convoy.protocol.wire.DatagramKind;
import dev.convoy.protocol.wire.LittleEndian;
import dev.convoy.protocol.wire.ServerId;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Tells a datagram that is for this shard from one that a router with an old table has sent here: for another server id,
 * because its node is gone and we have its address; or for another shard, because the node here had another number of
 * them. Confined to the shard's event loop.
 */
public final class Wayfinder {
    private final IntSupplier serverId;
    private final int shard;
    private final int shards;
    private final Neighbours neighbours;

    /** @param serverId of this node, at the moment */
    public Wayfinder(IntSupplier serverId, int shard, int shards, Neighbours neighbours) {
        this.serverId = serverId;
        this.shard = shard;
        this.shards = shards;
        this.neighbours = neighbours;
    }

    /** True when the datagram of {@code length} bytes at {@code offset} is somebody else's. */
    public boolean isMisrouted(DatagramKind kind, byte[] bytes, int offset, int length) {
        int firstWord = LittleEndian.u32(bytes, offset);
        if (kind == DatagramKind.DATA)
            return ServerId.of(firstWord) != serverId.getAsInt() || (firstWord & (shards - 1)) != shard;
        return isRequest(firstWord, length) && Affinity.shard(ControlHeader.affinity(bytes, offset), shards) != shard;
    }

    /** Where a misrouted datagram is to go, or null when nobody knows. */
    public @Nullable InetSocketAddress destination(DatagramKind kind, byte[] bytes, int offset) {
        int firstWord = LittleEndian.u32(bytes, offset);
        boolean isData = kind == DatagramKind.DATA;
        List<InetSocketAddress> ports = neighbours.ports(isData ? ServerId.of(firstWord) : serverId.getAsInt());
        if (ports == null) return null;
        return ports.get(
                isData
                        ? firstWord & (ports.size() - 1)
                        : Affinity.shard(ControlHeader.affinity(bytes, offset), ports.size()));
    }

    /** What a room's hash routes. Shorter ones have none, and a probe is for whom it asks. */
    private static boolean isRequest(int firstWord, int length) {
        ControlType type = ControlType.of(firstWord);
        boolean isRouted = type == ControlType.CONNECT || type == ControlType.PROPOSE || type == ControlType.RECONNECT;
        return isRouted && length >= ControlHeader.BYTES;
    }
}
