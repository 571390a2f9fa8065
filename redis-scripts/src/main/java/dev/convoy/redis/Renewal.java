package dev.convoy.redis;

/** The answer to the renewal of a lease. */
public sealed interface Renewal permits Renewal.Renewed, Renewal.Lost {
    /**
     * The lease goes on.
     *
     * @param restored Redis had forgotten it: it has it again, but the node's rooms and convs are to be restored
     */
    record Renewed(long ttlMs, boolean restored) implements Renewal {}

    /** Somebody else holds the server id under a newer epoch, or it was released: stop at once. */
    record Lost(long currentEpoch) implements Renewal {}
}
