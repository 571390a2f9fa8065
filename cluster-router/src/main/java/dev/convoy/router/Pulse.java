package dev.convoy.router;

import io.vertx.core.Vertx;

/** Shows that an event loop still moves. Beats on that loop; anybody may look. */
final class Pulse {
    private static final long BEAT_MS = 1000;

    private volatile long beatNs = System.nanoTime();

    /** Begins, on the caller's event loop, and ends with its verticle. */
    void start(Vertx vertx) {
        vertx.setPeriodic(BEAT_MS, due -> beatNs = System.nanoTime());
    }

    long silenceNs() {
        return System.nanoTime() - beatNs;
    }
}
