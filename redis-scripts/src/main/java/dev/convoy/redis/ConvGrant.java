package dev.convoy.redis;

/** The answer to a request for convs. */
public sealed interface ConvGrant permits ConvGrant.Granted, ConvGrant.SegmentFull, ConvGrant.Stale {
    /**
     * They are the caller's.
     *
     * @param sequences at most as many as asked for, and at least one: the low 24 bits of convs
     */
    @SuppressWarnings("ArrayRecordComponent") // Consumed once; never compared.
    record Granted(int[] sequences) implements ConvGrant {}

    /** Every sequence number that was looked at is leased or in quarantine: refuse, and ask again later. */
    record SegmentFull() implements ConvGrant {}

    /** The lease of the server id is of another epoch, or Redis has forgotten it. */
    record Stale() implements ConvGrant {}
}
