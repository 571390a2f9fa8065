package dev.convoy.client;

/** The client's clock: milliseconds since the process began to ask, never set back. */
final class MonotonicClock {
    private static final long ORIGIN_NS = System.nanoTime();

    private MonotonicClock() {}

    static long nowMs() {
        return (System.nanoTime() - ORIGIN_NS) / 1_000_000;
    }
}
