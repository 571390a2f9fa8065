package dev.convoy.node.net;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.socket.DatagramPacket;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.internal.ContextInternal;
import java.io.IOException;
import java.net.InetSocketAddress;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The UDP socket of one shard, on the event loop of the shard's verticle: native epoll in batches
 * (recvmmsg, sendmmsg) where the platform has it, NIO elsewhere. A datagram is copied once into an array that
 * the protocol reads, and once out of one that it wrote.
 *
 * <p>Everything happens on that event loop, with the verticle's context as the current one.
 */
public final class InsideSocket {
    /** Larger than any datagram of ours with its path header; a longer one arrives cut off and is dropped. */
    public static final int DATAGRAM_BYTES_MAX = 1280;

    private static final Logger log = LoggerFactory.getLogger(InsideSocket.class);
    private static final int BATCH = 64;
    private static final int SOCKET_BUFFER_BYTES = 4 << 20;

    /** Who gets the datagrams. */
    public interface Receiver {
        /** One datagram: the first {@code length} bytes of an array that is used again afterwards. */
        void onDatagram(InetSocketAddress router, byte[] bytes, int length);

        /** What had arrived has been handed over. */
        void onBatchEnd();
    }

    private final Channel channel;

    private InsideSocket(Channel channel) {
        this.channel = channel;
    }

    /**
     * Binds a socket; fails when the address is taken or not ours.
     *
     * @param port 0 = any free one
     */
    public static Future<InsideSocket> bind(ContextInternal context, String host, int port, Receiver receiver) {
        Promise<InsideSocket> bound = context.promise();
        EventLoop loop = context.nettyEventLoop();
        bootstrap(context, loop)
                .handler(new Inbound(context, receiver))
                .bind(new InetSocketAddress(host, port))
                .addListener((io.netty.channel.ChannelFuture done) -> {
                    if (done.isSuccess()) bound.complete(new InsideSocket(done.channel()));
                    else bound.fail(done.cause());
                });
        return bound.future();
    }

    public int port() {
        return ((InetSocketAddress) channel.localAddress()).getPort();
    }

    /** Queues {@code length} bytes, path header first, to the path's router; {@link #flush} sends them. */
    @SuppressWarnings("FutureReturnValueIgnored") // The void promise: a datagram may be lost.
    public void send(ClientPath path, byte[] bytes, int length) {
        ByteBuf out = channel.alloc().directBuffer(length).writeBytes(bytes, 0, length);
        channel.write(new DatagramPacket(out, path.router()), channel.voidPromise());
    }

    /** Queues bytes as they are to another inside port. */
    @SuppressWarnings("FutureReturnValueIgnored") // As above.
    public void send(InetSocketAddress to, byte[] bytes) {
        ByteBuf out = channel.alloc().directBuffer(bytes.length).writeBytes(bytes);
        channel.write(new DatagramPacket(out, to), channel.voidPromise());
    }

    public void flush() {
        channel.flush();
    }

    public Future<Void> close() {
        Promise<Void> closed = Promise.promise();
        channel.close().addListener(done -> closed.complete());
        return closed.future();
    }

    private static Bootstrap bootstrap(ContextInternal context, EventLoop loop) {
        Bootstrap bootstrap = new Bootstrap()
                .group(loop)
                .option(ChannelOption.SO_RCVBUF, SOCKET_BUFFER_BYTES)
                .option(ChannelOption.SO_SNDBUF, SOCKET_BUFFER_BYTES);
        if (Epoll.isAvailable() && context.owner().isNativeTransportEnabled()) {
            return bootstrap
                    .channel(EpollDatagramChannel.class)
                    .option(EpollChannelOption.MAX_DATAGRAM_PAYLOAD_SIZE, DATAGRAM_BYTES_MAX)
                    .option(ChannelOption.RECVBUF_ALLOCATOR, new FixedRecvByteBufAllocator(BATCH * DATAGRAM_BYTES_MAX));
        }
        return bootstrap
                .channel(NioDatagramChannel.class)
                .option(ChannelOption.RECVBUF_ALLOCATOR, new FixedRecvByteBufAllocator(DATAGRAM_BYTES_MAX));
    }

    private static final class Inbound extends SimpleChannelInboundHandler<DatagramPacket> {
        private final ContextInternal context;
        private final Receiver receiver;
        private final byte[] bytes = new byte[DATAGRAM_BYTES_MAX];

        Inbound(ContextInternal context, Receiver receiver) {
            this.context = context;
            this.receiver = receiver;
        }

        @Override
        protected void channelRead0(ChannelHandlerContext channel, DatagramPacket packet) {
            int length = Math.min(packet.content().readableBytes(), bytes.length);
            packet.content().readBytes(bytes, 0, length);
            ContextInternal outer = context.beginDispatch();
            try {
                receiver.onDatagram(packet.sender(), bytes, length);
            } finally {
                context.endDispatch(outer);
            }
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext channel) {
            ContextInternal outer = context.beginDispatch();
            try {
                receiver.onBatchEnd();
            } finally {
                context.endDispatch(outer);
            }
        }

        /** A socket reports an unreachable router as an IOException; anything else is a fault of ours. The socket goes on. */
        @Override
        public void exceptionCaught(ChannelHandlerContext channel, Throwable cause) {
            if (cause instanceof IOException) log.info("the inside socket reports: {}", cause.toString());
            else log.error("a datagram or batch failed", cause);
        }
    }
}
