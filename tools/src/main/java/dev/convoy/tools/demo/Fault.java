package dev.convoy.tools.demo;

import java.util.Locale;

/** What happens to the cluster in the middle of the demo. */
enum Fault {
    NONE(1, 1, false),
    /** A node: SIGKILL. */
    KILL(2, 1, true),
    /** A node: SIGTERM. Its sessions move before it ends. */
    DRAIN(2, 1, true),
    /** A node: SIGSTOP, and SIGCONT when others have long taken over. */
    PAUSE(2, 1, true),
    /** Redis: SIGKILL, and a new start with its data. */
    REDIS(1, 1, false),
    /** A router: SIGKILL. */
    ROUTER(1, 2, true),
    /** Every node, one after the other: drained, and a new one started. */
    ROLLING(2, 1, true),
    /** Players: another address. */
    ROAM(1, 1, true),
    /** Players: killed, and started again from their credentials. */
    CLIENT(1, 1, true);

    private final int nodesMin;
    private final int routersMin;
    private final boolean felt;

    Fault(int nodesMin, int routersMin, boolean felt) {
        this.nodesMin = nodesMin;
        this.routersMin = routersMin;
        this.felt = felt;
    }

    int nodesMin() {
        return nodesMin;
    }

    int routersMin() {
        return routersMin;
    }

    /** Whether somebody has to come back, or it was no fault at all. */
    boolean isFelt() {
        return felt;
    }

    /** Whether others take a node's rooms over without its help: what only it knows is gone. */
    boolean isCrash() {
        return this == KILL || this == PAUSE;
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
