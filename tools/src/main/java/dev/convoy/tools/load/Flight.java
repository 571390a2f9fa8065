package dev.convoy.tools.load;

import java.util.Arrays;

/**
 * The messages of one player that have no answer yet: when each was due, when it left, after how many returns, and
 * whether it counts.
 * Answers come in the order of the messages, so a ring holds them. Confined to the player's event loop.
 */
final class Flight {
    private static final int FIRST_CAPACITY = 64;

    private long[] dueNanos = new long[FIRST_CAPACITY];
    private long[] sentNanos = new long[FIRST_CAPACITY];
    private int[] returnsThen = new int[FIRST_CAPACITY];
    private boolean[] counted = new boolean[FIRST_CAPACITY];
    private long first = 1;
    private long next = 1;

    /**
     * Numbers a message, from 1.
     *
     * @param counts whether it belongs to the measurement, and so will its answer
     */
    long take(long dueAtNanos, long nowNanos, int returns, boolean counts) {
        if (next - first == dueNanos.length) grow();
        int slot = slot(next);
        dueNanos[slot] = dueAtNanos;
        sentNanos[slot] = nowNanos;
        returnsThen[slot] = returns;
        counted[slot] = counts;
        return next++;
    }

    /** The last message was not accepted after all. */
    void untake() {
        next--;
    }

    /** The number of the message that has to be answered next. */
    long awaited() {
        return first;
    }

    /** Forgets all up to this one. */
    void answered(long n) {
        first = Math.max(first, Math.min(n + 1, next));
    }

    boolean holds(long n) {
        return n >= first && n < next;
    }

    long dueNanos(long n) {
        return dueNanos[slot(n)];
    }

    long sentNanos(long n) {
        return sentNanos[slot(n)];
    }

    int returnsThen(long n) {
        return returnsThen[slot(n)];
    }

    boolean counted(long n) {
        return counted[slot(n)];
    }

    private int slot(long n) {
        return (int) (n & (dueNanos.length - 1));
    }

    private void grow() {
        int capacity = dueNanos.length;
        long[] due = Arrays.copyOf(dueNanos, 2 * capacity);
        long[] sent = Arrays.copyOf(sentNanos, 2 * capacity);
        int[] returns = Arrays.copyOf(returnsThen, 2 * capacity);
        boolean[] counts = Arrays.copyOf(counted, 2 * capacity);
        for (long n = first; n < next; n++) {
            int to = (int) (n & (2 * capacity - 1));
            due[to] = dueNanos[slot(n)];
            sent[to] = sentNanos[slot(n)];
            returns[to] = returnsThen[slot(n)];
            counts[to] = counted[slot(n)];
        }
        dueNanos = due;
        sentNanos = sent;
        returnsThen = returns;
        counted = counts;
    }
}
