package dev.convoy.protocol.session;

import dev.convoy.protocol.kcp.DropReason;
import dev.convoy.protocol.wire.ErrorCode;

/**
 * One conv of a session as its driver sees it: KCP below, the session's outbox and inbox above. What a message looks like in
 * between is the kind's: a frame in a {@link SessionLink}, nothing but itself in a {@link BareLink}.
 *
 * <p>The driver does, in this order, for every batch of datagrams or timeout: {@code input*}, {@code poll} until NONE,
 * {@code flush}, {@code pollTransmit} until 0, {@code nextTimeoutMs}. Confined to its session's event loop.
 */
public sealed interface Link permits SessionLink, BareLink {
    int conv();

    /** One datagram of the peer's; any bytes at all are allowed. */
    DropReason input(byte[] datagram, int offset, int length, long nowMs);

    /** The next thing that arrived. */
    LinkEvent poll();

    /** The frame of the last event: its fields and payload. */
    FrameReader frame();

    /** Puts into KCP what may leave, and lets KCP send. */
    void flush(long nowMs);

    /** Lets KCP confirm what has arrived, and nothing else: the {@link #frame} stays what it is. */
    void confirm(long nowMs);

    /** Writes the next datagram to send and returns its bytes, 0 when there is none. */
    int pollTransmit(byte[] into, int offset);

    /**
     * Sends a message without a number, in place of one of its channel that has not left where the kind can; flush afterwards.
     *
     * @param channel 0 to 255
     * @throws IllegalArgumentException when there is no such channel, or the message has more than
     *     {@link SessionLink#VOLATILE_BYTES_MAX} bytes
     */
    void sendVolatile(int channel, byte[] message);

    /** Sends a {@linkplain FrameType#PEER peer frame}; it is dropped when the link is congested or its peer knows none. */
    boolean sendPeer(byte[] message, long nowMs);

    /**
     * Tells the peer that the session is over, behind the messages that may leave, and nothing more, where the kind has words
     * for it; flush afterwards.
     */
    void close(ErrorCode reason, String detail, long nowMs);

    /** Tells the peer to come back elsewhere, where the kind has words for it; flush afterwards. */
    void goAway(int spreadMs, int target, long nowMs);

    /** Asks the peer to answer with this nonce, where the kind has words for it; flush afterwards. */
    void ping(long nonce, long nowMs);

    void handleTimeout(long nowMs);

    /** When to call {@link #handleTimeout}, {@link #flush} and the rest again even if nothing happens. */
    long nextTimeoutMs(long nowMs);

    /** True when the peer has not answered for too long, or KCP has given up. */
    boolean isSilent(long nowMs);

    /** Whether everything that has left has reached the peer. */
    boolean isDelivered();

    /** Whether the peer has used this conv. */
    boolean hasHeard();

    /** When the last datagram arrived that was the peer's. */
    long heardAtMs();

    /** The smoothed round-trip time in milliseconds; 0 while nothing has been measured. */
    int smoothedRttMs();

    /** Gives KCP's buffers back. The link must not be used afterwards. */
    void release();
}
