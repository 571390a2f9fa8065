package dev.convoy.router;

import dev.convoy.protocol.wire.PathHeader;
import io.netty.buffer.ByteBuf;

/**
 * The rules for a node's datagram: whether it is one, and whose client it is for. Only nodes of the table are listened
 * to. Any bytes are allowed; none throws. After {@link #judge} has said yes, the fields tell the client. Allocates
 * nothing. Confined to one event loop.
 */
final class WayBack {
    private final CurrentTable current;
    private final RouterCounters counters;
    long clientHigh;
    long clientLow;
    int clientPort;

    WayBack(CurrentTable current, RouterCounters counters) {
        this.current = current;
        this.counters = counters;
    }

    /**
     * Judges the datagram of {@code length} bytes at {@code start}, and counts what becomes of it.
     *
     * @param high low and port: its sender
     * @return how many bytes of path header are to be taken off, or 0 when it ends here
     */
    int judge(ByteBuf memory, int start, int length, long high, long low, int port) {
        if (!current.get().isNode(high, low, port)) return drop(Outcome.NOT_FROM_A_NODE);
        int headerBytes = pathHeaderBytes(memory, start, length);
        // An empty rest is no answer.
        if (headerBytes == 0 || length == headerBytes) return drop(Outcome.PATH_MALFORMED);
        if (length - headerBytes > WayIn.DATAGRAM_BYTES_MAX) return drop(Outcome.ANSWER_OVERSIZE);
        readClient(memory, start, headerBytes);
        counters.count(Outcome.RETURNED);
        return headerBytes;
    }

    private int drop(Outcome outcome) {
        counters.count(outcome);
        return 0;
    }

    /** The length of the whole and proper path header in front, or 0. */
    private static int pathHeaderBytes(ByteBuf memory, int start, int length) {
        if (length < PathHeader.IPV4_BYTES) return 0;
        int kind = memory.getUnsignedByte(start + PathHeader.KIND_OFFSET);
        boolean isPlain =
                (kind == PathHeader.KIND_IPV4 || kind == PathHeader.KIND_IPV6) && memory.getByte(start + 1) == 0;
        int headerBytes = kind == PathHeader.KIND_IPV4 ? PathHeader.IPV4_BYTES : PathHeader.IPV6_BYTES;
        boolean isWhole = isPlain && length >= headerBytes;
        return isWhole && memory.getUnsignedShortLE(start + PathHeader.PORT_OFFSET) != 0 ? headerBytes : 0;
    }

    private void readClient(ByteBuf memory, int start, int headerBytes) {
        boolean isIpv4 = headerBytes == PathHeader.IPV4_BYTES;
        int at = start + PathHeader.ADDRESS_OFFSET;
        clientHigh = isIpv4 ? 0 : memory.getLong(at);
        clientLow = isIpv4 ? Ip.ipv4(memory.getInt(at)) : memory.getLong(at + Long.BYTES);
        clientPort = memory.getUnsignedShortLE(start + PathHeader.PORT_OFFSET);
    }
}
