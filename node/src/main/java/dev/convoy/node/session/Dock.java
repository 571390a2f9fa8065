package dev.convoy.node.session;

import dev.convoy.node.net.Counters;
import dev.convoy.protocol.seal.SealDrop;

/** What the carriers of a shard share: the wire, a buffer for each direction, and the counters. Confined to the shard's event loop. */
final class Dock {
    private static final int BUFFER_BYTES = 2048;

    final Traffic.Wire wire;
    /** A datagram on its way out, path header first. */
    final byte[] out = new byte[BUFFER_BYTES];
    /** A packet that has been opened. */
    final byte[] opened = new byte[BUFFER_BYTES];

    final Counters<DropCounter> drops;
    final Counters<SealDrop> sealDrops;

    private byte[] received = out;
    private int receivedOffset;
    private int receivedBytes;

    Dock(Traffic.Wire wire, ShardCounts counts) {
        this.wire = wire;
        this.drops = counts.drops;
        this.sealDrops = counts.sealDrops;
    }

    /** A KCP datagram lies there, until the next one. */
    void receive(byte[] bytes, int offset, int length) {
        received = bytes;
        receivedOffset = offset;
        receivedBytes = length;
    }

    byte[] received() {
        return received;
    }

    int receivedOffset() {
        return receivedOffset;
    }

    int receivedBytes() {
        return receivedBytes;
    }
}
