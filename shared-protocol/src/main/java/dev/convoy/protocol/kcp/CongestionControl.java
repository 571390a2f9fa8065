package dev.convoy.protocol.kcp;

/**
 * Decides how many segments a conversation may have in flight. One object serves one conversation and, like it, belongs to one event
 * loop. Windows are counted in segments.
 */
public interface CongestionControl {

    /** Upper bound on segments in flight, besides the two ends' windows. */
    int windowSegments();

    /**
     * A datagram moved the oldest unacknowledged segment forward.
     *
     * @param remoteWindowSegments what the peer said that it has room for
     * @param segmentBytes payload bytes of a full segment
     */
    void onProgress(int remoteWindowSegments, int segmentBytes);

    /**
     * A flush came to its end.
     *
     * @param fastResends segments sent again because later ones had been acknowledged
     * @param timedOut whether a segment was sent again because its time was up
     * @param inFlightSegments from the oldest unacknowledged segment to the next new one
     * @param segmentBytes payload bytes of a full segment
     */
    void onFlushed(int fastResends, boolean timedOut, int inFlightSegments, int segmentBytes);
}
