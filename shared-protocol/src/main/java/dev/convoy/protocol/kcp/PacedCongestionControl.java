package dev.convoy.protocol.kcp;

import java.util.Arrays;

/**
 * Sends as fast as the path delivers, not until it loses. The idea is BBR's (Cardwell et al., ACM Queue 2016): the highest recent delivery
 * rate and the shortest recent round trip tell what the path holds without a queue; the window is twice that, new segments are spaced by
 * the rate, and now and then a little more is tried. Losses by chance change nothing.
 *
 * <p>The rate is taken over rounds of a round trip: segments delivered in it by its length.
 */
final class PacedCongestionControl implements CongestionControl {
    private static final int WINDOW_START = 32;
    private static final int WINDOW_MIN = 4;
    private static final int ROUND_MIN_MS = 10;
    private static final int ROUND_TRIP_WINDOW_MS = 10_000;
    private static final int BURST_MS = 20;
    private static final double START_GAIN = 2.89; // 2 / ln 2: doubles the rate in a round
    private static final double WINDOW_GAIN = 2.0;
    private static final double[] CYCLE = {1.25, 0.75, 1, 1, 1, 1, 1, 1};
    /** The start is over when this many rounds brought no quarter more. */
    private static final int FLAT_ROUNDS_MAX = 3;

    private static final double GROWTH = 1.25;
    private static final int ROUNDS_IDLE_MAX = 3;

    private final double[] recentRates = new double[CYCLE.length + 2];
    private double segmentsPerMs;
    private int shortestRoundTripMs;
    private int shortestSeenAt;
    private boolean started;
    private boolean limitedByApplication;

    private boolean starting = true;
    private int flatRounds;
    private double rateBefore;
    private int round;
    private int roundBeganAt;
    private int roundSegments;

    private double allowance = WINDOW_START;
    private int allowedAt;

    @Override
    public int windowSegments() {
        if (segmentsPerMs == 0) {
            return WINDOW_START;
        }
        double gain = starting ? START_GAIN : WINDOW_GAIN;
        return Math.max(WINDOW_MIN, (int) (gain * segmentsPerMs * shortestRoundTripMs) + WINDOW_MIN);
    }

    @Override
    public int newSegmentsMax(int nowMs) {
        if (segmentsPerMs == 0) {
            return Integer.MAX_VALUE;
        }
        double gain = starting ? START_GAIN : CYCLE[round % CYCLE.length];
        double slowest = (double) WINDOW_MIN / Math.max(1, shortestRoundTripMs);
        double perMs = Math.max(slowest, segmentsPerMs * gain);
        int sinceMs = Math.max(0, nowMs - allowedAt);
        allowance = Math.min(allowance + perMs * sinceMs, Math.max(WINDOW_MIN, perMs * BURST_MS));
        allowedAt = nowMs;
        return (int) allowance;
    }

    @Override
    public void onSent(int segments, boolean limited) {
        limitedByApplication = limited;
        allowance = Math.max(0, allowance - segments);
    }

    @Override
    public void onDelivered(int nowMs, int segments, int smoothedRoundTripMs) {
        if (!started) {
            started = true;
            roundBeganAt = nowMs;
            allowedAt = nowMs;
        }
        noteRoundTrip(nowMs, smoothedRoundTripMs);
        roundSegments += segments;
        int tookMs = nowMs - roundBeganAt;
        int fullMs = Math.max(ROUND_MIN_MS, shortestRoundTripMs);
        if (tookMs > ROUNDS_IDLE_MAX * fullMs) {
            beginRound(nowMs); // a pause or a blackout: no measure of the path
        } else if (tookMs >= fullMs) {
            double rate = (double) roundSegments / tookMs;
            beginRound(nowMs);
            noteRate(rate);
        }
    }

    private void noteRoundTrip(int nowMs, int roundTripMs) {
        boolean old = nowMs - shortestSeenAt > ROUND_TRIP_WINDOW_MS;
        if (roundTripMs > 0 && (shortestRoundTripMs == 0 || old || roundTripMs <= shortestRoundTripMs)) {
            shortestRoundTripMs = roundTripMs;
            shortestSeenAt = nowMs;
        }
    }

    private void beginRound(int nowMs) {
        roundBeganAt = nowMs;
        roundSegments = 0;
    }

    private void noteRate(double rate) {
        if (limitedByApplication && rate <= segmentsPerMs) {
            return; // says what the application sends, not what the path can
        }
        round++;
        recentRates[round % recentRates.length] = rate;
        segmentsPerMs = Arrays.stream(recentRates).max().orElse(rate);
        if (starting) {
            flatRounds = segmentsPerMs >= rateBefore * GROWTH ? 0 : flatRounds + 1;
            rateBefore = Math.max(rateBefore, segmentsPerMs);
            starting = flatRounds < FLAT_ROUNDS_MAX;
        }
    }
}
