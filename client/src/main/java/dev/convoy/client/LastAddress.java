package dev.convoy.client;

import dev.convoy.protocol.peer.PeerAddress;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import org.jspecify.annotations.Nullable;

/**
 * Turns the socket's addresses into the protocol's and back. It remembers the last one, which is nearly always the next: a
 * packet then costs no new object. Confined to its owner.
 */
final class LastAddress {
    private @Nullable InetSocketAddress socketAddress;
    private @Nullable PeerAddress peerAddress;

    PeerAddress of(InetSocketAddress from) {
        PeerAddress known = peerAddress;
        if (known != null && from.equals(socketAddress)) return known;
        PeerAddress fresh = new PeerAddress(from.getAddress().getAddress(), from.getPort());
        peerAddress = fresh;
        socketAddress = from;
        return fresh;
    }

    InetSocketAddress of(PeerAddress to) {
        InetSocketAddress known = socketAddress;
        if (known != null && to.equals(peerAddress)) return known;
        try {
            InetSocketAddress fresh = new InetSocketAddress(InetAddress.getByAddress(to.ip()), to.port());
            socketAddress = fresh;
            peerAddress = to;
            return fresh;
        } catch (UnknownHostException e) {
            throw new IllegalStateException("an address of 4 or 16 bytes is one", e);
        }
    }
}
