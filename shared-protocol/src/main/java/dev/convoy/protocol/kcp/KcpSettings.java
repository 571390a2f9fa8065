package dev.convoy.protocol.kcp;

/**
 * How a conversation behaves; immutable. Both ends may differ in everything here.
 *
 * @param rules how strictly to follow the reference implementation where a peer misbehaves
 * @param mtuBytes largest datagram, KCP headers included
 * @param sendWindowSegments most segments in flight
 * @param receiveWindowSegments most segments that wait for the application; at least as many as the peer's longest message has
 * @param sendQueueSegmentsMax most segments that wait for the send window; then {@link Kcp#send} says {@link SendResult#QUEUE_FULL}
 * @param peerSegmentBytesMax longest payload taken from a peer's segment
 * @param noDelayLevel how timeouts back off: 0 doubles, 1 and 2 grow by half; 0 also waits an eighth longer
 * @param intervalMs how often {@link Kcp#handleTimeout} flushes, 10 to 5000
 * @param fastResendAfter a segment overtaken by so many later ones is sent again; 0: never
 * @param fastResendLimit most transmissions of a segment after which it can still be sent again that way; 0: no limit
 * @param timeoutMinMs shortest retransmission timeout
 * @param insureResendAfterMs a segment sent again is sent once more so much later, in case that is lost too; 0: not. Hardened rules only
 * @param congestion what limits segments in flight and their pace, besides the windows
 * @param stream whether bytes of several messages may share a segment; message bounds are then lost
 * @param deadAfterTransmissions reference rules: transmissions of one segment that make the link dead
 * @param deadAfterSilenceMs hardened rules: silence of a peer that owes an answer, after which the link is dead
 * @param firstSequence number of the first segment in both directions; other than 0 only in tests
 */
