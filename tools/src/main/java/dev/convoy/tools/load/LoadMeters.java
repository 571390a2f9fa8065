package dev.convoy.tools.load;

import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/**
 * What all players measure together, from several event loops. Nothing counts before {@link #begin} and after
 * {@link #end}, but for what happens to players: joining, coming back, being shut out.
 */
final class LoadMeters {
    private static final int SIGNIFICANT_DIGITS = 3;

    /** From the moment that a message was due, whether or not it could leave then: what a player feels. */
    final Histogram fromDueMicros = new ConcurrentHistogram(SIGNIFICANT_DIGITS);

    /** From the moment that it left: what the service and the network take. */
    final Histogram fromSentMicros = new ConcurrentHistogram(SIGNIFICANT_DIGITS);

    final Histogram outageMs = new ConcurrentHistogram(SIGNIFICANT_DIGITS);

    /** How late the generator itself sent, not counting messages that the outbox would not take. */
    final Histogram lateMicros = new ConcurrentHistogram(SIGNIFICANT_DIGITS);

    final LongAdder sent = new LongAdder();
    final LongAdder answered = new LongAdder();
    final LongAdder sentBytes = new LongAdder();

    /** Answers that skipped messages, and how many those skipped. */
    final LongAdder skipped = new LongAdder();

    /** Answers to messages that had been answered. */
    final LongAdder repeated = new LongAdder();

    /** Times that a full outbox put a message off. */
    final LongAdder putOff = new LongAdder();

    final LongAdder joined = new LongAdder();
    final LongAdder notJoined = new LongAdder();
    final LongAdder resumes = new LongAdder();
    final LongAdder closed = new LongAdder();

    private volatile boolean isMeasuring;
    private volatile long beganNanos = Long.MAX_VALUE;
    private volatile long endedNanos = Long.MAX_VALUE;

    void begin(long nowNanos) {
        beganNanos = nowNanos;
        isMeasuring = true;
    }

    void end(long nowNanos) {
        endedNanos = nowNanos;
        isMeasuring = false;
    }

    boolean isMeasuring() {
        return isMeasuring;
    }

    long endedNanos() {
        return endedNanos;
    }

    /** Whether a message that was due then, and leaves now, belongs to the measurement. */
    boolean counts(long dueNanos) {
        return dueNanos >= beganNanos && dueNanos < endedNanos;
    }

    double elapsedSeconds() {
        return (endedNanos - beganNanos) / 1e9;
    }

    static long micros(long nanos) {
        return Math.max(0, nanos / 1_000);
    }
}
