package dev.convoy.tools.bare;

import io.jpower.kcp.netty.Kcp;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The core of kcp-netty over a plain socket, driven by hand, as docs/PROTOCOL.md shows it in C. */
final class NettyKcpPlayer implements AutoCloseable {
    private static final int PATIENCE_S = 20;
    private static final int MTU_BYTES = 1200;
    private static final int TICK_MS = 10;

    private final DatagramSocket socket = new DatagramSocket();
    private final byte[] buffer = new byte[2048];
    private final long beganNanos = System.nanoTime();
    private @Nullable Kcp kcp;

    NettyKcpPlayer(int port) throws IOException {
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        socket.setSoTimeout(TICK_MS);
    }

    /** Three words there and three back; repeated until they come. */
    int[] handshake(int magic, int second, int third) throws IOException {
        byte[] request = words().putInt(magic).putInt(second).putInt(third).array();
        for (int trial = 0; trial < PATIENCE_S * 1000 / TICK_MS; trial++) {
            if (trial % 25 == 0) socket.send(new DatagramPacket(request, request.length));
            byte[] answer = receiveDatagram();
            if (answer == null || answer.length != request.length) continue;
            ByteBuffer words = ByteBuffer.wrap(answer).order(ByteOrder.LITTLE_ENDIAN);
            return new int[] {words.getInt(), words.getInt(), words.getInt()};
        }
        throw new AssertionError("no answer to the handshake");
    }

    void begin(int conv) {
        Kcp fresh = new Kcp(conv, (data, from) -> transmit(data));
        fresh.setByteBufAllocator(ByteBufAllocator.DEFAULT);
        fresh.setMtu(MTU_BYTES);
        fresh.nodelay(true, TICK_MS, 2, true);
        fresh.wndsize(128, 128);
        kcp = fresh;
    }

    void send(String message) {
        ByteBuf bytes = Unpooled.copiedBuffer(message, StandardCharsets.UTF_8);
        kcp().send(bytes);
        bytes.release();
    }

    /** The next message. */
    byte[] receive() throws IOException {
        long giveUpNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_S);
        while (System.nanoTime() < giveUpNanos) {
            kcp().update((int) TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - beganNanos));
            byte[] datagram = receiveDatagram();
            if (datagram != null) {
                ByteBuf bytes = Unpooled.wrappedBuffer(datagram);
                kcp().input(bytes);
                bytes.release();
            }
            if (kcp().canRecv()) return message();
        }
        throw new AssertionError("no message came");
    }

    @Override
    public void close() {
        socket.close();
        if (kcp != null) kcp.release();
    }

    private byte[] message() {
        List<ByteBuf> parts = new ArrayList<>();
        kcp().recv(parts);
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        for (ByteBuf part : parts) {
            byte[] bytes = new byte[part.readableBytes()];
            part.readBytes(bytes).release();
            whole.writeBytes(bytes);
        }
        return whole.toByteArray();
    }

    private void transmit(ByteBuf data) {
        byte[] bytes = new byte[data.readableBytes()];
        data.readBytes(bytes).release();
        try {
            socket.send(new DatagramPacket(bytes, bytes.length));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private byte @Nullable [] receiveDatagram() throws IOException {
        DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
        try {
            socket.receive(packet);
            return Arrays.copyOf(buffer, packet.getLength());
        } catch (SocketTimeoutException e) {
            return null;
        }
    }

    private Kcp kcp() {
        if (kcp == null) throw new AssertionError("no conv yet");
        return kcp;
    }

    private static ByteBuffer words() {
        return ByteBuffer.allocate(12).order(ByteOrder.LITTLE_ENDIAN);
    }
}
