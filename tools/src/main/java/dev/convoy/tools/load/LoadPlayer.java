package dev.convoy.tools.load;

import dev.convoy.client.ClientOptions;
import dev.convoy.client.ConvoyClient;
import dev.convoy.client.OutboxFullException;
import dev.convoy.client.Session;
import dev.convoy.client.SessionEvent;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import org.jspecify.annotations.Nullable;

/**
 * One player. Its messages have a timetable that no answer changes (an open loop): one that cannot leave in time, because
 * the generator is late or the outbox is full, is sent as soon as possible and its time counts from when it was due.
 *
 * <p>Confined to the event loop of its {@link LoadLane}.
 */
final class LoadPlayer {
    private final ConvoyClient client;
    private final RoomKind room;
    private final LoadMeters meters;
    private final long intervalNanos;
    private final int sizeBytes;
    private final Flight flight = new Flight();

    private @Nullable Session session;
    private long nextDueNanos;
    private int returns;
    private boolean isHeldUp;

    LoadPlayer(Vertx vertx, LoadSettings settings, ClientOptions options, LoadMeters meters) {
        this.client = ConvoyClient.create(vertx, options);
        this.room = settings.room();
        this.meters = meters;
        this.intervalNanos = settings.intervalNanos();
        this.sizeBytes = settings.sizeBytes();
    }

    /** @param firstDueNanos when its timetable begins, if it is in by then */
    Future<?> join(long firstDueNanos) {
        return client.join()
                .onSuccess(in -> {
                    session = in;
                    nextDueNanos = Math.max(firstDueNanos, System.nanoTime());
                    meters.joined.increment();
                    in.handler(this::onAnswer).eventHandler(this::onEvent);
                })
                .onFailure(out -> meters.notJoined.increment());
    }

    boolean isIn() {
        return session != null;
    }

    long nextDueNanos() {
        return nextDueNanos;
    }

    /** Sends what is due, nothing beyond the end of the measurement. False when the outbox is full: to be asked again a little later. */
    boolean sendDue(long nowNanos) {
        while (session != null && nextDueNanos <= nowNanos && nextDueNanos < meters.endedNanos()) {
            if (!send(session, nowNanos)) return false;
            nextDueNanos += intervalNanos;
        }
        return true;
    }

    private boolean send(Session to, long nowNanos) {
        boolean counts = meters.counts(nextDueNanos);
        long n = flight.take(nextDueNanos, nowNanos, returns, counts);
        Future<Void> accepted = to.send(Buffer.buffer(sizeBytes).appendLongLE(n).appendBytes(new byte[sizeBytes - 8]));
        if (accepted.failed()) {
            flight.untake();
            isHeldUp = true;
            if (accepted.cause() instanceof OutboxFullException) {
                if (counts) meters.putOff.increment();
            } else {
                leave();
            }
            return false;
        }
        if (counts) {
            meters.sent.increment();
            meters.sentBytes.add(sizeBytes);
            if (!isHeldUp) meters.lateMicros.recordValue(LoadMeters.micros(nowNanos - nextDueNanos));
        }
        // What waited behind a full outbox is not late by the generator's fault; nor is the rest of its queue.
        if (nextDueNanos + intervalNanos > nowNanos) isHeldUp = false;
        return true;
    }

    private void onAnswer(Buffer answer) {
        long n = room.answered(answer);
        if (!flight.holds(n)) {
            meters.repeated.increment();
            return;
        }
        if (n > flight.awaited()) meters.skipped.add(n - flight.awaited());
        if (flight.counted(n)) {
            long nowNanos = System.nanoTime();
            meters.answered.increment();
            meters.fromDueMicros.recordValue(LoadMeters.micros(nowNanos - flight.dueNanos(n)));
            // What was under way when the session was lost belongs to the outage.
            if (flight.returnsThen(n) == returns) {
                meters.fromSentMicros.recordValue(LoadMeters.micros(nowNanos - flight.sentNanos(n)));
            }
        }
        flight.answered(n);
    }

    private void onEvent(SessionEvent event) {
        if (event instanceof SessionEvent.Resumed resumed) {
            returns++;
            meters.resumes.increment();
            meters.outageMs.recordValue(Math.max(0, resumed.outageMs()));
        } else if (event instanceof SessionEvent.Closed) {
            leave();
        }
    }

    private void leave() {
        if (session == null) return;
        session = null;
        meters.closed.increment();
    }

    /** Messages that were due before the end of the measurement and have not left. */
    long overdue() {
        long endNanos = meters.endedNanos();
        return session == null || nextDueNanos >= endNanos ? 0 : (endNanos - nextDueNanos - 1) / intervalNanos + 1;
    }

    /** Datagrams that have come and gone, for what a message costs on the wire. */
    long datagrams() {
        return session == null
                ? 0
                : session.stats().datagramsIn() + session.stats().datagramsOut();
    }

    Future<Void> close() {
        session = null;
        return client.close();
    }
}
