package dev.convoy.protocol.wire;

/**
 * The number of a node, which is the high 8 bits of every conv it gives out: 1 to 254 without
 * {@code 0x4B}. 0 would make conv 0, {@code 0x4B} is the 'K' of the control datagrams' magics and
 * 255 is reserved. So a cluster (a <em>cell</em>) has at most {@value #COUNT} nodes.
 */
public final class ServerId {
    public static final int MIN = 1;
    public static final int MAX = 254;
    /** The high byte of every control datagram's first word: {@code 'K'}. Never a server id. */
    public static final int CONTROL = 0x4B;
    /** How many server ids there are. */
    public static final int COUNT = MAX - MIN;

    private ServerId() {}

    public static boolean isValid(int serverId) {
        return serverId >= MIN && serverId <= MAX && serverId != CONTROL;
    }

    /** The server id of a conv, or of any first word of a datagram: its high 8 bits. */
    public static int of(int conv) {
        return conv >>> 24;
    }
}
