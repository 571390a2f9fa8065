package dev.convoy.tools.demo;

import java.util.Arrays;
import java.util.BitSet;

/**
 * One player's own account of the messages it sent and the answers it got: the judge of "nothing lost,
 * nothing twice, in order". Player and room meet only in the answers, so nothing here trusts the node, the
 * router or the client library.
 *
 * <p>The player sends messages 1, 2, 3 … The book remembers, for each n, the running hash of all bytes sent
 * up to n. If all is well the k-th answer is exactly (count = k, hash = hash of 1…k, n = k). Every departure
 * from that is seen twice: by which n are answered when, and by what the room says that it holds. Of the two
 * witnesses of the same mishap the one that counts more is believed.
 *
 * <ul>
 *   <li><b>lost</b>: the larger of (a) messages sent and not answered by the end and (b) the largest number of
 *       messages that the room had answered and yet did not count any more: distinct answers so far minus
 *       {@code count}. (b) is a room that was restored from too old a state.
 *   <li><b>duplicated</b>: the larger of (a) answers to an n that was answered before and (b) the largest
 *       excess of {@code count} over the highest n answered. (b) is a room that applied a message twice.
 *   <li><b>reordered</b>: answers to an n lower than one answered earlier (and not answered before); at least 1
 *       if ever {@code count} = n, nothing missing before it, and the hash is not that of 1…n: the room holds
 *       as many messages, but others or in another order.
 *   <li><b>foreign</b>: answers that fit nothing sent: n = 0 or above what was sent, a count of more than
 *       2³¹ − 1, or not 24 bytes.
 * </ul>
 *
 * <p>All four are 0 <em>only if</em> the answers were exactly the right ones: no foreign, repeated or late
 * answer and none missing leaves only n = 1, 2, 3 … in turn, so that the k-th answer has k distinct answers
 * and k as the highest n; lost (b) and duplicated (b) then leave only count = k, and so the hash is
 * compared in every answer.
 *
 * <p>Confined to the event loop of its player.
 */
final class LedgerBook {
    static final long FNV_OFFSET_BASIS = 0xcbf29ce484222325L;
    private static final long FNV_PRIME = 0x100000001b3L;

    /** Element n: the running hash after message n; element 0 the hash of nothing. */
    private long[] hashUpTo = {FNV_OFFSET_BASIS};

    private int sent;

    private final BitSet answeredNumbers = new BitSet();
    private int answered;
    private int highestAnswered;

    private int repeatedAnswers;
    private int lateAnswers;
    private int foreignAnswers;
    private long forgottenMost;
    private long excessMost;
    private boolean hashBroken;

    /** The running hash of {@code hash} continued over {@code bytes}. */
    static long fnv1a(long hash, byte[] bytes) {
        long h = hash;
        for (byte b : bytes) h = (h ^ (b & 0xFF)) * FNV_PRIME;
        return h;
    }

    /** Notes the next message, which gets the number {@link #sent()}. To be called once it is accepted. */
    void wasSent(byte[] message) {
        sent++;
        if (sent == hashUpTo.length) hashUpTo = Arrays.copyOf(hashUpTo, 2 * sent);
        hashUpTo[sent] = fnv1a(hashUpTo[sent - 1], message);
    }

    /**
     * Notes an answer.
     *
     * @return the number of the message that it answers for the first time; 0 if it does not
     */
    int wasAnswered(byte[] bytes) {
        LedgerAnswer answer = LedgerAnswer.read(bytes);
        if (answer == null || answer.n() < 1 || answer.n() > sent || !plausible(answer.count())) {
            foreignAnswers++;
            return 0;
        }
        int n = (int) answer.n();
        boolean first = noteNumber(n);
        noteLedger(answer);
        return first ? n : 0;
    }

    /** Unsigned in the protocol; beyond this range it would overflow the sums below. */
    private static boolean plausible(long count) {
        return count >= 0 && count <= Integer.MAX_VALUE;
    }

    private boolean noteNumber(int n) {
        if (answeredNumbers.get(n)) {
            repeatedAnswers++;
            return false;
        }
        answeredNumbers.set(n);
        answered++;
        if (n < highestAnswered) lateAnswers++;
        highestAnswered = Math.max(highestAnswered, n);
        return true;
    }

    private void noteLedger(LedgerAnswer answer) {
        forgottenMost = Math.max(forgottenMost, answered - answer.count());
        excessMost = Math.max(excessMost, answer.count() - highestAnswered);
        boolean holdsAllUpToN = answer.count() == answer.n() && answered == highestAnswered;
        if (holdsAllUpToN && answer.hash() != hashUpTo[(int) answer.n()]) hashBroken = true;
    }

    int sent() {
        return sent;
    }

    /** How many different messages are answered. */
    int answered() {
        return answered;
    }

    /** The account so far; before the end, what is still under way counts as lost. */
    LedgerVerdict verdict() {
        long lost = Math.max(sent - answered, forgottenMost);
        long duplicated = Math.max(repeatedAnswers, excessMost);
        long reordered = Math.max(lateAnswers, hashBroken ? 1 : 0);
        return new LedgerVerdict(sent, answered, lost, duplicated, reordered, foreignAnswers);
    }
}
