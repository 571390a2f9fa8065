package dev.convoy.redis;

/** The server ids that may be given: 1 to 254 without 0x4B, which opens a control datagram. */
final class ServerIds {
    static final int MIN = 1;
    static final int MAX = 254;
    static final int CONTROL = 0x4B;
    static final int COUNT = 253;

    private ServerIds() {}

    static boolean isValid(int serverId) {
        return serverId >= MIN && serverId <= MAX && serverId != CONTROL;
    }

    static int check(int serverId) {
        if (!isValid(serverId)) {
            throw new IllegalArgumentException("not a server id: " + serverId);
        }
        return serverId;
    }
}
