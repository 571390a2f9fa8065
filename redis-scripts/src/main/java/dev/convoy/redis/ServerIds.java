package dev.convoy.redis;

/** The server ids that may be given: 1 to 254 without 0x4B, which opens a control datagram. */
public final class ServerIds {
    static final int MIN = 1;
    static final int MAX = 254;
    static final int CONTROL = 0x4B;

    /** How many there are. */
    public static final int COUNT = 253;

    private ServerIds() {}

    static boolean isValid(int serverId) {
        return serverId >= MIN && serverId <= MAX && serverId != CONTROL;
    }

    /**
     * The server id that the n-th of a row of nodes wishes for, so that each of them wishes for another one.
     *
     * @param ordinal from 0 to {@link #COUNT} - 1, e.g. that of a pod in its StatefulSet
     */
    public static int ofOrdinal(int ordinal) {
        int serverId = ordinal + MIN < CONTROL ? ordinal + MIN : ordinal + MIN + 1;
        return check(serverId);
    }

    static int check(int serverId) {
        if (!isValid(serverId)) {
            throw new IllegalArgumentException("not a server id: " + serverId);
        }
        return serverId;
    }
}
