package dev.convoy.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.convoy.protocol.kcp.DropReason;
import dev.convoy.protocol.kcp.Kcp;
import dev.convoy.protocol.kcp.KcpSettings;
import dev.convoy.protocol.kcp.SegmentPool;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketTimeoutException;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import kcp.ChannelConfig;
import kcp.KcpClient;
import kcp.KcpListener;
import kcp.KcpServer;
import kcp.Ukcp;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Our core over a real socket against java-Kcp's server and its client, a fifth of the datagrams lost each way, with a conv above 2³¹. */
@Timeout(60)
class JavaKcpSocketTest {
    private static final int CONV = 0xFE00_0001;
    private static final int MESSAGES = 200;
    private static final double LOSS = 0.2;

    private static ChannelConfig config() {
        ChannelConfig config = new ChannelConfig();
        config.nodelay(true, 10, 2, true);
        config.setSndwnd(256);
        config.setRcvwnd(256);
        config.setMtu(1200);
        config.setConv(CONV);
        config.setUseConvChannel(true);
        config.setAckMaskSize(0);
        return config;
    }

    @Test
    void ourClientTalksWithTheirServer() throws IOException {
        KcpServer server = new KcpServer();
        int port = freePort();
        server.init(new Echo(), config(), port);
        try (DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            OurEnd ours = new OurEnd(socket, new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            int sent = 0;
            while (ours.received < MESSAGES) {
                if (sent < MESSAGES && sent - ours.received < 50) {
                    ours.send(message(sent++));
                }
                ours.turn();
            }
        } finally {
            server.stop();
        }
    }

    @Test
    void theirClientTalksWithOurServer() throws IOException {
        KcpClient client = new KcpClient();
        client.init(config());
        try (DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            OurEnd ours = new OurEnd(socket, null);
            ours.echoes = true;
            Collector collector = new Collector();
            InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), socket.getLocalPort());
            Ukcp theirs = client.connect(address, config(), collector);
            int sent = 0;
            while (collector.received.get() < MESSAGES) {
                if (sent < MESSAGES && sent - collector.received.get() < 50) {
                    ByteBuf message = Unpooled.wrappedBuffer(message(sent));
                    if (theirs.write(message)) {
                        sent++;
                    }
                    message.release();
                }
                ours.turn();
            }
            assertThat(collector.wrong.get()).isZero();
        } finally {
            client.stop();
        }
    }

    private static int freePort() throws IOException {
        try (DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /** Every eighth is cut into fragments. */
    private static byte[] message(int number) {
        byte[] message = new byte[number % 8 == 0 ? 3_000 + number : 4 + number % 100];
        for (int i = 0; i < message.length; i++) {
            message[i] = (byte) (number * 3 + i);
        }
        return message;
    }

    /** Our core, a socket, and a path that loses. */
    private static final class OurEnd {
        private final Kcp kcp = new Kcp(CONV, KcpSettings.turbo(), new SegmentPool());
        private final DatagramSocket socket;
        private final byte[] buffer = new byte[1 << 16];
        private final byte[] out = new byte[1200];
        private final Random random = new Random(1);
        private @Nullable SocketAddress peer;
        private boolean echoes;
        private int received;

        OurEnd(DatagramSocket socket, @Nullable SocketAddress peer) throws IOException {
            this.socket = socket;
            this.peer = peer;
            socket.setSoTimeout(1);
        }

        void send(byte[] message) {
            kcp.send(message, 0, message.length);
        }

        void turn() throws IOException {
            DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
            try {
                socket.receive(packet);
                peer = packet.getSocketAddress();
                if (random.nextDouble() >= LOSS) {
                    assertThat(kcp.input(packet.getData(), 0, packet.getLength(), nowMs()))
                            .isEqualTo(DropReason.NONE);
                }
            } catch (SocketTimeoutException nothing) {
                // time goes on all the same
            }
            for (int bytes = kcp.receive(buffer, 0); bytes >= 0; bytes = kcp.receive(buffer, 0)) {
                assertThat(Arrays.copyOf(buffer, bytes)).isEqualTo(message(received++));
                if (echoes) {
                    kcp.send(buffer, 0, bytes);
                }
            }
            kcp.flush(nowMs());
            for (int bytes = kcp.pollTransmit(out, 0); bytes > 0; bytes = kcp.pollTransmit(out, 0)) {
                if (peer != null && random.nextDouble() >= LOSS) {
                    socket.send(new DatagramPacket(out, bytes, peer));
                }
            }
        }

        private static long nowMs() {
            return System.nanoTime() / 1_000_000;
        }
    }

    private static class Echo implements KcpListener {
        @Override
        public void onConnected(Ukcp ukcp) {}

        @Override
        public void handleReceive(ByteBuf message, Ukcp ukcp) {
            ukcp.write(message);
        }

        @Override
        public void handleException(Throwable failure, Ukcp ukcp) {
            throw new AssertionError(failure);
        }

        @Override
        public void handleClose(Ukcp ukcp) {}
    }

    private static final class Collector extends Echo {
        private final AtomicInteger received = new AtomicInteger();
        private final AtomicInteger wrong = new AtomicInteger();

        @Override
        public void handleReceive(ByteBuf message, Ukcp ukcp) {
            if (!message.equals(Unpooled.wrappedBuffer(message(received.get())))) {
                wrong.incrementAndGet();
            }
            received.incrementAndGet();
        }
    }
}
