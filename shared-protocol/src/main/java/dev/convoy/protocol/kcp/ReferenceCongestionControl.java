package dev.convoy.protocol.kcp;

/**
 * The reference implementation's slow start and congestion avoidance, to the bit: it is computed even when it does not limit
 * anything, because the state is part of the conformance traces.
 */
final class ReferenceCongestionControl implements CongestionControl {
    private static final int THRESHOLD_MIN = 2;

    private final boolean limits;
    private final int fastResendAfter;
    private int window;
    private int threshold = THRESHOLD_MIN;
    /** The window in bytes, for growing by less than a segment at a time. */
    private int windowBytes;

    /** @param limits whether the window is applied, or only computed */
    ReferenceCongestionControl(boolean limits, int fastResendAfter) {
        this.limits = limits;
        this.fastResendAfter = fastResendAfter;
    }

    @Override
    public int windowSegments() {
        return limits ? window : Integer.MAX_VALUE;
    }

    @Override
    public void onProgress(int remoteWindowSegments, int segmentBytes) {
        if (Integer.compareUnsigned(window, remoteWindowSegments) >= 0) {
            return;
        }
        if (Integer.compareUnsigned(window, threshold) < 0) {
            window++;
            windowBytes += segmentBytes;
        } else {
            avoidCongestion(segmentBytes);
        }
        if (Integer.compareUnsigned(window, remoteWindowSegments) > 0) {
            window = remoteWindowSegments;
            windowBytes = remoteWindowSegments * segmentBytes;
        }
    }

    private void avoidCongestion(int segmentBytes) {
        windowBytes = Serial.maxUnsigned(windowBytes, segmentBytes);
        windowBytes += Integer.divideUnsigned(segmentBytes * segmentBytes, windowBytes) + segmentBytes / 16;
        if (Integer.compareUnsigned((window + 1) * segmentBytes, windowBytes) <= 0) {
            window = Integer.divideUnsigned(windowBytes + segmentBytes - 1, segmentBytes);
        }
    }

    @Override
    public void onFlushed(int fastResends, boolean timedOut, int inFlightSegments, int segmentBytes) {
        int before = window;
        if (fastResends > 0) {
            threshold = Math.max(inFlightSegments / 2, THRESHOLD_MIN);
            window = threshold + fastResendAfter;
            windowBytes = window * segmentBytes;
        }
        if (timedOut) {
            threshold = Serial.maxUnsigned(before >>> 1, THRESHOLD_MIN);
            window = 0;
        }
        if (window == 0) {
            window = 1;
            windowBytes = segmentBytes;
        }
    }

    int window() {
        return window;
    }

    int threshold() {
        return threshold;
    }

    int windowBytes() {
        return windowBytes;
    }
}
