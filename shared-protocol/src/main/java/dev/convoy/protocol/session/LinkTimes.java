package dev.convoy.protocol.session;

/**
 * The clocks of a {@link SessionLink}, in milliseconds.
 *
 * @param pingAfterMs nothing heard for so long: ask whether the peer is there; {@link #NEVER} = never ask
 * @param silenceMs so long after something that the peer must answer, without a word: the link is silent
 * @param idleMs nothing heard at all for so long: the link is silent
 * @param ackDelayMs a message is acknowledged at latest so long after it became durable
 */
public record LinkTimes(long pingAfterMs, long silenceMs, long idleMs, long ackDelayMs) {
    public static final long NEVER = Long.MAX_VALUE / 4;

    /** A client's: it notices within a second that nobody answers, and keeps its path through NATs open. */
    public static final LinkTimes CLIENT = new LinkTimes(10_000, 1_000, NEVER, 50);

    /** A node's: it never asks, and calls a player away who owes an answer or whose pings have stopped. */
    public static final LinkTimes NODE = new LinkTimes(NEVER, 5_000, 30_000, 50);

    /** A node's for a bare session: a first datagram within 10 s, and one at least every 30 s. */
    public static final LinkTimes BARE = new LinkTimes(NEVER, 10_000, 30_000, 0);
}
