package dev.convoy.client;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.DatagramPacket;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * A UDP socket on a context's event loop: a Netty channel, because Vert.x's own resolves the address and allocates
 * a future for every datagram. It can be given another local port while it is in use. Confined to its context.
 */
@SuppressWarnings(
        "FutureReturnValueIgnored") // what cannot be sent is lost, and a channel that cannot be closed is closed
final class ClientSocket {
    /** Takes what arrives, on the context. */
    interface Receiver {
        /** The datagram's bytes are the receiver's until it returns. */
        void datagram(byte[] bytes, int length, InetSocketAddress from);

        /** Everything that had arrived has been handed over. */
        void batchEnd();
    }

    private final ContextInternal context;
    private final Receiver receiver;
    private final LoopBuffers buffers;
    private @Nullable Channel channel;
    private boolean closed;

    /** To be called on the context. */
    ClientSocket(ContextInternal context, Receiver receiver) {
        this.context = context;
        this.receiver = receiver;
        this.buffers = LoopBuffers.current();
    }

    /** Opens a socket on any free port; when there is one already, the new one takes its place. */
    Future<Void> open() {
        Promise<Void> opened = context.promise();
        VertxInternal vertx = context.owner();
        new Bootstrap()
                .group(context.nettyEventLoop())
                .channelFactory(() -> vertx.transport().datagramChannel())
                .handler(new Inbound())
                .bind(0)
                .addListener((ChannelFutureListener) bound -> {
                    if (bound.isSuccess()) {
                        replaceBy(bound.channel());
                        opened.complete();
                    } else {
                        opened.fail(bound.cause());
                    }
                });
        return opened.future();
    }

    /** Queues a datagram; like any datagram it may get lost, here when the socket is full. */
    void send(byte[] bytes, int length, InetSocketAddress to) {
        Channel out = channel;
        if (out == null || !out.isWritable()) return;
        ByteBuf buffer = out.alloc().directBuffer(length).writeBytes(bytes, 0, length);
        out.write(new DatagramPacket(buffer, to), out.voidPromise());
    }

    /** Sends what is queued. */
    void flush() {
        if (channel != null) channel.flush();
    }

    /** The local port; 0 when the socket is not open. */
    int localPort() {
        return channel != null && channel.localAddress() instanceof InetSocketAddress address ? address.getPort() : 0;
    }

    void close() {
        closed = true;
        if (channel != null) channel.close();
        channel = null;
    }

    private void replaceBy(Channel fresh) {
        if (closed) {
            fresh.close();
            return;
        }
        if (channel != null) channel.close();
        channel = fresh;
    }

    private void received(DatagramPacket packet) {
        ByteBuf content = packet.content();
        int length = content.readableBytes();
        if (closed || length > buffers.incoming.length) return;
        content.readBytes(buffers.incoming, 0, length);
        receiver.datagram(buffers.incoming, length, packet.sender());
    }

    /** Netty's threads are the context's, but Vert.x does not know it: every call goes in through the context. */
    private final class Inbound extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext channelContext, Object message) {
            DatagramPacket packet = (DatagramPacket) message;
            try {
                context.emit(packet, ClientSocket.this::received);
            } finally {
                packet.release();
            }
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext channelContext) {
            context.emit(done -> receiver.batchEnd());
        }

        /** An unreachable network is no different from a lost datagram: the repeats deal with both. */
        @Override
        public void exceptionCaught(ChannelHandlerContext channelContext, Throwable cause) {}
    }
}
