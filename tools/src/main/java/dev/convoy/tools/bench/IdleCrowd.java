package dev.convoy.tools.bench;

import dev.convoy.client.ClientOptions;
import dev.convoy.client.ConvoyClient;
import dev.convoy.client.Session;
import dev.convoy.client.SessionEvent;
import dev.convoy.tools.cluster.ClusterSettings;
import dev.convoy.tools.command.CommandFailure;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

/** Many clients that join and then say nothing. Owned by the main thread; sessions tell it of themselves from theirs. */
final class IdleCrowd implements AutoCloseable {
    private static final int PLAYERS_PER_ROOM = 50;
    private static final int JOINING_AT_ONCE = 64;
    private static final int JOINED_WITHIN_S = 180;
    private static final int ENDED_WITHIN_S = 20;
    private static final int EVENT_LOOPS = 2;

    private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(EVENT_LOOPS));
    private final int routerPort;
    private final List<ConvoyClient> clients = new ArrayList<>();
    private final ConcurrentLinkedQueue<Session> sessions = new ConcurrentLinkedQueue<>();
    private final Semaphore mayJoin = new Semaphore(JOINING_AT_ONCE);
    private final AtomicInteger gone = new AtomicInteger();

    IdleCrowd(int routerPort) {
        this.routerPort = routerPort;
    }

    /** Waits until all are there; fails with a {@link CommandFailure} when that takes too long. */
    void join(int count) throws InterruptedException {
        long deadlineNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(JOINED_WITHIN_S);
        for (int i = 0; i < count; i++) {
            acquire(1, deadlineNanos, count);
            ConvoyClient client = ConvoyClient.create(vertx, options(i));
            clients.add(client);
            client.join()
                    .onSuccess(session -> {
                        sessions.add(session);
                        session.eventHandler(this::onEvent);
                    })
                    .onComplete(done -> mayJoin.release());
        }
        acquire(JOINING_AT_ONCE, deadlineNanos, count);
        if (sessions.size() < count) throw notAll(count);
    }

    private void acquire(int permits, long deadlineNanos, int count) throws InterruptedException {
        if (!mayJoin.tryAcquire(permits, deadlineNanos - System.nanoTime(), TimeUnit.NANOSECONDS)) throw notAll(count);
    }

    private CommandFailure notAll(int count) {
        return CommandFailure.failed("Only " + sessions.size() + " of " + count + " players could join.");
    }

    private ClientOptions options(int i) {
        return ClientOptions.builder()
                .plain()
                .server(ClusterSettings.HOST, routerPort)
                .user("idle-" + i)
                .roomType("echo")
                .roomId("idle-" + i / PLAYERS_PER_ROOM)
                .build();
    }

    private void onEvent(SessionEvent event) {
        if (event instanceof SessionEvent.Closed || event instanceof SessionEvent.Reconnecting) gone.incrementAndGet();
        else if (event instanceof SessionEvent.Resumed) gone.decrementAndGet();
    }

    /** Sessions that are there and have not been lost. */
    int present() {
        return sessions.size() - gone.get();
    }

    /** All datagrams of all sessions. */
    long datagramsOut() {
        return sessions.stream()
                .mapToLong(session -> session.stats().datagramsOut())
                .sum();
    }

    /** Everybody goes without a word: the node does not know yet. */
    void fallSilent() {
        clients.forEach(ConvoyClient::abandon);
    }

    @Override
    public void close() {
        try {
            vertx.close().toCompletionStage().toCompletableFuture().get(ENDED_WITHIN_S, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            // It ends with the process.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
