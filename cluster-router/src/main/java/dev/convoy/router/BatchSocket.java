package dev.convoy.router;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.IoEvent;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.channel.unix.FileDescriptor;
import io.netty.channel.unix.Socket;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A UDP socket on an epoll event loop that receives and sends {@value #BATCH} datagrams by one system call, into memory of
 * its own that is used again for every batch, with no object for any of them.
 *
 * <pre>
 * slot 0: | 64 bytes free | 1280 bytes: a datagram |  slot 1: | 64 bytes free | ...
 * </pre>
 *
 * What is to be put in front of a datagram goes into the free bytes: nothing is copied. Confined to one event loop.
 */
final class BatchSocket implements EpollIoHandle, SendBatch.Sender {
    /** Datagrams received by one system call, and sent by one. */
    static final int BATCH = 64;

    /** Reading stops after so many batches, until the loop has seen to its other sockets. */
    private static final int BATCHES_PER_TURN = 8;

    /** More than the largest datagram with its path header: one byte too many must be seen, not cut off. */
    private static final int DATAGRAM_BYTES_MAX = 1280;

    private static final int HEADROOM_BYTES = 64;
    private static final int SLOT_BYTES = HEADROOM_BYTES + DATAGRAM_BYTES_MAX;
    private static final int IOV_BYTES = 16;
    private static final int SOCKET_BUFFER_BYTES = 4 << 20;

    /** Told of every batch. */
    interface Receiver {
        /** {@code count} datagrams lie in the socket's slots. */
        void handleBatch(BatchSocket socket, int count);
    }

    /** Netty's socket class makes sockets of the preferred family only; here the address decides. */
    private static final class DatagramSocket extends Socket {
        final boolean isIpv6;

        DatagramSocket(boolean isIpv6) {
            super(newSocketDgram0(isIpv6));
            this.isIpv6 = isIpv6;
        }
    }

    final ByteBuf memory = Unpooled.directBuffer(BATCH * SLOT_BYTES);
    final long memoryAddress = memory.memoryAddress();
    final SendBatch out;
    private final DatagramSocket socket;
    private final Receiver receiver;
    private final ByteBuf iovs = Unpooled.directBuffer(BATCH * IOV_BYTES);
    private final Object[] packets = Mmsg.newPackets(BATCH);
    private final byte[][] senders =
            Arrays.stream(packets).map(Mmsg::senderAddress).toArray(byte[][]::new);
    private @Nullable IoRegistration registration;
    private boolean isClosed;

    private BatchSocket(DatagramSocket socket, SendBatch out, Receiver receiver) {
        this.socket = socket;
        this.out = out;
        this.receiver = receiver;
        for (int slot = 0; slot < BATCH; slot++) {
            iovs.setLongLE(slot * IOV_BYTES, memoryAddress + start(slot));
            iovs.setLongLE(slot * IOV_BYTES + Long.BYTES, DATAGRAM_BYTES_MAX);
            prepare(slot);
        }
    }

    /**
     * Binds a socket, deaf until {@link #listen}.
     *
     * @param sharePort true when several loops share the port (SO_REUSEPORT)
     */
    static BatchSocket bind(InetSocketAddress address, boolean sharePort, SendBatch out, Receiver receiver)
            throws IOException {
        DatagramSocket socket = new DatagramSocket(address.getAddress() instanceof Inet6Address);
        try {
            socket.setReusePort(sharePort);
            socket.setReceiveBufferSize(SOCKET_BUFFER_BYTES);
            socket.setSendBufferSize(SOCKET_BUFFER_BYTES);
            socket.bind(address);
            return new BatchSocket(socket, out, receiver);
        } catch (IOException refused) {
            socket.close();
            throw refused;
        }
    }

    /** Begins to receive; completes when it does. */
    Future<?> listen(IoEventLoop loop) {
        return loop.register(this).addListener(registered -> {
            if (!registered.isSuccess()) return;
            registration = (IoRegistration) registered.getNow();
            registration.submit(EpollIoOps.EPOLLIN);
        });
    }

    /** Where the datagram of a slot begins in {@link #memory}. */
    static int start(int slot) {
        return slot * SLOT_BYTES + HEADROOM_BYTES;
    }

    int length(int slot) {
        return Mmsg.length(packets[slot]);
    }

    /** The upper half of a slot's sender's address, as {@link Ip} has it; {@link #senderLow} is the lower. */
    long senderHigh(int slot) {
        return isSenderIpv4(slot) ? 0 : Ip.high(senders[slot]);
    }

    long senderLow(int slot) {
        return isSenderIpv4(slot) ? Ip.ipv4(senders[slot]) : Ip.low(senders[slot]);
    }

    int senderPort(int slot) {
        return Mmsg.senderPort(packets[slot]);
    }

    private boolean isSenderIpv4(int slot) {
        return Mmsg.senderBytes(packets[slot]) == Ip.IPV4_BYTES;
    }

    /** Adds what lies in a socket's memory to this one's batch. */
    void send(BatchSocket from, int start, int length, long high, long low, int port) {
        out.add(from.memoryAddress + start, length, high, low, port);
    }

    void flush() {
        out.flush(this);
    }

    @Override
    public int send(Object[] messages, int offset, int count) {
        return Mmsg.send(socket.intValue(), socket.isIpv6, messages, offset, count);
    }

    @Override
    public void handle(IoRegistration own, IoEvent event) {
        for (int turn = 0; turn < BATCHES_PER_TURN && !isClosed; turn++) {
            // An error is one of the socket, e.g. told by ICMP; it is cleared by being read.
            int received = Mmsg.receive(socket.intValue(), socket.isIpv6, packets, BATCH);
            if (received <= 0) return;
            receiver.handleBatch(this, received);
            for (int slot = 0; slot < received; slot++) prepare(slot);
            if (received < BATCH) return;
        }
    }

    private void prepare(int slot) {
        Mmsg.setBytes(packets[slot], iovs.memoryAddress() + (long) slot * IOV_BYTES, 1, 0);
    }

    @Override
    public FileDescriptor fd() {
        return socket;
    }

    InetSocketAddress localAddress() {
        return socket.localAddress();
    }

    /** On the event loop. Also called by the loop when it ends first. */
    @Override
    public void close() throws IOException {
        if (isClosed) return;
        isClosed = true;
        if (registration != null) registration.cancel();
        socket.close();
        memory.release();
        iovs.release();
        out.release();
    }
}
