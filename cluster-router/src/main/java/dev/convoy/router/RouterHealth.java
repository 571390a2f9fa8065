package dev.convoy.router;

import dev.convoy.operations.http.Health;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * How a router is. A table that has grown old because Redis is away is no reason to be unready: it is the best there is,
 * probes go on, and all routers would be unready at once. A router that has never seen a node has nothing to forward by.
 */
final class RouterHealth implements Health {
    /** Far more than any pause from which a router recovers by itself. */
    private static final long STUCK_S = 30;

    private final Router router;
    private volatile boolean isDraining;

    RouterHealth(Router router) {
        this.router = router;
    }

    /** From now on it is not ready. */
    void drain() {
        isDraining = true;
    }

    @Override
    public Optional<String> notStarted() {
        return Optional.empty();
    }

    @Override
    public Optional<String> notReady() {
        if (isDraining) return Optional.of("It is draining: it forwards a little longer, then it ends.");
        return router.hasTable() ? Optional.empty() : Optional.of("It has not seen any node yet.");
    }

    @Override
    public Optional<String> notAlive() {
        long silentS = TimeUnit.NANOSECONDS.toSeconds(router.longestSilenceNs());
        return silentS < STUCK_S
                ? Optional.empty()
                : Optional.of("One of its event loops has not moved for " + silentS + " s.");
    }
}
