package dev.convoy.node.net;

/** How a session's datagrams are protected; chosen by the client's handshake, allowed by the node's settings. */
public enum Suite {
    /** Not at all: for trusted networks. The session is bound to its client's address. */
    PLAIN,
    /** As plain, and without session frames: KCP messages are the room's. No return, no last words. */
    BARE,
    /** Encrypted and authenticated; the client may change its address. */
    SEALED
}
