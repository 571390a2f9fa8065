package dev.convoy.router;

import io.netty.channel.EventLoop;
import io.netty.channel.IoEventLoop;
import io.netty.channel.epoll.EpollIoHandler;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.internal.ContextInternal;
import org.jspecify.annotations.Nullable;

/**
 * One event loop of the data path, and its two sockets: the public one, which clients talk to, and the inside
 * one, which nodes talk to. A datagram enters by one and leaves by the other without changing threads. The
 * sockets are on the verticle's loop, but not Vert.x's, because Vert.x's datagram socket neither receives nor sends
 * in batches; so the verticle closes them itself.
 */
final class RouterVerticle extends VerticleBase {
    private final Addresses addresses;
    private final RouterCounters counters;
    private final WayIn wayIn;
    private final WayBack wayBack;
    private final Pulse pulse;
    private @Nullable DataPath path;

    RouterVerticle(Addresses addresses, RouterCounters counters, WayIn wayIn, WayBack wayBack, Pulse pulse) {
        this.addresses = addresses;
        this.counters = counters;
        this.wayIn = wayIn;
        this.wayBack = wayBack;
        this.pulse = pulse;
    }

    @Override
    public Future<?> start() {
        pulse.start(vertx);
        EventLoop loop = ((ContextInternal) context).nettyEventLoop();
        return vertxFuture(open(loop)).onSuccess(opened -> path = opened);
    }

    private io.netty.util.concurrent.Future<DataPath> open(EventLoop loop) {
        boolean isEpoll = loop instanceof IoEventLoop io && io.isIoType(EpollIoHandler.class);
        return isEpoll && Mmsg.isAvailable()
                ? BatchLoop.open((IoEventLoop) loop, counters, wayIn, wayBack, addresses)
                : ChannelPath.open(loop, counters, wayIn, wayBack, addresses);
    }

    @Override
    public Future<?> stop() {
        return path == null ? Future.succeededFuture() : vertxFuture(path.close());
    }

    private <T> Future<T> vertxFuture(io.netty.util.concurrent.Future<T> future) {
        Promise<T> promise = ((ContextInternal) context).promise();
        future.addListener(done -> {
            if (done.isSuccess()) promise.complete(future.getNow());
            else promise.fail(done.cause());
        });
        return promise.future();
    }
}
