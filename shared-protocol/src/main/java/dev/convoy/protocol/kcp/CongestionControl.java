package dev.convoy.protocol.kcp;

/**
 * Decides how many segments a conversation may have in flight, and how fast new ones may follow each other. One object serves one
 * conversation and, like it, belongs to one event loop. Windows are counted in segments, times are milliseconds of the caller's clock
 * in 32 bits.
 */
public interface CongestionControl {

    /** Makes one for a conversation with these settings; {@link Congestion} has some. */
    interface Factory {
        CongestionControl create(KcpSettings settings);
    }

    /** Upper bound on segments in flight, besides the two ends' windows. */
    default int windowSegments() {
        return Integer.MAX_VALUE;
    }

    /** Upper bound on new segments in the flush that begins now. */
    default int newSegmentsMax(int nowMs) {
        return Integer.MAX_VALUE;
    }

    /**
     * New segments have entered the window.
     *
     * @param limitedByApplication whether no more of them were waiting
     */
    default void onSent(int segments, boolean limitedByApplication) {}

    /**
     * A datagram acknowledged segments.
     *
     * @param smoothedRoundTripMs the round trip as it is known now, 0 when it is not
     */
    default void onDelivered(int nowMs, int segments, int smoothedRoundTripMs) {}

    /**
     * A datagram moved the oldest unacknowledged segment forward.
     *
     * @param remoteWindowSegments what the peer said that it has room for
     * @param segmentBytes payload bytes of a full segment
     */
    default void onProgress(int remoteWindowSegments, int segmentBytes) {}

    /**
     * A flush came to its end.
     *
     * @param fastResends segments sent again because later ones had been acknowledged
     * @param timedOut whether a segment was sent again because its time was up
     * @param inFlightSegments from the oldest unacknowledged segment to the next new one
     * @param segmentBytes payload bytes of a full segment
     */
    default void onFlushed(int fastResends, boolean timedOut, int inFlightSegments, int segmentBytes) {}
}
