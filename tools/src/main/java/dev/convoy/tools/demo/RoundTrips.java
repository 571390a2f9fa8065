package dev.convoy.tools.demo;

import java.util.Arrays;

/** When each message of one player was sent, and after how many returns. Confined to the player's event loop. */
final class RoundTrips {
    private long[] sentAtNanos = new long[256];
    private int[] returnsWhenSent = new int[256];

    /** @param n the message's number; they come in turn */
    void sent(int n, int returns, long nowNanos) {
        if (n == sentAtNanos.length) {
            sentAtNanos = Arrays.copyOf(sentAtNanos, 2 * n);
            returnsWhenSent = Arrays.copyOf(returnsWhenSent, 2 * n);
        }
        sentAtNanos[n] = nowNanos;
        returnsWhenSent[n] = returns;
    }

    /** Whether the session has not had to come back since message n was sent. */
    boolean undisturbed(int n, int returns) {
        return returnsWhenSent[n] == returns;
    }

    long nanosSince(int n, long nowNanos) {
        return nowNanos - sentAtNanos[n];
    }
}