public record KcpSettings(
        Rules rules,
        int mtuBytes,
        int sendWindowSegments,
        int receiveWindowSegments,
        int sendQueueSegmentsMax,
        int peerSegmentBytesMax,
        int noDelayLevel,
        int intervalMs,
        int fastResendAfter,
        int fastResendLimit,
        int timeoutMinMs,
        int insureResendAfterMs,
        CongestionControl.Factory congestion,
        boolean stream,
        int deadAfterTransmissions,
        int deadAfterSilenceMs,
        int firstSequence) {

    /** Where a peer misbehaves. */
    public enum Rules {
        /** Bit for bit what the reference implementation does, its weaknesses included. */
        REFERENCE,
        /** The same for a well-behaved peer, safe against others: {@code docs/KCP.md} lists every difference. */
        HARDENED
    }

    private static final int MTU_BYTES_MIN = 50;
    private static final int INTERVAL_MS_MIN = 10;
    private static final int INTERVAL_MS_MAX = 5_000;
    private static final int WINDOW_SEGMENTS_MAX = 65_535;

    private static final KcpSettings TURBO = builder().build();
    private static final KcpSettings BALANCED = builder()
            .intervalMs(20)
            .timeoutMinMs(50)
            .fastResendAfter(2)
            .insureResendAfterMs(0)
            .build();
    private static final KcpSettings BULK = builder()
            .sendWindowSegments(1024)
            .receiveWindowSegments(1024)
            .sendQueueSegmentsMax(4096)
            .timeoutMinMs(100)
            .fastResendAfter(2)
            .insureResendAfterMs(0)
            .congestion(Congestion.PACED)
            .build();

    /** Checks the bounds. */
    public KcpSettings {
        require(mtuBytes >= MTU_BYTES_MIN && mtuBytes <= 0xffff, "mtuBytes", mtuBytes);
        require(isWindow(sendWindowSegments), "sendWindowSegments", sendWindowSegments);
        require(isWindow(receiveWindowSegments), "receiveWindowSegments", receiveWindowSegments);
        require(sendQueueSegmentsMax > 0, "sendQueueSegmentsMax", sendQueueSegmentsMax);
        require(peerSegmentBytesMax > 0, "peerSegmentBytesMax", peerSegmentBytesMax);
        require(noDelayLevel >= 0 && noDelayLevel <= 2, "noDelayLevel", noDelayLevel);
        require(intervalMs >= INTERVAL_MS_MIN && intervalMs <= INTERVAL_MS_MAX, "intervalMs", intervalMs);
        require(fastResendAfter >= 0, "fastResendAfter", fastResendAfter);
        require(insureResendAfterMs >= 0, "insureResendAfterMs", insureResendAfterMs);
        require(timeoutMinMs > 0, "timeoutMinMs", timeoutMinMs);
        require(deadAfterTransmissions > 0, "deadAfterTransmissions", deadAfterTransmissions);
        require(deadAfterSilenceMs > 0, "deadAfterSilenceMs", deadAfterSilenceMs);
    }

    /**
     * For games: everything at once. The default. With 10 % loss in a round trip of 60 to 125 ms the slowest hundredth of echoes takes some
     * 260 ms; {@code docs/KCP.md} has the table.
     */
    public static KcpSettings turbo() {
        return TURBO;
    }

    /** The reference's "fast" mode at half the pace: fewer datagrams than {@link #turbo} for some more delay. */
    public static KcpSettings balanced() {
        return BALANCED;
    }

    /** For large transfers: wide windows, paced by what the path delivers. */
    public static KcpSettings bulk() {
        return BULK;
    }

    /** Starts from {@link #turbo}. */
    public static Builder builder() {
        return new Builder();
    }

    /** Starts from these settings. */
    public Builder toBuilder() {
        return new Builder(this);
    }

    /** Payload bytes of a full segment. */
    int segmentBytes() {
        return mtuBytes - WireHeader.BYTES;
    }

    private static boolean isWindow(int segments) {
        return segments > 0 && segments <= WINDOW_SEGMENTS_MAX;
    }

    private static void require(boolean holds, String name, int value) {
        if (!holds) {
            throw new IllegalArgumentException(name + " is out of bounds: " + value);
        }
    }

    /** Collects settings; see {@link KcpSettings} for what each one means. */
    public static final class Builder {
        private Rules rules = Rules.HARDENED;
        private int mtuBytes = 1200;
        private int sendWindowSegments = 256;
        private int receiveWindowSegments = 256;
        private int sendQueueSegmentsMax = 1024;
        private int peerSegmentBytesMax = 1500;
        private int noDelayLevel = 1;
        private int intervalMs = 10;
        private int fastResendAfter = 1;
        private int fastResendLimit = 5;
        private int timeoutMinMs = 30;
        private int insureResendAfterMs = 20;
        private CongestionControl.Factory congestion = Congestion.NONE;
        private boolean stream;
        private int deadAfterTransmissions = 20;
        private int deadAfterSilenceMs = 30_000;
        private int firstSequence;

        private Builder() {}

        private Builder(KcpSettings from) {
            rules = from.rules;
            mtuBytes = from.mtuBytes;
            sendWindowSegments = from.sendWindowSegments;
            receiveWindowSegments = from.receiveWindowSegments;
            sendQueueSegmentsMax = from.sendQueueSegmentsMax;
            peerSegmentBytesMax = from.peerSegmentBytesMax;
            noDelayLevel = from.noDelayLevel;
            intervalMs = from.intervalMs;
            fastResendAfter = from.fastResendAfter;
            fastResendLimit = from.fastResendLimit;
            timeoutMinMs = from.timeoutMinMs;
            insureResendAfterMs = from.insureResendAfterMs;
            congestion = from.congestion;
            stream = from.stream;
            deadAfterTransmissions = from.deadAfterTransmissions;
            deadAfterSilenceMs = from.deadAfterSilenceMs;
            firstSequence = from.firstSequence;
        }

        public Builder rules(Rules value) {
            rules = value;
            return this;
        }

        public Builder mtuBytes(int value) {
            mtuBytes = value;
            return this;
        }

        public Builder sendWindowSegments(int value) {
            sendWindowSegments = value;
            return this;
        }

        public Builder receiveWindowSegments(int value) {
            receiveWindowSegments = value;
            return this;
        }

        public Builder sendQueueSegmentsMax(int value) {
            sendQueueSegmentsMax = value;
            return this;
        }

        public Builder peerSegmentBytesMax(int value) {
            peerSegmentBytesMax = value;
            return this;
        }

        public Builder noDelayLevel(int value) {
            noDelayLevel = value;
            return this;
        }

        public Builder intervalMs(int value) {
            intervalMs = value;
            return this;
        }

        public Builder fastResendAfter(int value) {
            fastResendAfter = value;
            return this;
        }

        public Builder fastResendLimit(int value) {
            fastResendLimit = value;
            return this;
        }

        public Builder timeoutMinMs(int value) {
            timeoutMinMs = value;
            return this;
        }

        public Builder insureResendAfterMs(int value) {
            insureResendAfterMs = value;
            return this;
        }

        public Builder congestion(CongestionControl.Factory value) {
            congestion = value;
            return this;
        }

        public Builder stream(boolean value) {
            stream = value;
            return this;
        }

        public Builder deadAfterTransmissions(int value) {
            deadAfterTransmissions = value;
            return this;
        }

        public Builder deadAfterSilenceMs(int value) {
            deadAfterSilenceMs = value;
            return this;
        }

        public Builder firstSequence(int value) {
            firstSequence = value;
            return this;
        }

        public KcpSettings build() {
            return new KcpSettings(
                    rules,
                    mtuBytes,
                    sendWindowSegments,
                    receiveWindowSegments,
                    sendQueueSegmentsMax,
                    peerSegmentBytesMax,
                    noDelayLevel,
                    intervalMs,
                    fastResendAfter,
                    fastResendLimit,
                    timeoutMinMs,
                    insureResendAfterMs,
                    congestion,
                    stream,
                    deadAfterTransmissions,
                    deadAfterSilenceMs,
                    firstSequence);
        }
    }
}
