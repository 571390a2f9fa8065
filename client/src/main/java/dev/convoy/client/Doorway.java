package dev.convoy.client;

import dev.convoy.protocol.session.SessionLink;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.ContextInternal;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Where messages come in that the user sends, from any thread: on the session's context at once, else in their turn
 * there. As many as the outbox could hold may be on their way to the context; there is no queue without a bound.
 */
final class Doorway {
    /** Takes messages, on the context. */
    interface Taker {
        Future<Void> accept(byte[] message);

        /** By default nobody's. */
        default void passVolatile(int channel, byte[] message) {}
    }

    private final ContextInternal context;
    private final ClientOptions options;
    private final Taker taker;
    /** Messages on their way from other threads to the context. */
    private final AtomicInteger arriving = new AtomicInteger();

    Doorway(ContextInternal context, ClientOptions options, Taker taker) {
        this.context = context;
        this.options = options;
        this.taker = taker;
    }

    Future<Void> send(Buffer message) {
        if (message.length() > Session.MESSAGE_BYTES_MAX) return Future.failedFuture(tooLarge(message));
        if (context.inThread()) return taker.accept(message.getBytes());
        if (!enter()) return Future.failedFuture(new OutboxFullException(options));
        byte[] bytes = message.getBytes();
        Promise<Void> accepted = context.promise();
        context.runOnContext(turn -> {
            arriving.decrementAndGet();
            taker.accept(bytes).onComplete(accepted);
        });
        return accepted.future();
    }

    void sendVolatile(int channel, Buffer message) {
        SessionLink.requireVolatile(channel, message.length());
        byte[] bytes = message.getBytes();
        if (context.inThread()) {
            taker.passVolatile(channel, bytes);
        } else if (enter()) {
            context.runOnContext(turn -> {
                arriving.decrementAndGet();
                taker.passVolatile(channel, bytes);
            });
        }
    }

    private boolean enter() {
        if (arriving.incrementAndGet() <= options.outboxMessagesMax()) return true;
        arriving.decrementAndGet();
        return false;
    }

    private static IllegalArgumentException tooLarge(Buffer message) {
        return new IllegalArgumentException(
                "a message has at most " + Session.MESSAGE_BYTES_MAX + " bytes, not " + message.length());
    }
}
