package dev.convoy.node.admission;

import dev.convoy.node.net.ClientPath;
import dev.convoy.protocol.handshake.Cookies;
import dev.convoy.protocol.handshake.Envelope;
import java.util.function.LongSupplier;

/**
 * Lets handshakes in without a question while they are few. Once more come in a second than one would expect, everybody
 * has to show first that they receive at the address that they name, until it has been quiet for a while: a
 * cookie costs an HMAC and no memory, a handshake costs three multiplications on a curve, a session and Redis. Confined to the
 * shard's event loop.
 */
public final class Doorkeeper {
    /** So long after the last second with too many requests everybody is still asked. */
    static final long WARY_FOR_MS = 10_000;

    private static final long SECOND_MS = 1_000;

    private final Cookies cookies;
    private final LongSupplier wallClockMs;
    private final int requestsPerSecondMax;
    private long secondBeganMs;
    private int requests;
    private long waryUntilMs;

    /**
     * A doorkeeper for one shard.
     *
     * @param requestsPerSecondMax new requests in a second above which cookies are asked for; 0 = always
     * @param wallClockMs about the same on all machines of the cluster
     */
    public Doorkeeper(Cookies cookies, LongSupplier wallClockMs, int requestsPerSecondMax) {
        this.cookies = cookies;
        this.wallClockMs = wallClockMs;
        this.requestsPerSecondMax = requestsPerSecondMax;
    }

    /** Whether a new request may be looked into; if not, it is to be answered with a {@link #cookie}. */
    boolean admits(Envelope request, ClientPath path, long nowMs) {
        count(nowMs);
        if (nowMs >= waryUntilMs) return true;
        Cookies.Check check =
                cookies.check(request.cookie(), path.client(), request.attempt(), wallClockMs.getAsLong());
        return check == Cookies.Check.VALID;
    }

    byte[] cookie(Envelope request, ClientPath path) {
        return cookies.make(path.client(), request.attempt(), wallClockMs.getAsLong());
    }

    private void count(long nowMs) {
        if (nowMs - secondBeganMs >= SECOND_MS) {
            secondBeganMs = nowMs;
            requests = 0;
        }
        if (++requests > requestsPerSecondMax) waryUntilMs = nowMs + WARY_FOR_MS;
    }
}
