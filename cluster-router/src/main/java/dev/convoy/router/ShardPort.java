package dev.convoy.router;

import java.net.InetSocketAddress;

/** Where one shard of a node listens, ready to be sent to. Immutable; the same object for the same place in one table. */
final class ShardPort {
    final InetSocketAddress address;
    final long high;
    final long low;
    final int port;

    ShardPort(InetSocketAddress address) {
        this.address = address;
        this.high = Ip.high(address.getAddress());
        this.low = Ip.low(address.getAddress());
        this.port = address.getPort();
    }

    boolean is(long otherHigh, long otherLow, int otherPort) {
        return low == otherLow && port == otherPort && high == otherHigh;
    }
}
