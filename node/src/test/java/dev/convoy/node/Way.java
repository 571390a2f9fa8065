package dev.convoy.node;

import org.jspecify.annotations.Nullable;

/** How a test's player reaches a shard: a router, as far as the shard can tell. */
interface Way extends AutoCloseable {
    /** Sends a datagram that begins with its path header. */
    void send(byte[] datagram);

    /** The next datagram that came back, path header first; null when none came within some milliseconds. */
    byte @Nullable [] receive();

    @Override
    void close();
}
