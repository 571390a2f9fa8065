package dev.convoy.router;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.unix.Errors;
import java.util.Arrays;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Datagrams on their way out of one socket: up to {@value BatchSocket#BATCH} are gathered, then sent by one system
 * call. The bytes stay where they are; they must not change until {@link #flush}.
 *
 * <p>Datagrams to one place, all of one size but perhaps the last, leave as a single one that the system cuts apart at
 * its very end (UDP_SEGMENT, Linux 4.18): most of what a datagram costs is the way through the system, and so they go it
 * together. The receiver sees nothing of it. Where the system refuses (no checksums in hardware, a path too narrow), they
 * are sent one by one, from then on all of them.
 *
 * <p>What the system does not take is dropped and counted: this is UDP, and a queue here would only be delay. Confined
 * to one event loop.
 */
final class SendBatch {
    /** The socket: {@link Mmsg#send} without its first parameters. */
    interface Sender {
        int send(Object[] messages, int offset, int count);
    }

    private static final Logger LOG = LoggerFactory.getLogger(SendBatch.class);

    private static final int IOV_BYTES = 16;
    /** More segments no kernel takes. */
    private static final int SEGMENTS_MAX = 64;
    /** As much as fits into one IP packet with its headers. */
    private static final int SEGMENTED_BYTES_MAX = 65_000;

    private static final int NO_BUFFERS = -105;

    private final RouterCounters counters;
    private final Outcome congested;
    private final Object[] packets = Mmsg.newPackets(BatchSocket.BATCH);
    private final byte[][] recipients =
            Arrays.stream(packets).map(Mmsg::recipientAddress).toArray(byte[][]::new);
    private final ByteBuf iovs = Unpooled.directBuffer(BatchSocket.BATCH * IOV_BYTES);
    private final long iovsAddress = iovs.memoryAddress();

    // What is to be sent, in the order of its coming.
    private final long[] addresses = new long[BatchSocket.BATCH];
    private final int[] lengths = new int[BatchSocket.BATCH];
    private final long[] highs = new long[BatchSocket.BATCH];
    private final long[] lows = new long[BatchSocket.BATCH];
    private final int[] ports = new int[BatchSocket.BATCH];
    private int count;

    // How it is sent.
    private final boolean[] isPacked = new boolean[BatchSocket.BATCH];
    private final int[] segments = new int[BatchSocket.BATCH];
    private int messages;
    private int iovCount;
    private boolean isSegmenting = true;

    SendBatch(RouterCounters counters, Outcome congested) {
        this.counters = counters;
        this.congested = congested;
    }

    /** Adds the {@code length} bytes at a memory address, for whom high, low and port say. */
    void add(long address, int length, long high, long low, int port) {
        addresses[count] = address;
        lengths[count] = length;
        highs[count] = high;
        lows[count] = low;
        ports[count] = port;
        count++;
    }

    void flush(Sender through) {
        if (count == 0) return;
        pack();
        send(through);
        count = 0;
    }

    private void pack() {
        messages = 0;
        iovCount = 0;
        Arrays.fill(isPacked, 0, count, false);
        for (int i = 0; i < count; i++) {
            if (!isPacked[i]) packMessage(i);
        }
    }

    /** One message of datagram {@code first} and those behind it that may leave with it. */
    private void packMessage(int first) {
        int iov = iovCount;
        int segmentBytes = lengths[first];
        int bytes = segmentBytes;
        addIov(first);
        for (int i = first + 1; isSegmenting && i < count; i++) {
            if (!isSameRecipient(first, i)) continue;
            bytes += lengths[i];
            // Not past it: datagrams to one place keep their order.
            if (lengths[i] > segmentBytes || bytes > SEGMENTED_BYTES_MAX || iovCount - iov == SEGMENTS_MAX) break;
            addIov(i);
            if (lengths[i] < segmentBytes) break;
        }
        addMessage(first, iov, iovCount - iov, segmentBytes);
    }

    private boolean isSameRecipient(int one, int other) {
        return lows[one] == lows[other] && ports[one] == ports[other] && highs[one] == highs[other];
    }

    private void addIov(int datagram) {
        int at = iovCount * IOV_BYTES;
        iovs.setLongLE(at, addresses[datagram]);
        iovs.setLongLE(at + Long.BYTES, lengths[datagram]);
        iovCount++;
        isPacked[datagram] = true;
    }

    private void addMessage(int datagram, int iov, int iovs, int segmentBytes) {
        Object packet = packets[messages];
        Mmsg.setBytes(packet, iovsAddress + (long) iov * IOV_BYTES, iovs, iovs > 1 ? segmentBytes : 0);
        Ip.put(recipients[messages], highs[datagram], lows[datagram]);
        Mmsg.setRecipient(packet, ports[datagram]);
        segments[messages] = iovs;
        messages++;
    }

    private void send(Sender through) {
        int sent = 0;
        int iov = 0;
        while (sent < messages) {
            int result = through.send(packets, sent, messages - sent);
            if (result > 0) {
                for (int i = 0; i < result; i++) iov += segments[sent++];
            } else if (isCongestion(result)) {
                counters.count(congested, iovCount - iov);
                return;
            } else if (segments[sent] > 1) {
                if (isSegmenting) LOG.info("Datagrams leave one by one, the system refuses segments: {}", result);
                isSegmenting = false;
                sendSegments(through, sent, iov);
                iov += segments[sent++];
            } else {
                counters.count(Outcome.SEND_FAILED);
                iov++;
                sent++;
            }
        }
    }

    private static boolean isCongestion(int result) {
        return result == 0
                || result == Errors.ERRNO_EAGAIN_NEGATIVE
                || result == Errors.ERRNO_EWOULDBLOCK_NEGATIVE
                || result == NO_BUFFERS;
    }

    /** The datagrams of a refused message, one by one. */
    private void sendSegments(Sender through, int message, int firstIov) {
        for (int i = 0; i < segments[message]; i++) {
            Mmsg.setBytes(packets[message], iovsAddress + (long) (firstIov + i) * IOV_BYTES, 1, 0);
            int result = through.send(packets, message, 1);
            if (result != 1) counters.count(isCongestion(result) ? congested : Outcome.SEND_FAILED);
        }
    }

    void release() {
        iovs.release();
    }
}
