package dev.convoy.tools.demo;

import org.jspecify.annotations.Nullable;

/**
 * A player at one moment.
 *
 * @param account what it has found so far
 * @param serverId of the node that holds, or before an outage held, its session; 0 before it has joined
 * @param away whether it has lost its node and not come back yet
 * @param returns how often it has come back
 * @param closed why its session is over; null while it is not
 */
record PlayerStatus(
        LedgerVerdict account,
        int serverId,
        boolean away,
        int returns,
        @Nullable String closed) {
    static final PlayerStatus NOT_JOINED = new PlayerStatus(LedgerVerdict.NOTHING_SENT, 0, false, 0, null);

    boolean present() {
        return serverId != 0 && !away && closed == null;
    }

    boolean allAnswered() {
        return account.answered() == account.sent();
    }
}
