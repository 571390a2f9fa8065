package dev.convoy.router;

import dev.convoy.protocol.wire.ControlHeader;
import dev.convoy.protocol.wire.ControlType;
import dev.convoy.protocol.wire.LittleEndian;
import dev.convoy.protocol.wire.PathHeader;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What a router sees of a node: real UDP sockets, one for each shard. It answers probes while it is told to, sends
 * everything else back as it came, and shows what it got.
 */
final class FakeNode implements AutoCloseable {
    /** A datagram as it arrived at a shard, path header and all. */
    record Received(int shard, byte[] bytes, InetSocketAddress router) {
        byte[] datagram() {
            return Arrays.copyOfRange(bytes, PathHeader.bytes(bytes[0]), bytes.length);
        }
    }

    final BlockingQueue<Received> received = new LinkedBlockingQueue<>();
    private final int serverId;
    private final List<DatagramSocket> sockets = new ArrayList<>();
    private volatile boolean isAnsweringProbes = true;
    private final AtomicInteger probesAnswered = new AtomicInteger();

    FakeNode(int serverId, int shards) throws IOException {
        this.serverId = serverId;
        for (int shard = 0; shard < shards; shard++) {
            DatagramSocket socket = new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            socket.setReceiveBufferSize(4 << 20);
            sockets.add(socket);
            int number = shard;
            Thread thread = new Thread(() -> serve(number, socket), "node-" + serverId + "-" + shard);
            thread.setDaemon(true);
            thread.start();
        }
    }

    int serverId() {
        return serverId;
    }

    List<InetSocketAddress> addresses() {
        return sockets.stream()
                .map(socket -> new InetSocketAddress(socket.getLocalAddress(), socket.getLocalPort()))
                .toList();
    }

    void answerProbes(boolean isAnswering) {
        isAnsweringProbes = isAnswering;
    }

    int probesAnswered() {
        return probesAnswered.get();
    }

    /** Waits for the next datagram that is no probe. */
    Received take() throws InterruptedException {
        Received next = received.poll(10, TimeUnit.SECONDS);
        if (next == null) throw new AssertionError("node " + serverId + " got nothing");
        return next;
    }

    /** Sends bytes as they are, path header included, to a router's inside socket. */
    void send(byte[] bytes, InetSocketAddress to) throws IOException {
        sockets.get(0).send(new DatagramPacket(bytes, bytes.length, to));
    }

    private void serve(int shard, DatagramSocket socket) {
        byte[] buffer = new byte[2048];
        try {
            while (true) {
                DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
                socket.receive(packet);
                if (isProbe(buffer, packet.getLength())) answer(socket, packet);
                else echo(shard, socket, packet);
            }
        } catch (IOException closed) {
            // The test is over, or the node was killed.
        }
    }

    private void echo(int shard, DatagramSocket socket, DatagramPacket packet) throws IOException {
        byte[] bytes = Arrays.copyOf(packet.getData(), packet.getLength());
        received.add(new Received(shard, bytes, (InetSocketAddress) packet.getSocketAddress()));
        socket.send(packet);
    }

    private static boolean isProbe(byte[] bytes, int length) {
        return length >= PathHeader.IPV4_BYTES + ControlHeader.BYTES
                && LittleEndian.u16(bytes, PathHeader.PORT_OFFSET) == 0
                && ControlType.of(LittleEndian.u32(bytes, PathHeader.IPV4_BYTES)) == ControlType.PROBE;
    }

    private void answer(DatagramSocket socket, DatagramPacket packet) throws IOException {
        int target = ControlHeader.target(packet.getData(), PathHeader.IPV4_BYTES);
        if (!isAnsweringProbes || target != serverId) return;
        LittleEndian.putU32(packet.getData(), PathHeader.IPV4_BYTES, ControlType.PROBE_REPLY.magic());
        socket.send(packet);
        probesAnswered.incrementAndGet();
    }

    @Override
    public void close() {
        sockets.forEach(DatagramSocket::close);
    }
}
