package dev.convoy.tools.demo;

import dev.convoy.client.ClientOptions;
import dev.convoy.client.ConvoyClient;
import dev.convoy.client.OutboxFullException;
import dev.convoy.client.Session;
import dev.convoy.client.SessionEvent;
import dev.convoy.protocol.wire.LittleEndian;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.buffer.Buffer;
import java.util.Objects;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * One player: a client with a UDP port of its own, in a ledger room. It sends its numbered messages at its rate,
 * each at a slightly random moment, and keeps the {@link LedgerBook}. A message that the session does not accept,
 * because its outbox is full, is offered again; so the numbers have no gaps of our own making. A program that was
 * killed and started again goes on behind the last message that the service has confirmed.
 *
 * <p>A verticle: all state belongs to its event loop. What others may see is the {@link PlayerStatus}, replaced
 * as a whole.
 */
final class Player extends VerticleBase {
    private static final int NUMBER_BYTES = 8;
    private static final int PADDING_BYTES_MIN = 16;
    private static final int PADDING_BYTES_MAX = 64;
    private static final long FULL_OUTBOX_PAUSE_MS = 50;

    private static final long RANDOM_STEP = 0x9E3779B97F4A7C15L;
    /** A program that was killed is started again within so long. */
    private static final int DOWN_MS_MAX = 500;

    private final ClientOptions options;
    private final long intervalNanos;
    private final long seed;
    private final SplittableRandom random;
    private final Measurements measurements;

    private final LedgerBook book;
    private final RoundTrips roundTrips = new RoundTrips();
    private @Nullable ConvoyClient client;
    /** Null while the program is dead. */
    private @Nullable Session session;

    private boolean sending;
    private long nextDueNanos;
    /** The number of the message that the session gets next; after a new start perhaps one that another session had. */
    private int next = 1;

    private boolean away;
    private int serverId;
    private int returns;
    private @Nullable String closed;

    private volatile PlayerStatus status = PlayerStatus.NOT_JOINED;

    Player(ClientOptions options, int ratePerSecond, long seed, LedgerBook book, Measurements measurements) {
        this.options = options;
        this.intervalNanos = 1_000_000_000L / ratePerSecond;
        this.seed = seed;
        this.random = new SplittableRandom(seed);
        this.book = book;
        this.measurements = measurements;
    }

    /** Joins; completes when the player is in its room. */
    @Override
    public Future<?> start() {
        return join();
    }

    private Future<Session> join() {
        ConvoyClient fresh = ConvoyClient.create(vertx, options);
        client = fresh;
        return fresh.join().onSuccess(joined -> {
            session = joined;
            joined.handler(this::onAnswer).eventHandler(this::onEvent);
            publish();
        });
    }

    @Override
    public Future<?> stop() {
        return client == null ? Future.succeededFuture() : client.close();
    }

    /** May be called from any thread, as the next one may. */
    void startSending() {
        context.runOnContext(now -> {
            sending = true;
            nextDueNanos = System.nanoTime() + (long) (random.nextDouble() * intervalNanos);
            sendWhatIsDue();
        });
    }

    void stopSending() {
        context.runOnContext(now -> sending = false);
    }

    PlayerStatus status() {
        return status;
    }

    /** Ends the client as a kill would, at a random moment within that time, and starts it again. Any thread. */
    void restartClient(long withinMs) {
        context.runOnContext(now -> vertx.setTimer(1 + random.nextLong(withinMs), timer -> kill()));
    }

    /** Changes the client's address, as a change of network does, at a random moment within that time. Any thread. */
    void roam(long withinMs) {
        context.runOnContext(now -> vertx.setTimer(1 + random.nextLong(withinMs), timer -> {
            if (session != null) session.rebind();
        }));
    }

    /** What the program has kept outlives it: its credentials, and here its book, as if it lay in a file beside them. */
    private void kill() {
        if (closed != null || session == null || client == null) return;
        session = null;
        away = true;
        client.abandon();
        publish();
        vertx.setTimer(1 + random.nextInt(DOWN_MS_MAX), timer -> startAgain());
    }

    private void startAgain() {
        long startedNanos = System.nanoTime();
        join().onSuccess(joined -> {
                    away = false;
                    returns++;
                    measurements.outage((System.nanoTime() - startedNanos) / 1_000_000);
                    next = (int) joined.stats().confirmed() + 1;
                    publish();
                    sendWhatIsDue();
                })
                .onFailure(why -> {
                    closed = "the client could not come back: " + why.getMessage();
                    publish();
                });
    }

    private void sendWhatIsDue() {
        if (session == null || closed != null) return;
        if (next <= book.sent()) {
            offer(next);
            return;
        }
        if (!sending) return;
        long untilDueNanos = nextDueNanos - System.nanoTime();
        if (untilDueNanos <= 0) {
            nextDueNanos += (long) ((0.5 + random.nextDouble()) * intervalNanos);
            offer(next);
        } else {
            later(untilDueNanos / 1_000_000);
        }
    }

    private void later(long ms) {
        Session present = session;
        vertx.setTimer(Math.max(1, ms), timer -> {
            if (session == present) sendWhatIsDue();
        });
    }

    /** Message {@code n}, the same whenever it is asked for: what a client did not bring home, the next one says again. */
    private byte[] message(int n) {
        SplittableRandom chance = new SplittableRandom(seed + n * RANDOM_STEP);
        int paddingBytes = chance.nextInt(PADDING_BYTES_MIN, PADDING_BYTES_MAX + 1);
        byte[] message = new byte[NUMBER_BYTES + paddingBytes];
        for (int i = NUMBER_BYTES; i < message.length; i++) message[i] = (byte) chance.nextInt();
        LittleEndian.putU64(message, 0, n);
        return message;
    }

    private void offer(int n) {
        byte[] message = message(n);
        long nowNanos = System.nanoTime();
        Objects.requireNonNull(session)
                .send(Buffer.buffer(message))
                .onSuccess(accepted -> onAccepted(n, message, nowNanos))
                .onFailure(this::onNotAccepted);
    }

    private void onAccepted(int n, byte[] message, long sentAtNanos) {
        next = n + 1;
        if (n > book.sent()) {
            book.wasSent(message);
            roundTrips.sent(n, returns, sentAtNanos);
        }
        publish();
        sendWhatIsDue();
    }

    private void onNotAccepted(Throwable why) {
        if (why instanceof OutboxFullException) {
            later(FULL_OUTBOX_PAUSE_MS);
        } else if (closed == null) {
            closed = "a message was refused: " + why.getMessage();
            publish();
        }
    }

    private void onAnswer(Buffer answer) {
        int n = book.wasAnswered(answer.getBytes());
        if (n > 0 && roundTrips.undisturbed(n, returns)) {
            measurements.roundTrip(roundTrips.nanosSince(n, System.nanoTime()));
        }
        publish();
    }

    private void onEvent(SessionEvent event) {
        if (event instanceof SessionEvent.Reconnecting) {
            away = true;
        } else if (event instanceof SessionEvent.Resumed resumed) {
            away = false;
            returns++;
            measurements.outage(resumed.outageMs());
        } else if (event instanceof SessionEvent.StateReceived told) {
            book.wasRolledBack(told.state().getBytes(), told.seq());
        } else if (event instanceof SessionEvent.Closed over) {
            closed = over.error() + " " + over.detail();
        }
        publish();
    }

    private void publish() {
        if (session != null) serverId = session.conv() >>> 24;
        status = new PlayerStatus(book.verdict(), serverId, away, returns, closed);
    }
}
