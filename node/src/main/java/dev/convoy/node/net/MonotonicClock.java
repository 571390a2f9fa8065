package dev.convoy.node.net;

/** Milliseconds that never jump: what every deadline in the node is counted in. */
public interface MonotonicClock {
    long nowMs();

    MonotonicClock SYSTEM = () -> System.nanoTime() / 1_000_000;
}
