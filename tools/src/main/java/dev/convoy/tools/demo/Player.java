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
 * because its outbox is full, is kept and offered again; so the numbers have no gaps of our own making.
 *
 * <p>A verticle: all state belongs to its event loop. What others may see is the {@link PlayerStatus}, replaced
 * as a whole.
 */
final class Player extends VerticleBase {
    private static final int NUMBER_BYTES = 8;
    private static final int PADDING_BYTES_MIN = 16;
    private static final int PADDING_BYTES_MAX = 64;
    private static final long FULL_OUTBOX_PAUSE_MS = 50;

    private final ClientOptions options;
    private final long intervalNanos;
    private final SplittableRandom random;
    private final Measurements measurements;

    private final LedgerBook book;
    private final RoundTrips roundTrips = new RoundTrips();
    private @Nullable ConvoyClient client;
    private @Nullable Session session;
    private boolean sending;
    private long nextDueNanos;
    private byte @Nullable [] offered;
    private boolean away;
    private int returns;
    private @Nullable String closed;

    private volatile PlayerStatus status = PlayerStatus.NOT_JOINED;

    Player(ClientOptions options, int ratePerSecond, long seed, LedgerBook book, Measurements measurements) {
        this.options = options;
        this.intervalNanos = 1_000_000_000L / ratePerSecond;
        this.random = new SplittableRandom(seed);
        this.book = book;
        this.measurements = measurements;
    }

    /** Joins; completes when the player is in its room. */
    @Override
    public Future<?> start() {
        client = ConvoyClient.create(vertx, options);
        return client.join().onSuccess(joined -> {
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

    private void sendWhatIsDue() {
        if (!sending || closed != null) return;
        long untilDueNanos = nextDueNanos - System.nanoTime();
        if (untilDueNanos <= 0) {
            nextDueNanos += (long) ((0.5 + random.nextDouble()) * intervalNanos);
            offer(nextMessage());
        } else {
            vertx.setTimer(Math.max(1, untilDueNanos / 1_000_000), timer -> sendWhatIsDue());
        }
    }

    private byte[] nextMessage() {
        int paddingBytes = random.nextInt(PADDING_BYTES_MIN, PADDING_BYTES_MAX + 1);
        byte[] message = new byte[NUMBER_BYTES + paddingBytes];
        for (int i = NUMBER_BYTES; i < message.length; i++) message[i] = (byte) random.nextInt();
        LittleEndian.putU64(message, 0, book.sent() + 1);
        return message;
    }

    private void offer(byte[] message) {
        long nowNanos = System.nanoTime();
        offered = message;
        Objects.requireNonNull(session)
                .send(Buffer.buffer(message))
                .onSuccess(accepted -> onAccepted(message, nowNanos))
                .onFailure(this::onNotAccepted);
    }

    private void onAccepted(byte[] message, long sentAtNanos) {
        offered = null;
        book.wasSent(message);
        roundTrips.sent(book.sent(), returns, sentAtNanos);
        publish();
        sendWhatIsDue();
    }

    private void onNotAccepted(Throwable why) {
        if (why instanceof OutboxFullException) {
            vertx.setTimer(FULL_OUTBOX_PAUSE_MS, timer -> offerAgain());
        } else if (closed == null) {
            closed = "a message was refused: " + why.getMessage();
            publish();
        }
    }

    private void offerAgain() {
        if (sending && offered != null) offer(offered);
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
        int serverId = session == null ? 0 : session.conv() >>> 24;
        status = new PlayerStatus(book.verdict(), serverId, away, returns, closed);
    }
}
