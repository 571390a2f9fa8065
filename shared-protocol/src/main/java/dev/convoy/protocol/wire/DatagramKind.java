package dev.convoy.protocol.wire;

/** What the first four bytes of a datagram say it is; the cheapest look a router can take. */
public enum DatagramKind {
    /** A KCP datagram: the first word is a conv whose high byte is the node. */
    DATA,
    /** A control datagram: handshake, probe, reset, redirect. */
    CONTROL,
    /** Fewer than four bytes, server id 0 or 255: nobody's. */
    ILLEGAL;

    /** Bytes that must be there before {@link #of} can be asked. */
    public static final int FIRST_WORD_BYTES = 4;

    public static DatagramKind of(int firstWord) {
        int high = ServerId.of(firstWord);
        if (high == ServerId.CONTROL) return CONTROL;
        return ServerId.isValid(high) ? DATA : ILLEGAL;
    }
}
