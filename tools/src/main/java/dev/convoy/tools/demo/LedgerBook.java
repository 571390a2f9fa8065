package dev.convoy.tools.demo;

import dev.convoy.protocol.wire.LittleEndian;
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
 * <p>A checkpoint room may undo what it has done, if it says so: {@link #wasRolledBack} is told what stands,
 * (count, hash) of the messages 1…s. It answers nothing; but answers above s are void from then on, those
 * messages have to be answered once more, and everything is counted from s.
 *
 * <ul>
 *   <li><b>lost</b>: the larger of (a) messages sent and not answered by the end, together with those that were
 *       passed over before a rollback undid the answers around them, and (b) the largest number of
 *       messages that the room had answered, or said that it contained, and yet did not count: distinct answers
 *       so far, or s, minus {@code count}. (b) is a room that was restored from too old a state.
 *   <li><b>duplicated</b>: the larger of (a) answers to an n whose answer stood already and (b) the largest
 *       excess of {@code count} over the highest n answered, or over s. (b) is a room that applied a message twice.
 *   <li><b>reordered</b>: answers to an n that came before (and not answered before): below the highest
 *       answered, or up to the last s; at least 1
 *       if ever {@code count} = n, nothing missing before it, and the hash is not that of 1…n: the room holds
 *       as many messages, but others or in another order. The same for s.
 *   <li><b>foreign</b>: answers that fit nothing sent: n = 0 or above what was sent, a count of more than
 *       2³¹ − 1, or not 24 bytes; states that fit nothing sent, likewise, or not 16 bytes; and every state of a
 *       room that promised never to roll back.
 * </ul>
 *
 * <p>All four are 0 <em>only if</em> the answers were exactly the right ones. Without a rollback: no foreign,
 * repeated or late answer and none missing leaves only n = 1, 2, 3 … in turn, so that the k-th answer has k
 * distinct answers and k as the highest n; lost (b) and duplicated (b) then leave only count = k, and so the
 * hash is compared in every answer. With rollbacks the same is true of each stretch between two of them: what
 * is passed over within a stretch is missing at its end, be it the last (lost (a)) or undone (lost (a), too);
 * and what was missing up to s would have to come late or never. So every stretch begins right behind its s,
 * whose count and hash are compared as well.
 *
 * <p>Confined to the event loop of its player.
 */
final class LedgerBook {
    static final long FNV_OFFSET_BASIS = 0xcbf29ce484222325L;
    private static final long FNV_PRIME = 0x100000001b3L;
    private static final int STATE_HASH_AT = 8;
    private static final int STATE_BYTES = 16;

    /** Element n: the running hash after message n; element 0 the hash of nothing. */
    private long[] hashUpTo = {FNV_OFFSET_BASIS};

    private int sent;

    private final BitSet answeredNumbers = new BitSet();
    private int answered;
    private int highestAnswered;

    private final boolean mayRollBack;
    private int passedOver;
    private int repeatedAnswers;
    private int lateAnswers;
    private int foreignAnswers;
    private long forgottenMost;
    private long excessMost;
    private boolean hashBroken;
    private int rolledBack;

    /** @param mayRollBack whether the room may undo what it has answered, if it says so */
    LedgerBook(boolean mayRollBack) {
        this.mayRollBack = mayRollBack;
    }

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

    /**
     * Notes what stands after a crash has undone a part.
     *
     * @param state {@code count u64 · hash u64}
     * @param contained the player's last message that the state contains, by number
     */
    void wasRolledBack(byte[] state, long contained) {
        if (state.length != STATE_BYTES || contained < 0 || contained > sent) {
            foreignAnswers++;
            return;
        }
        long count = LittleEndian.u64(state, 0);
        if (!mayRollBack || !plausible(count)) foreignAnswers++;
        if (!plausible(count)) return;
        int s = (int) contained;
        undoBehind(s);
        forgottenMost = Math.max(forgottenMost, s - count);
        excessMost = Math.max(excessMost, count - s);
        if (count == s && LittleEndian.u64(state, STATE_HASH_AT) != hashUpTo[s]) hashBroken = true;
    }

    private void undoBehind(int s) {
        int undone =
                answeredNumbers.get(s + 1, Math.max(s, highestAnswered) + 1).cardinality();
        passedOver += Math.max(0, highestAnswered - s) - undone;
        rolledBack += undone;
        answered -= undone;
        answeredNumbers.clear(s + 1, Math.max(s, highestAnswered) + 1);
        highestAnswered = s;
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
        if (n <= highestAnswered) lateAnswers++;
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
        long lost = Math.max(sent - answered + passedOver, forgottenMost);
        long duplicated = Math.max(repeatedAnswers, excessMost);
        long reordered = Math.max(lateAnswers, hashBroken ? 1 : 0);
        return new LedgerVerdict(sent, answered, lost, duplicated, reordered, foreignAnswers, rolledBack);
    }
}
