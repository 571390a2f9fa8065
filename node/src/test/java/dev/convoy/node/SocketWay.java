package dev.convoy.node;

import dev.convoy.protocol.wire.Affinity;
import dev.convoy.protocol.wire.ControlHeader;
import dev.convoy.protocol.wire.DatagramKind;
import dev.convoy.protocol.wire.LittleEndian;
import dev.convoy.protocol.wire.PathHeader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A router's inside socket: sends to the shard that a datagram belongs to. */
final class SocketWay implements Way {
    private static final int WAIT_MS = 2;

    private final DatagramSocket socket;
    private final List<Integer> ports;
    private final byte[] buffer = new byte[2048];

    SocketWay(List<Integer> ports) {
        this.ports = ports;
        try {
            socket = new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            socket.setSoTimeout(WAIT_MS);
            socket.setReceiveBufferSize(1 << 20);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void send(byte[] datagram) {
        send(datagram, shardOf(datagram));
    }

    /** Sends to one shard, whoever's the datagram is. */
    void send(byte[] datagram, int shard) {
        sendTo(datagram, ports.get(shard));
    }

    int port(int shard) {
        return ports.get(shard);
    }

    /** Sends to any inside port of this machine. */
    void sendTo(byte[] datagram, int port) {
        try {
            socket.send(new DatagramPacket(datagram, datagram.length, InetAddress.getLoopbackAddress(), port));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public byte @Nullable [] receive() {
        DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
        try {
            socket.receive(packet);
            return Arrays.copyOf(buffer, packet.getLength());
        } catch (SocketTimeoutException e) {
            return null;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        socket.close();
    }

    int shardOf(byte[] datagram) {
        int header = datagram.length == 0 ? 0 : PathHeader.bytes(datagram[0]);
        if (header == 0 || datagram.length < header + DatagramKind.FIRST_WORD_BYTES) return 0;
        int word = LittleEndian.u32(datagram, header);
        if (DatagramKind.of(word) != DatagramKind.CONTROL) return word & ports.size() - 1;
        return datagram.length < header + ControlHeader.BYTES
                ? 0
                : Affinity.shard(ControlHeader.affinity(datagram, header), ports.size());
    }
}
