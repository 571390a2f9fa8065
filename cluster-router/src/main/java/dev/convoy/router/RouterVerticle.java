package dev.convoy.router;

import dev.convoy.protocol.wire.PathHeader;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerAdapter;
import io.netty.channel.EventLoop;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.internal.ContextInternal;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * One event loop of the data path, and its two sockets: the public one, which clients talk to, and the inside
 * one, which nodes talk to. A datagram enters by one and leaves by the other without changing threads. The
 * channels are Netty's own, on the verticle's loop, because Vert.x's datagram socket neither receives nor sends
 * in batches; so the verticle closes them itself.
 */
final class RouterVerticle extends VerticleBase {
    private final InetSocketAddress publicAddress;
    private final boolean sharePort;
    private final InetSocketAddress insideAddress;
    private final CurrentTable table;
    private final RouterCounters counters;
    private @Nullable Channel outside;
    private @Nullable Channel inside;

    /**
     * @param publicAddress one address, never the wildcard: an answer must leave by the address that was asked
     * @param sharePort true when other loops bind the same address
     * @param insideAddress what nodes answer to; port 0 = any free one
     */
    RouterVerticle(
            InetSocketAddress publicAddress,
            boolean sharePort,
            InetSocketAddress insideAddress,
            CurrentTable table,
            RouterCounters counters) {
        this.publicAddress = publicAddress;
        this.sharePort = sharePort;
        this.insideAddress = insideAddress;
        this.table = table;
        this.counters = counters;
    }

    @Override
    public Future<?> start() {
        EventLoop loop = ((ContextInternal) context).nettyEventLoop();
        UdpTransport transport = UdpTransport.of(loop);
        return bindInside(transport, loop)
                .compose(bound -> bindOutside(transport, loop, bound))
                .onFailure(refused -> stop());
    }

    private Future<Channel> bindInside(UdpTransport transport, EventLoop loop) {
        // Deaf until there is a public socket to answer through.
        ChannelFuture bound =
                transport.bind(loop, insideAddress, false, transport.receiveBuffers(0), new ChannelHandlerAdapter() {});
        inside = bound.channel();
        inside.config().setAutoRead(false);
        return bound(bound);
    }

    private Future<Channel> bindOutside(UdpTransport transport, EventLoop loop, Channel inside) {
        ReceiveBuffers buffers = transport.receiveBuffers(PathHeader.BYTES_MAX);
        ChannelFuture bound = transport.bind(
                loop, publicAddress, sharePort, buffers, new FromClients(table, counters, buffers, inside));
        outside = bound.channel();
        return bound(bound).onSuccess(channel -> {
            inside.pipeline().addLast(new FromNodes(table, counters, channel));
            inside.config().setAutoRead(true);
        });
    }

    private Future<Channel> bound(ChannelFuture bound) {
        Promise<Channel> promise = ((ContextInternal) context).promise();
        bound.addListener(done -> {
            if (done.isSuccess()) promise.complete(bound.channel());
            else promise.fail(done.cause());
        });
        return promise.future();
    }

    @Override
    public Future<?> stop() {
        return closed(outside).transform(closed -> closed(inside));
    }

    private Future<Void> closed(@Nullable Channel channel) {
        if (channel == null) return Future.succeededFuture();
        Promise<Void> promise = ((ContextInternal) context).promise();
        channel.close().addListener(closed -> promise.complete());
        return promise.future();
    }
}
