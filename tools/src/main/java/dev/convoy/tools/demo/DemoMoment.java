package dev.convoy.tools.demo;

import dev.convoy.tools.cluster.ClusterMember;
import java.util.List;

/**
 * What the demo looks like right now, for whoever shows it.
 *
 * @param phase in words for people, e.g. "playing"
 * @param elapsedMs since the players began to send
 * @param totalMs for how long they send
 * @param faultAtMs when the fault comes, or came; −1 = never
 * @param faultNote what was done to which node; empty before
 */
record DemoMoment(
        String phase,
        long elapsedMs,
        long totalMs,
        long faultAtMs,
        String faultNote,
        List<ClusterMember> nodes,
        List<ClusterMember> routers,
        List<PlayerStatus> players) {

    long present(int serverId) {
        return players.stream()
                .filter(player -> player.present() && player.serverId() == serverId)
                .count();
    }

    long away() {
        return players.stream().filter(player -> !player.present()).count();
    }

    long returns() {
        return players.stream().mapToLong(PlayerStatus::returns).sum();
    }

    LedgerVerdict account() {
        return players.stream().map(PlayerStatus::account).reduce(LedgerVerdict.NOTHING_SENT, LedgerVerdict::plus);
    }
}
