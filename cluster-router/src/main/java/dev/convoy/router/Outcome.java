package dev.convoy.router;

/**
 * What became of a datagram. Every datagram that arrives ends in exactly one of the first two groups, and the name is
 * the metric's label, so a counter can be added here and nowhere else.
 */
enum Outcome {
    // From a client.
    /** A data datagram, sent to the node of its conv. */
    ROUTED_BY_CONV,
    /** A control datagram, sent to the node that it names. */
    ROUTED_BY_TARGET,
    /** A control datagram, sent to the node that holds, or shall hold, its room. */
    ROUTED_BY_AFFINITY,
    /** A data datagram of a server id that this router has never seen. */
    UNKNOWN_SERVER,
    /** A data datagram of a node whose lease has ended. */
    DEAD_SERVER,
    /** Its prefix sends more than one prefix may. */
    LIMITED_PREFIX,
    /** A control datagram while everybody together sends more than may pass. */
    LIMITED_TOTAL,
    /** A control datagram while no node at all could take it. */
    NO_NODE,
    /** Too short, nobody's first word, an unknown control type, or port 0 as its source. */
    MALFORMED,
    /** More than 1200 bytes. */
    OVERSIZE,
    /** A control datagram that only servers send. */
    SERVER_TYPE,

    // From a node.
    /** An answer, stripped of its path header and sent to its client. */
    RETURNED,
    /** Sent to the inside socket by somebody who is not in the table. */
    NOT_FROM_A_NODE,
    /** No whole path header, nothing behind it, or port 0 as its client. */
    PATH_MALFORMED,
    /** An answer of more than 1200 bytes. */
    ANSWER_OVERSIZE,

    // Besides.
    /** A client of a dead server was told so. */
    RESET_SENT,
    /** A client of a dead server was not told, because enough others were. */
    RESET_LIMITED,
    /** The socket towards the nodes had no room for what one of the lines above had counted as sent. */
    NODES_CONGESTED,
    /** The same of the socket towards the clients. */
    CLIENTS_CONGESTED,
    /** The operating system refused to send it for another reason. */
    SEND_FAILED,
    /** A datagram lost to a fault of the router's own: to be 0 for ever. The log says more. */
    FAULT;

    static final int COUNT = values().length;

    /** Whose datagram it was. Besides what a datagram came to, more can have happened to it. */
    enum Way {
        CLIENT,
        NODE,
        BESIDES
    }

    Way way() {
        if (compareTo(RETURNED) < 0) return Way.CLIENT;
        return compareTo(RESET_SENT) < 0 ? Way.NODE : Way.BESIDES;
    }
}
