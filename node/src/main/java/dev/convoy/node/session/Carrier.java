package dev.convoy.node.session;

import dev.convoy.node.net.ClientPath;
import dev.convoy.protocol.handshake.TransportKeys;
import dev.convoy.protocol.session.Link;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * How the datagrams of one conv travel between KCP and the wire: under which protection, from where and to where. It decides
 * what is the client's; KCP sees nothing else. Confined to the shard's event loop.
 */
sealed interface Carrier permits PlainCarrier, SealedCarrier {
    /** The largest datagram that KCP may make. */
    int mtuBytes();

    /**
     * The client of a conv that it has not used yet is told its conv, once more maybe. Once it has used the conv, a copy of
     * its handshake sent from elsewhere changes nothing.
     */
    void granted(ClientPath path, @Nullable TransportKeys keys);

    /** Where the client is. */
    ClientPath path();

    /** Takes a datagram behind its path header; true when the KCP datagram in it lies on the dock. */
    boolean receive(InetSocketAddress router, byte[] bytes, int length, long nowMs);

    /** Whether the client's packets are authenticated. */
    boolean isSealed();

    /** What the carrier itself has to say to the client after a datagram. */
    void follow(Link link, long nowMs);

    /** The client has answered a ping. */
    void onPong(long nonce);

    /** Sends what the link has. */
    void transmit(Link link);

    /** When {@link #handleTimeout} has something to do; {@link DeadlineHeap#NEVER} = never. */
    long nextTimeoutMs();

    void handleTimeout(long nowMs);

    /** True when the conv should be given up soon, for a new one with new keys. */
    boolean isWorn();
}
