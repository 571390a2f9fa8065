package dev.convoy.redis;

/** All 253 server ids are taken or in quarantine: the node is not ready, and asks again later. */
public final class NoServerIdFree extends RuntimeException {
    private final long retryAfterMs;

    NoServerIdFree(long retryAfterMs) {
        super("no server id is free: all " + ServerIds.COUNT + " are leased or in quarantine; the next may be free in "
                + retryAfterMs + " ms");
        this.retryAfterMs = retryAfterMs;
    }

    /** When the first of them may be free, in milliseconds from now. */
    public long retryAfterMs() {
        return retryAfterMs;
    }
}
