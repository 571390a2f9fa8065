package dev.convoy.client;

import dev.convoy.protocol.handshake.Envelope;
import dev.convoy.protocol.handshake.Refused;
import dev.convoy.protocol.wire.ErrorCode;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.internal.ContextInternal;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Carries out {@linkplain Handshake handshakes}, one at a time: their datagrams, their timer. Confined to its context. */
final class Handshaker {
    private final ContextInternal context;
    private final ServiceLine line;
    private final RandomGenerator chance;
    private final Alarm alarm;
    private @Nullable Handshake handshake;
    private Suite.@Nullable Exchange exchange;
    private Promise<Answered> outcome;
    private int timeouts;

    Handshaker(ContextInternal context, ServiceLine line, RandomGenerator chance) {
        this.context = context;
        this.line = line;
        this.chance = chance;
        this.alarm = new Alarm(context, this::proceed);
        this.outcome = context.promise();
    }

    /**
     * Asks until there is an answer.
     *
     * @return what came of it; fails with {@link ServiceUnreachableException} when there is
     *     none within {@code withinMs}
     */
    Future<Answered> ask(Suite.Exchange asked, int withinMs) {
        cancel();
        exchange = asked;
        handshake = new Handshake(asked.request(), chance, withinMs, MonotonicClock.nowMs());
        outcome = context.promise();
        timeouts = 0;
        Future<Answered> answer = outcome.future();
        proceed();
        return answer;
    }

    /** Stops asking; the answer never comes. */
    void cancel() {
        alarm.cancel();
        handshake = null;
        exchange = null;
    }

    /** A control datagram that arrived; false when nobody here waits for it. */
    boolean input(Envelope envelope) {
        Handshake going = handshake;
        Suite.Exchange asked = exchange;
        if (going == null
                || asked == null
                || envelope.attempt() != asked.request().attempt()) return false;
        Suite.Reading reading = asked.read(envelope);
        boolean ours = reading != null && going.handle(reading, MonotonicClock.nowMs());
        if (ours) proceed();
        return ours;
    }

    private void proceed() {
        Handshake going = handshake;
        if (going == null) return;
        Envelope datagram = going.pollTransmit(MonotonicClock.nowMs());
        if (going.state() != Handshake.State.ASKING) {
            end(going);
            return;
        }
        if (datagram != null) transmit(going, datagram);
        alarm.at(going.nextTimeoutMs());
    }

    private void transmit(Handshake going, Envelope datagram) {
        if (going.timeouts() > timeouts) {
            timeouts = going.timeouts();
            line.nextServer();
            if (going.timeoutsInARow() % Handshake.TIMEOUTS_PER_PORT == 0) line.changePort();
        }
        line.send(datagram);
    }

    private void end(Handshake ended) {
        cancel();
        Answered answer = ended.answer();
        if (answer == null) {
            outcome.fail(new ServiceUnreachableException(whyExpired(ended.lastRefusal())));
        } else {
            outcome.complete(answer);
        }
    }

    private String whyExpired(@Nullable Refused lastRefusal) {
        if (lastRefusal == null) return "There was no answer from " + line.servers() + ".";
        ErrorCode error = ErrorCode.of(lastRefusal.code());
        String said = error == null ? "code " + lastRefusal.code() : error.english();
        if (error == null || error.retry() == ErrorCode.Retry.NEVER) {
            String detail = lastRefusal.detail().isEmpty() ? "" : " (" + lastRefusal.detail() + ")";
            return "Nobody at " + line.servers() + " proved to be the service; somebody said: " + said + detail;
        }
        return "The service could not answer in time; it said: " + said;
    }
}
