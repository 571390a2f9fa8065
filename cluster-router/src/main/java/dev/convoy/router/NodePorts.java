package dev.convoy.router;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The set of all shards' ports of living nodes, asked for each answer of a node. Immutable; open addressing, half empty. */
final class NodePorts {
    private static final int SLOTS_MIN = 16;

    private final @Nullable ShardPort[] slots;

    NodePorts(List<ShardPort> ports) {
        slots = new ShardPort[Math.max(SLOTS_MIN, Integer.highestOneBit(Math.max(1, ports.size())) * 4)];
        for (ShardPort port : ports) {
            int at = index(port.high, port.low, port.port);
            while (slots[at] != null) at = next(at);
            slots[at] = port;
        }
    }

    boolean contains(long high, long low, int port) {
        int at = index(high, low, port);
        for (ShardPort found = slots[at]; found != null; found = slots[at]) {
            if (found.is(high, low, port)) return true;
            at = next(at);
        }
        return false;
    }

    private int next(int at) {
        return (at + 1) & (slots.length - 1);
    }

    private int index(long high, long low, int port) {
        long mixed = (high * 31 + low * 0x9E3779B97F4A7C15L + port) * 0xBF58476D1CE4E5B9L;
        return (int) (mixed >>> Integer.SIZE) & (slots.length - 1);
    }
}
