package dev.convoy.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** A client in a test: what it received, what it was told, and waiting for both. */
final class Player {
    static final int WAIT_MS = 10_000;

    final ConvoyClient client;
    final Session session;
    final List<String> messages = new CopyOnWriteArrayList<>();
    final List<SessionEvent> events = new CopyOnWriteArrayList<>();

    private Player(ConvoyClient client) {
        this.client = client;
        this.session = await(client.join()
                .onSuccess(joined -> joined.handler(message -> messages.add(message.toString()))
                        .eventHandler(events::add)));
    }

    static ClientOptions.Builder options(LoopbackNode... nodes) {
        ClientOptions.Builder builder =
                ClientOptions.builder().plain().user("ann").roomId("lobby").shuffled(false);
        for (LoopbackNode node : nodes) builder.server("127.0.0.1", node.port());
        return builder;
    }

    static Player join(Vertx vertx, ClientOptions options) {
        return new Player(ConvoyClient.create(vertx, options));
    }

    void send(String message) {
        await(session.send(Buffer.buffer(message)));
    }

    /** Ends it as a kill ends a process: when this returns, it takes and says nothing more and begins no save. */
    void abandon() {
        client.abandon(); // in its turn on the client's context, and what is sent after it comes after it there
        send("said by nobody", SessionClosedException.class);
    }

    /** Sends what cannot be sent any more. */
    void send(String message, Class<? extends Exception> refusal) {
        assertThatThrownBy(() -> send(message)).isInstanceOf(refusal);
    }

    void awaitMessages(String... expected) {
        until(() -> messages.size() >= expected.length);
        assertThat(messages).containsExactly(expected);
    }

    <E extends SessionEvent> E awaitEvent(Class<E> type) {
        until(() -> events.stream().anyMatch(type::isInstance));
        return type.cast(events.stream().filter(type::isInstance).findFirst().orElseThrow());
    }

    long count(Class<? extends SessionEvent> type) {
        return events.stream().filter(type::isInstance).count();
    }

    static <T> T await(Future<T> future) {
        try {
            return future.toCompletionStage().toCompletableFuture().get(WAIT_MS, TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException cause) throw cause;
            throw new AssertionError(e.getCause());
        } catch (InterruptedException | TimeoutException e) {
            throw new AssertionError("nothing came within " + WAIT_MS + " ms", e);
        }
    }

    /** Looks every few milliseconds until it is so. */
    static void until(BooleanSupplier so) {
        long untilNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(WAIT_MS);
        while (!so.getAsBoolean()) {
            if (System.nanoTime() > untilNs) throw new AssertionError("not so within " + WAIT_MS + " ms");
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(3));
        }
    }
}
