package dev.convoy.tools.bench;

import dev.convoy.protocol.seal.SealedPacket;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;

/** What brings datagrams from one end of a {@link SealEcho} to the other. Used by one thread; allocates nothing per datagram. */
interface SealCarrier extends AutoCloseable {
    void send(boolean isClient, byte[] packet, int length) throws IOException;

    /** Copies the next datagram for that end and returns its length; at most 0 when there is none. */
    int receive(boolean isClient, byte[] into) throws IOException;

    @Override
    void close() throws IOException;

    /** An array copy: what is left is KCP and the cipher. */
    static SealCarrier memory() {
        return new SealCarrier() {
            private final Ring up = new Ring();
            private final Ring down = new Ring();

            @Override
            public void send(boolean isClient, byte[] packet, int length) {
                (isClient ? up : down).put(packet, length);
            }

            @Override
            public int receive(boolean isClient, byte[] into) {
                return (isClient ? down : up).take(into);
            }

            @Override
            public void close() {}
        };
    }

    /** Two connected UDP sockets of loopback, a system call for each datagram. */
    static SealCarrier loopback() throws IOException {
        DatagramChannel client = Udp.open();
        DatagramChannel server = Udp.open();
        client.connect(server.getLocalAddress());
        server.connect(client.getLocalAddress());
        return new Udp(client, server);
    }

    /** Datagrams on their way; full, it loses them, as a socket does. */
    final class Ring {
        private static final int SLOTS = 256;

        private final byte[][] packets = new byte[SLOTS][SealedPacket.BYTES_MAX];
        private final int[] lengths = new int[SLOTS];
        private int first;
        private int count;

        private void put(byte[] packet, int length) {
            if (count == SLOTS) return;
            int slot = (first + count++) % SLOTS;
            System.arraycopy(packet, 0, packets[slot], 0, length);
            lengths[slot] = length;
        }

        private int take(byte[] into) {
            if (count == 0) return 0;
            int length = lengths[first];
            System.arraycopy(packets[first], 0, into, 0, length);
            first = (first + 1) % SLOTS;
            count--;
            return length;
        }
    }

    /** The sockets, with the buffer that the system reads and writes. */
    final class Udp implements SealCarrier {
        private static final int SOCKET_BUFFER_BYTES = 1 << 20;

        private final DatagramChannel client;
        private final DatagramChannel server;
        private final ByteBuffer buffer = ByteBuffer.allocateDirect(SealedPacket.BYTES_MAX);

        private Udp(DatagramChannel client, DatagramChannel server) {
            this.client = client;
            this.server = server;
        }

        private static DatagramChannel open() throws IOException {
            DatagramChannel channel = DatagramChannel.open();
            channel.setOption(StandardSocketOptions.SO_RCVBUF, SOCKET_BUFFER_BYTES);
            channel.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            channel.configureBlocking(false);
            return channel;
        }

        @Override
        public void send(boolean isClient, byte[] packet, int length) throws IOException {
            buffer.clear().put(packet, 0, length).flip();
            (isClient ? client : server).write(buffer); // 0 when there is no room: lost, and KCP repeats it
        }

        @Override
        public int receive(boolean isClient, byte[] into) throws IOException {
            buffer.clear();
            int length = (isClient ? client : server).read(buffer);
            if (length > 0) buffer.flip().get(into, 0, length);
            return length;
        }

        @Override
        public void close() throws IOException {
            try (client) {
                server.close();
            }
        }
    }
}
