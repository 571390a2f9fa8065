package dev.convoy.client;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A {@link ConvoyClient} for programs that do not use Vert.x: bytes instead of buffers, CompletableFutures that any thread may
 * wait for, and a Vert.x of its own behind them, whose threads keep no program alive.
 *
 * <pre>{@code
 * try (StandaloneClient client = StandaloneClient.create(options)) {
 *     client.onMessage(message -> System.out.println(new String(message))).onEvent(System.err::println);
 *     client.join().join();
 *     client.send("hello".getBytes()).join();
 *     client.leave().join();
 * }
 * }</pre>
 *
 * <p>All methods may be called from any thread; handlers are called one after the other, on one thread, which must not be
 * made to wait: not by {@code join()} on one of these futures either.
 */
public final class StandaloneClient implements AutoCloseable {
    private final Vertx vertx;
    private final ConvoyClient client;
    private volatile Consumer<byte[]> messages = message -> {};
    private volatile Consumer<SessionEvent> events = event -> {};
    private volatile @Nullable Session session;

    private StandaloneClient(ClientOptions options) {
        this.vertx = Vertx.vertx(
                new VertxOptions().setEventLoopPoolSize(1).setWorkerPoolSize(1).setUseDaemonThread(true));
        this.client = ConvoyClient.create(vertx, options);
    }

    public static StandaloneClient create(ClientOptions options) {
        return new StandaloneClient(options);
    }

    /** Takes the messages of the room, each exactly once and in order; to be set before {@link #join}. */
    public StandaloneClient onMessage(Consumer<byte[]> handler) {
        messages = handler;
        return this;
    }

    /** Takes what the session tells of itself; to be set before {@link #join}. */
    public StandaloneClient onEvent(Consumer<SessionEvent> handler) {
        events = handler;
        return this;
    }

    /** Joins the room or comes back to it, see {@link ConvoyClient#join}. */
    public CompletableFuture<Void> join() {
        return plain(client.join().onSuccess(this::joined).mapEmpty());
    }

    /** Sends a message exactly once, in order; completes or fails as {@link Session#send} does. */
    public CompletableFuture<Void> send(byte[] message) {
        Session present = session;
        return present == null ? notJoined() : plain(present.send(Buffer.buffer(message)));
    }

    /** Sends a message of which the newest of its channel is enough; see {@link Session#sendVolatile}. */
    public void sendVolatile(int channel, byte[] message) {
        Session present = session;
        if (present != null) present.sendVolatile(channel, Buffer.buffer(message));
    }

    /** The figures of the session; null before the first join. */
    public @Nullable SessionStats stats() {
        Session present = session;
        return present == null ? null : present.stats();
    }

    /** The room; null before the first join. */
    public @Nullable String roomId() {
        Session present = session;
        return present == null ? null : present.roomId();
    }

    /** Leaves the room politely, see {@link ConvoyClient#close}. */
    public CompletableFuture<Void> leave() {
        return plain(client.close());
    }

    /** Ends everything at once; a session that was not left waits for its player, whose credentials stay in the store. */
    @Override
    public void close() {
        plain(client.abandon()).join();
        plain(vertx.close()).join(); // not composed: on its own event loop it would wait for itself
    }

    private void joined(Session joined) {
        session = joined;
        joined.eventHandler(event -> events.accept(event)).handler(message -> messages.accept(message.getBytes()));
    }

    private static CompletableFuture<Void> notJoined() {
        return CompletableFuture.failedFuture(new SessionClosedException("The client has not joined."));
    }

    private static CompletableFuture<Void> plain(Future<Void> future) {
        return future.toCompletionStage().toCompletableFuture();
    }
}
