package dev.convoy.tools.demo;

import java.util.List;

/** The players as a fault sees them. */
interface Players {
    /** All of them as they are now, always in the same order. */
    List<PlayerStatus> statuses();

    /** Ends every player's client as a kill would, each at a random moment within that time, and starts it again. */
    void restartClients(long withinMs);

    /** Gives every player's client another local address, each at a random moment within that time. */
    void roam(long withinMs);
}
