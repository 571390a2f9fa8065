package dev.convoy.protocol.kcp;

/**
 * Why {@link Kcp#input} refused a datagram; the value is the label of the metric that counts it. A refused datagram never ends a
 * conversation.
 */
public enum DropReason {
    /** Not refused: the datagram was taken. */
    NONE,
    /** Shorter than one header. */
    TOO_SHORT,
    /** A segment of the datagram belongs to another conversation. */
    WRONG_CONV,
    /** A segment claims more payload than the datagram holds. */
    BAD_LENGTH,
    /** Neither push, acknowledgement, window probe nor window size. */
    BAD_COMMAND,
    /** Announces a message of more fragments than the receive window can hold. */
    TOO_MANY_FRAGMENTS,
    /** A segment longer than this end takes from a peer. */
    SEGMENT_TOO_LONG,
    /** No room for the segment or its acknowledgement; the peer will send it again. */
    NO_ROOM,
    /** The conversation has been released. */
    RELEASED
}
