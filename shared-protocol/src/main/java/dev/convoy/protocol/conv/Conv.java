package dev.convoy.protocol.conv;

import dev.convoy.protocol.wire.ServerId;

/**
 * The 32 bits that every KCP datagram begins with: server id (8) · sequence (24).
 *
 * <p>Not every word is a conv: high byte {@code 0x00} would make conv 0 possible, {@code 0x4B} is the 'K' of the
 * control datagrams and {@code 0xFF} is reserved. The {@value #COUNT} others are numbered by their <em>rank</em>, in
 * ascending unsigned order, so that a strategy picks a rank and can never make an illegal word, nor favour one.
 */
public final class Conv {
    /** No conv: the answer where there is none. */
    public static final int NONE = 0;
    /** How many sequence numbers a server id has. */
    public static final int SEQUENCES = 1 << 24;
    /** How many words are a conv. */
    public static final long COUNT = (long) ServerId.COUNT * SEQUENCES;

    private static final int SEQUENCE_MASK = SEQUENCES - 1;

    private Conv() {}

    /** True when the word may be a conv at all. */
    public static boolean isLegal(int word) {
        return ServerId.isValid(serverId(word));
    }

    public static int serverId(int conv) {
        return ServerId.of(conv);
    }

    public static int sequence(int conv) {
        return conv & SEQUENCE_MASK;
    }

    /** The conv of a server id and the low 24 bits of {@code sequence}. */
    public static int of(int serverId, int sequence) {
        if (!ServerId.isValid(serverId)) throw new IllegalArgumentException("no server has the id " + serverId);
        return (serverId << 24) | (sequence & SEQUENCE_MASK);
    }

    /** The conv of a rank, 0 to {@link #COUNT} - 1. */
    public static int ofRank(long rank) {
        if (rank < 0 || rank >= COUNT) throw new IllegalArgumentException("no conv has the rank " + rank);
        int high = ServerId.MIN + (int) (rank / SEQUENCES);
        return of(high < ServerId.CONTROL ? high : high + 1, (int) rank);
    }

    /** The rank of a conv; the inverse of {@link #ofRank}. */
    public static long rank(int conv) {
        if (!isLegal(conv)) throw new IllegalArgumentException("no conv: " + toString(conv));
        int high = serverId(conv);
        long segment = high < ServerId.CONTROL ? high - ServerId.MIN : high - ServerId.MIN - 1;
        return segment * SEQUENCES + sequence(conv);
    }

    /** Eight hex digits, as logs and metrics show a conv. */
    public static String toString(int conv) {
        return "%08x".formatted(conv);
    }
}
