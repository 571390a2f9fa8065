package dev.convoy.redis;

/** The answer to a renewal or release of convs. */
public enum ConvStep {
    DONE,
    /** The lease of the server id is of another epoch, or Redis has forgotten it. */
    STALE
}
