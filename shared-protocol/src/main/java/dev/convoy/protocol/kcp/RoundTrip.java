package dev.convoy.protocol.kcp;

/** Smoothed round-trip time and the retransmission timeout that follows from it, after the reference (Jacobson, RFC 6298). */
final class RoundTrip {
    private static final int TIMEOUT_START_MS = 200;
    private static final int TIMEOUT_MAX_MS = 60_000;

    private final int timeoutMinMs;
    private final int intervalMs;
    private int smoothedMs;
    private int variationMs;
    private int timeoutMs = TIMEOUT_START_MS;

    RoundTrip(int timeoutMinMs, int intervalMs) {
        this.timeoutMinMs = timeoutMinMs;
        this.intervalMs = intervalMs;
    }

    void sample(int roundTripMs) {
        if (smoothedMs == 0) {
            smoothedMs = roundTripMs;
            variationMs = roundTripMs / 2;
        } else {
            // The widths are the reference's: a forged sample overflows here exactly as it does there.
            long deviationMs = Math.abs((long) (roundTripMs - smoothedMs));
            int variationTripledMs = 3 * variationMs;
            variationMs = (int) ((variationTripledMs + deviationMs) / 4);
            smoothedMs = Math.max(1, (7 * smoothedMs + roundTripMs) / 8);
        }
        int wantedMs = smoothedMs + Serial.maxUnsigned(intervalMs, 4 * variationMs);
        timeoutMs = Serial.minUnsigned(Serial.maxUnsigned(timeoutMinMs, wantedMs), TIMEOUT_MAX_MS);
    }

    int timeoutMs() {
        return timeoutMs;
    }

    int smoothedMs() {
        return smoothedMs;
    }

    int variationMs() {
        return variationMs;
    }
}
