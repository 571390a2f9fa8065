package dev.convoy.bench;

/** Two ends of one conversation of some implementation, joined in memory without loss. */
interface Pair {
    /**
     * Moves messages from one end to the other: all are sent, flushed, taken in, received and acknowledged.
     *
     * @return the messages that arrived
     */
    int exchange(byte[] message, int messages);

    void release();

    /** How to make such pairs, and what else is measured of an implementation. */
    interface Factory {
        String name();

        Pair newPair(int windowSegments);

        AckTarget newAckTarget(int windowSegments);

        IdleFleet newIdleFleet(int sessions);
    }

    /** An end with a full window in flight, to which acknowledgements are given one by one. */
    interface AckTarget {
        /** Fills the window again; the numbers in flight begin with the returned one. */
        int fill();

        /** Prepares the datagrams: {@code sequences[i]} is acknowledged with {@code unas[i]}. */
        void prepare(int[] sequences, int[] unas);

        /** Takes all prepared acknowledgements in. */
        void run();

        int inFlight();

        void release();
    }

    /** Many conversations that have exchanged a little and have nothing to do now. */
    interface IdleFleet {
        /** What an event loop does for all of them in one tick of 10 ms. */
        void tick();

        void release();
    }
}
