package dev.convoy.router;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.IoEventLoop;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.socket.DatagramPacket;
import io.netty.channel.socket.nio.NioChannelOption;
import io.netty.channel.socket.nio.NioDatagramChannel;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;

/** Opens UDP sockets on an event loop: epoll with batches where the loop is an epoll loop, else NIO. */
enum UdpTransport {
    EPOLL {
        @Override
        Bootstrap bootstrap(boolean sharePort) {
            return new Bootstrap()
                    .channel(EpollDatagramChannel.class)
                    .option(EpollChannelOption.MAX_DATAGRAM_PAYLOAD_SIZE, ReceiveBuffers.SLOT_BYTES)
                    .option(EpollChannelOption.SO_REUSEPORT, sharePort);
        }

        @Override
        ReceiveBuffers receiveBuffers(int headroomBytes) {
            return new ReceiveBuffers(ALLOCATOR, headroomBytes, ReceiveBuffers.BATCH, EPOLL_BUFFERS);
        }
    },
    NIO {
        @Override
        Bootstrap bootstrap(boolean sharePort) {
            Bootstrap bootstrap = new Bootstrap().channel(NioDatagramChannel.class);
            // Not all platforms know the option, so it is set only when it is needed.
            return sharePort
                    ? bootstrap.option(NioChannelOption.of(StandardSocketOptions.SO_REUSEPORT), true)
                    : bootstrap;
        }

        @Override
        ReceiveBuffers receiveBuffers(int headroomBytes) {
            return new ReceiveBuffers(ALLOCATOR, headroomBytes, 1, NIO_BUFFERS);
        }
    };

    private static final ByteBufAllocator ALLOCATOR = PooledByteBufAllocator.DEFAULT;
    private static final int EPOLL_BUFFERS = 4;
    private static final int NIO_BUFFERS = 2 * ReceiveBuffers.BATCH;
    private static final int SOCKET_BUFFER_BYTES = 4 << 20;

    /** One batch of the largest datagrams fits; past it the next batch is dropped instead of queued. */
    private static final WriteBufferWaterMark UNSENT_BYTES = new WriteBufferWaterMark(64 << 10, 128 << 10);

    static UdpTransport of(EventLoop loop) {
        return loop instanceof IoEventLoop io && io.isIoType(EpollIoHandler.class) ? EPOLL : NIO;
    }

    abstract Bootstrap bootstrap(boolean sharePort);

    abstract ReceiveBuffers receiveBuffers(int headroomBytes);

    /**
     * Binds a socket.
     *
     * @param sharePort true when several loops share the port (SO_REUSEPORT)
     */
    ChannelFuture bind(
            EventLoop loop,
            InetSocketAddress address,
            boolean sharePort,
            ReceiveBuffers buffers,
            ChannelHandler handler) {
        ChannelFuture bound = bootstrap(sharePort)
                .group(loop)
                .option(ChannelOption.ALLOCATOR, ALLOCATOR)
                .option(ChannelOption.RECVBUF_ALLOCATOR, buffers)
                .option(ChannelOption.SO_RCVBUF, SOCKET_BUFFER_BYTES)
                .option(ChannelOption.SO_SNDBUF, SOCKET_BUFFER_BYTES)
                .option(ChannelOption.WRITE_BUFFER_WATER_MARK, UNSENT_BYTES)
                .handler(handler)
                .bind(address);
        Channel channel = bound.channel();
        channel.closeFuture().addListener(closed -> buffers.close());
        return bound;
    }

    /** Writes a datagram, to be flushed by the caller; with a void promise, which costs nothing and reports to the pipeline. */
    @SuppressWarnings("FutureReturnValueIgnored")
    static void write(Channel through, ByteBuf datagram, InetSocketAddress to) {
        through.write(new DatagramPacket(datagram, to), through.voidPromise());
    }
}
