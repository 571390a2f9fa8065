package dev.convoy.tools.bench;

import dev.convoy.protocol.wire.ControlType;
import dev.convoy.protocol.wire.PathHeader;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.DatagramPacket;
import io.netty.channel.socket.nio.NioDatagramChannel;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/**
 * What stands behind a router or a proxy that is measured: sends every datagram back as it came, and answers a router's
 * probes as a node does. A process of its own: prints {@code ready port=N} and ends with its standard input.
 */
public final class EchoNode extends ChannelInboundHandlerAdapter {
    private static final int DATAGRAM_BYTES_MAX = 1536;
    private static final int BATCH = 64;
    private static final int SOCKET_BUFFER_BYTES = 4 << 20;
    private static final int MAGIC_BYTES = 4;

    private EchoNode() {}

    public static void main(String[] arguments) throws Exception {
        boolean isEpoll = Epoll.isAvailable();
        IoHandlerFactory io = isEpoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
        Bootstrap bootstrap = new Bootstrap()
                .group(new MultiThreadIoEventLoopGroup(1, io))
                .channel(isEpoll ? EpollDatagramChannel.class : NioDatagramChannel.class)
                .option(ChannelOption.SO_RCVBUF, SOCKET_BUFFER_BYTES)
                .option(ChannelOption.SO_SNDBUF, SOCKET_BUFFER_BYTES)
                .option(
                        ChannelOption.RECVBUF_ALLOCATOR,
                        new FixedRecvByteBufAllocator((isEpoll ? BATCH : 1) * DATAGRAM_BYTES_MAX))
                .handler(new EchoNode());
        if (isEpoll) bootstrap.option(EpollChannelOption.MAX_DATAGRAM_PAYLOAD_SIZE, DATAGRAM_BYTES_MAX);
        Channel channel = bootstrap
                .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .sync()
                .channel();
        System.out.println("ready port=" + ((InetSocketAddress) channel.localAddress()).getPort());
        System.in.transferTo(OutputStream.nullOutputStream());
        Runtime.getRuntime().halt(0);
    }

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // The void promise: a datagram may be lost.
    public void channelRead(ChannelHandlerContext context, Object message) {
        DatagramPacket packet = (DatagramPacket) message;
        ByteBuf datagram = packet.content();
        int magicAt = datagram.readerIndex() + PathHeader.IPV4_BYTES;
        boolean isLong = datagram.readableBytes() >= PathHeader.IPV4_BYTES + MAGIC_BYTES;
        if (isLong && datagram.getIntLE(magicAt) == ControlType.PROBE.magic()) {
            datagram.setIntLE(magicAt, ControlType.PROBE_REPLY.magic());
        }
        context.write(new DatagramPacket(datagram, packet.sender()), context.voidPromise());
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        context.flush();
    }

    /** A client that has gone is told by the system; it is nothing to us. */
    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {}
}
