package dev.convoy.node.session;

/** Why a shard dropped a datagram that was not the protocol's own to judge. */
public enum DropCounter {
    /** No session of this node has this conv (any more). */
    UNKNOWN_CONV,
    /** A plain session is bound to its client's address. */
    WRONG_ADDRESS,
    /** So many forged packets for a sealed conv came from elsewhere than its client that no more are opened for a moment. */
    TOO_MANY_STRANGERS
}
