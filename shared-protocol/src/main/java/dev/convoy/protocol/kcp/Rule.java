package dev.convoy.protocol.kcp;

/**
 * Where this implementation differs from the reference one. Every rule leaves the wire format as it is and answers a well-behaved peer
 * like the reference does; {@code docs/KCP.md} gives each one's reason, {@code RuleTest} each one's attack.
 */
enum Rule {
    /** A round-trip time is taken only from a segment that is in flight and was last sent at the timestamp that the ACK echoes. */
    RTT_FROM_SEGMENT_IN_FLIGHT(1 << 0),
    /** A cumulative acknowledgement of what was never sent is ignored; the rest of the datagram counts. */
    UNA_WITHIN_WINDOW(1 << 1),
    /** A datagram is checked to its end before any of it takes effect. */
    WHOLE_DATAGRAM_OR_NOTHING(1 << 2),
    /** The list of acknowledgements owed is bounded. */
    BOUNDED_ACK_LIST(1 << 3),
    /** A message of more fragments than the receive window holds is refused. */
    FRAGMENTS_FIT_WINDOW(1 << 4),
    /** A segment longer than {@link KcpSettings#peerSegmentBytesMax} is refused. */
    SEGMENT_LENGTH_LIMITED(1 << 5),
    /** A closed peer window is probed after 500 ms, then more and more rarely; our own opening is told more than once. */
    PATIENT_WINDOW_PROBE(1 << 6),
    /** Segments that wait to be sent are cut anew when the MTU shrinks. */
    RECUT_ON_SMALLER_MTU(1 << 7),
    /** The link is dead when the peer has been silent for long, not when one segment was unlucky. */
    DEAD_BY_SILENCE(1 << 8),
    /** A segment's timeout backs off to 4 s at most: the first datagram after a blackout does not wait as long as the blackout was. */
    BACKOFF_LIMITED(1 << 9),
    /** A conversation with nothing to do asks for no timer. */
    SILENT_WHEN_IDLE(1 << 10),
    /** An acknowledgement that the {@code una} of the same flush says too is left out, but for one now and then to measure with. */
    UNA_SPEAKS_FOR_ACKS(1 << 11),
    /** What is sent again is sent once more a little later, if {@link KcpSettings#insureResendAfterMs} says so. */
    INSURED_RESEND(1 << 12);

    static final int NO_RULES = 0;
    static final int ALL_RULES = -1;

    private final int bit;

    Rule(int bit) {
        this.bit = bit;
    }

    /** Its place in a set of rules. */
    int bit() {
        return bit;
    }
}
