package dev.convoy.tools.demo;

import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/**
 * The times that all players measure together: the one thing that they share, and therefore in histograms
 * that may be written from several event loops.
 */
final class Measurements {
    private static final int SIGNIFICANT_DIGITS = 3;

    private final Histogram rttMicros = new ConcurrentHistogram(SIGNIFICANT_DIGITS);
    private final Histogram outageMs = new ConcurrentHistogram(SIGNIFICANT_DIGITS);

    /**
     * From a message to its answer. Messages that were under way when the session had to come back belong to
     * the outage and are not noted here.
     */
    void roundTrip(long nanos) {
        rttMicros.recordValue(Math.max(0, nanos / 1_000));
    }

    /** From the last sign of life before an outage until the session went on, as the client tells it. */
    void outage(long ms) {
        outageMs.recordValue(Math.max(0, ms));
    }

    double rttMs(double percentile) {
        return rttMicros.getValueAtPercentile(percentile) / 1_000.0;
    }

    long outageMs(double percentile) {
        return outageMs.getValueAtPercentile(percentile);
    }

    long outageMsMax() {
        return outageMs.getMaxValue();
    }
}
