package dev.convoy.router;

import io.netty.util.NetUtil;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.util.Arrays;

/** A client's socket. */
final class FakeClient implements AutoCloseable {
    private static final int PATIENCE_MS = 10_000;

    private final DatagramSocket socket;

    FakeClient(InetAddress host) throws IOException {
        socket = new DatagramSocket(new InetSocketAddress(host, 0));
        socket.setReceiveBufferSize(4 << 20);
        socket.setSoTimeout(PATIENCE_MS);
    }

    FakeClient() throws IOException {
        this(NetUtil.LOCALHOST4);
    }

    int port() {
        return socket.getLocalPort();
    }

    void send(byte[] bytes, InetSocketAddress router) throws IOException {
        socket.send(new DatagramPacket(bytes, bytes.length, router));
    }

    /** Waits for the next datagram, which must come from {@code router}'s public address. */
    byte[] receive(InetSocketAddress router) throws IOException {
        DatagramPacket packet = new DatagramPacket(new byte[2048], 2048);
        try {
            socket.receive(packet);
        } catch (SocketTimeoutException late) {
            throw new AssertionError("the client got nothing", late);
        }
        if (!packet.getSocketAddress().equals(router)) throw new AssertionError("from " + packet.getSocketAddress());
        return Arrays.copyOf(packet.getData(), packet.getLength());
    }

    @Override
    public void close() {
        socket.close();
    }
}
