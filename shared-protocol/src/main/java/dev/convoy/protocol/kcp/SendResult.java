package dev.convoy.protocol.kcp;

/** What became of a message given to {@link Kcp#send}. */
public enum SendResult {
    /** The whole message is queued; it will be delivered once and in order while the conversation lives. */
    ACCEPTED,
    /** The send queue or the segment pool is full: nothing was queued, try again when the peer has acknowledged something. */
    QUEUE_FULL,
    /** The message needs more fragments than the protocol can number: it can never be sent with this MTU. */
    TOO_LARGE
}
