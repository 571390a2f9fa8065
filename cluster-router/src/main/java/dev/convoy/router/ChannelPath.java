package dev.convoy.router;

import dev.convoy.protocol.wire.PathHeader;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import io.netty.util.concurrent.PromiseCombiner;

/**
 * The data path of one event loop through Netty's channels, for where {@link BatchLoop} cannot be: other systems than
 * Linux, and a Netty that {@link Mmsg} does not know. Confined to the event loop.
 */
final class ChannelPath implements DataPath {
    private final EventLoop loop;
    private final Channel inside;
    private final Channel outside;

    private ChannelPath(EventLoop loop, Channel inside, Channel outside) {
        this.loop = loop;
        this.inside = inside;
        this.outside = outside;
    }

    /** Binds both sockets and begins to forward. */
    @SuppressWarnings("FutureReturnValueIgnored") // The close of what could not be used.
    static Future<DataPath> open(
            EventLoop loop, RouterCounters counters, WayIn wayIn, WayBack wayBack, Addresses addresses) {
        UdpTransport transport = UdpTransport.of(loop);
        Promise<DataPath> opened = loop.newPromise();
        // Deaf until there is a public socket to answer through.
        ChannelFuture insideBound = transport.bind(
                loop, addresses.inside(), false, transport.receiveBuffers(0), new ChannelHandlerAdapter() {});
        Channel inside = insideBound.channel();
        inside.config().setAutoRead(false);
        insideBound.addListener(done -> {
            if (!done.isSuccess()) {
                opened.setFailure(done.cause());
                return;
            }
            ReceiveBuffers buffers = transport.receiveBuffers(PathHeader.BYTES_MAX);
            FromClients handler = new FromClients(wayIn, counters, buffers, inside);
            ChannelFuture bound = transport.bind(loop, addresses.outside(), addresses.sharesPort(), buffers, handler);
            bound.addListener(outsideDone -> {
                if (outsideDone.isSuccess()) {
                    inside.pipeline().addLast(new FromNodes(wayBack, counters, bound.channel()));
                    inside.config().setAutoRead(true);
                    opened.setSuccess(new ChannelPath(loop, inside, bound.channel()));
                } else {
                    inside.close();
                    opened.setFailure(outsideDone.cause());
                }
            });
        });
        return opened;
    }

    @Override
    public Future<?> close() {
        Promise<Void> closed = loop.newPromise();
        loop.execute(() -> {
            PromiseCombiner both = new PromiseCombiner(loop);
            both.add(outside.close());
            both.add(inside.close());
            both.finish(closed);
        });
        return closed;
    }
}
