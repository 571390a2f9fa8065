package dev.convoy.tools.demo;

import dev.convoy.tools.cluster.ClusterSettings;
import dev.convoy.tools.command.CommandFailure;
import dev.convoy.tools.keys.Security;

/**
 * What the demo is to do. Checked when made: whatever cannot be done is refused in one sentence.
 *
 * @param ratePerSecond messages per second and player
 * @param seconds how long the players send, at least; the fault comes at half of it
 * @param seed of the players' timing and padding
 */
record DemoSettings(
        int nodes,
        int routers,
        int players,
        int rooms,
        int ratePerSecond,
        int seconds,
        Faults fault,
        Durability durability,
        Security security,
        long seed) {
    static final int PLAYERS_MAX = 2_000;
    static final int RATE_PER_SECOND_MAX = 1_000;
    static final int SECONDS_MAX = 3_600;

    /** A killed node is noticed after a second or two; half of the time has to be longer than that. */
    static final int SECONDS_WITH_FAULT_MIN = 6;

    DemoSettings {
        requireBetween("--nodes", nodes, 1, ClusterSettings.NODES_MAX);
        requireBetween("--routers", routers, 1, ClusterSettings.ROUTERS_MAX);
        requireBetween("--players", players, 1, PLAYERS_MAX);
        requireBetween("--rooms", rooms, 1, players);
        requireBetween("--rate", ratePerSecond, 1, RATE_PER_SECOND_MAX);
        requireBetween("--seconds", seconds, fault.isNone() ? 1 : SECONDS_WITH_FAULT_MIN, SECONDS_MAX);
        requireEnough("nodes", nodes, fault.nodesMin(), fault);
        requireEnough("routers", routers, fault.routersMin(), fault);
        if (durability == Durability.MEMORY && fault.isCrash()) {
            throw CommandFailure.usage("--durability memory does not go with --fault " + fault
                    + ": what only a node's memory knows is gone with the node.");
        }
    }

    private static void requireEnough(String what, int there, int min, Faults fault) {
        if (there >= min) return;
        throw CommandFailure.usage(
                "--fault " + fault + " needs at least " + min + " " + what + ": somebody has to take over.");
    }

    private static void requireBetween(String option, int value, int min, int max) {
        if (value >= min && value <= max) return;
        throw CommandFailure.usage(option + " must be between " + min + " and " + max + ", not " + value + ".");
    }

    ClusterSettings cluster() {
        ClusterSettings sealed = new ClusterSettings(nodes, routers, 0, durability.toString(), fault.has(Fault.REDIS));
        return security == Security.PLAIN ? sealed.plain() : sealed;
    }

    /** Whether somebody has to come back: a sealed session does not even notice that its player has moved. */
    boolean isFaultFelt() {
        return fault.all().stream()
                .anyMatch(each -> each.isFelt() && !(each == Fault.ROAM && security == Security.SEALED));
    }

    /** Whether a room may undo what it answered, if it says so: a checkpoint room whose node others had to replace. */
    boolean mayRollBack() {
        return durability == Durability.CHECKPOINT && fault.isCrash();
    }
}
