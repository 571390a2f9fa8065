package dev.convoy.tools.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A checkpoint room that crashes: what it may undo, and whatever may go wrong with that. */
class LedgerRollbackTest {
    private final LedgerBook book = new LedgerBook(true);
    private final LedgerRoom room = new LedgerRoom();
    private final List<byte[]> messages = new ArrayList<>();

    @Test
    void aRollbackThatIsToldAndMadeGoodIsClean() {
        LedgerRoom restored = crashAtTenOfTwelve();
        book.wasRolledBack(restored.state(), 10);
        answer(restored, 11, 20);
        assertThat(book.verdict()).isEqualTo(new LedgerVerdict(20, 20, 0, 0, 0, 0, 2));
    }

    @Test
    void whatIsUndoneHasToBeAnsweredAgain() {
        LedgerRoom restored = crashAtTenOfTwelve();
        book.wasRolledBack(restored.state(), 10);
        assertThat(book.answered()).isEqualTo(10);
        assertThat(book.verdict().lost()).isEqualTo(10);
    }

    @Test
    void aMessageThatIsNotSentAgainIsLost() {
        LedgerRoom restored = crashAtTenOfTwelve();
        book.wasRolledBack(restored.state(), 10);
        answer(restored, 12, 20);
        assertThat(book.verdict()).isEqualTo(new LedgerVerdict(20, 19, 1, 0, 0, 0, 2));
    }

    @Test
    void aMessageOfTheStateThatIsSentAgainIsDuplicated() {
        LedgerRoom restored = crashAtTenOfTwelve();
        book.wasRolledBack(restored.state(), 10);
        answer(restored, 10, 20);
        assertThat(book.verdict().duplicated()).isEqualTo(1);
    }

    @Test
    void aMessageOfTheStateThatIsAppliedAgainWithoutAnAnswerIsDuplicated() {
        LedgerRoom restored = crashAtTenOfTwelve();
        book.wasRolledBack(restored.state(), 10);
        restored.receive(messages.get(9));
        answer(restored, 11, 20);
        assertThat(book.verdict().duplicated()).isEqualTo(1);
    }

    @Test
    void aRollbackThatIsNotToldIsLost() {
        answer(crashAtTenOfTwelve(), 13, 20);
        assertThat(book.verdict().lost()).isEqualTo(2);
    }

    @Test
    void aStateThatContainsLessThanItSaysIsLost() {
        LedgerRoom restored = crashAtTenOfTwelve();
        book.wasRolledBack(restored.state(), 11);
        answer(restored, 12, 20);
        assertThat(book.verdict().lost()).isEqualTo(1);
    }

    @Test
    void aStateThatContainsMoreThanItSaysIsDuplicated() {
        LedgerRoom restored = crashAtTenOfTwelve();
        book.wasRolledBack(restored.state(), 9);
        answer(restored, 10, 20);
        assertThat(book.verdict().duplicated()).isEqualTo(1);
    }

    @Test
    void aStateOfOtherMessagesIsReordered() {
        byte[] state = crashAtTenOfTwelve().state();
        state[8] ^= 1;
        book.wasRolledBack(state, 10);
        assertThat(book.verdict().reordered()).isEqualTo(1);
    }

    @Test
    void aStateThatSwallowsAnAnswerIsLost() {
        send(20);
        answer(room, 1, 8);
        room.receive(messages.get(8));
        room.receive(messages.get(9));
        book.wasRolledBack(room.state(), 10);
        answer(room, 11, 20);
        assertThat(book.verdict()).isEqualTo(new LedgerVerdict(20, 18, 2, 0, 0, 0, 0));
    }

    @Test
    void anAnswerThatTheStateHasOvertakenIsReordered() {
        send(20);
        answer(room, 1, 9);
        byte[] late = room.receive(messages.get(9));
        book.wasRolledBack(room.state(), 10);
        book.wasAnswered(late);
        answer(room, 11, 20);
        assertThat(book.verdict()).isEqualTo(new LedgerVerdict(20, 20, 0, 0, 1, 0, 0));
    }

    @Test
    void aGapIsNotForgivenByBeingUndone() {
        send(20);
        answer(room, 1, 10);
        LedgerRoom restored = room.copy();
        room.receive(messages.get(10));
        answer(room, 12, 13);
        book.wasRolledBack(restored.state(), 10);
        answer(restored, 11, 20);
        assertThat(book.verdict()).isEqualTo(new LedgerVerdict(20, 20, 1, 0, 0, 0, 2));
    }

    @Test
    void aStateFromARoomThatPromisedNeverToRollBackIsForeign() {
        LedgerBook strict = new LedgerBook(false);
        strict.wasRolledBack(new LedgerRoom().state(), 0);
        assertThat(strict.verdict().foreign()).isEqualTo(1);
    }

    @Test
    void aStateThatFitsNothingSentIsForeign() {
        send(3);
        byte[] huge = new LedgerRoom().state();
        huge[7] = 1;
        book.wasRolledBack(room.state(), 4);
        book.wasRolledBack(room.state(), -1);
        book.wasRolledBack(huge, 0);
        book.wasRolledBack(new byte[15], 0);
        assertThat(book.verdict().foreign()).isEqualTo(4);
    }

    /** Many crashes of a room that keeps a checkpoint now and then; clean, until one thing is done to it. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void anyChangeToARunWithRollbacksIsNoticed(long seed) {
        Random random = new Random(seed);
        for (int round = 0; round < 500; round++) {
            List<Object[]> told = runWithCrashes(random);
            assertThat(judge(told).clean())
                    .as("seed %d, round %d, unchanged", seed, round)
                    .isTrue();
            String change = change(told, random);
            assertThat(judge(told).clean())
                    .as("seed %d, round %d: %s", seed, round, change)
                    .isFalse();
        }
    }

    private static final int SENT = 20;

    /** What a player is told of 20 messages: {answer}, or {state, number}. */
    private static List<Object[]> runWithCrashes(Random random) {
        List<Object[]> told = new ArrayList<>();
        LedgerRoom ledger = new LedgerRoom();
        LedgerRoom checkpoint = ledger.copy();
        int contained = 0;
        int crashes = 0;
        for (int n = 1; n <= SENT; n++) {
            told.add(new Object[] {ledger.receive(LedgerRoom.message(n, n % 7))});
            if (random.nextInt(4) == 0) {
                checkpoint = ledger.copy();
                contained = n;
            }
            if (n > contained && crashes < 4 && (random.nextInt(6) == 0 || (n == SENT && crashes == 0))) {
                ledger = checkpoint.copy();
                told.add(new Object[] {ledger.state(), contained});
                n = contained;
                crashes++;
            }
        }
        return told;
    }

    private static LedgerVerdict judge(List<Object[]> told) {
        LedgerBook judge = new LedgerBook(true);
        for (int n = 1; n <= SENT; n++) judge.wasSent(LedgerRoom.message(n, n % 7));
        for (Object[] one : told) {
            if (one.length == 1) judge.wasAnswered((byte[]) one[0]);
            else judge.wasRolledBack((byte[]) one[0], (int) one[1]);
        }
        return judge.verdict();
    }

    private static String change(List<Object[]> told, Random random) {
        int at = random.nextInt(told.size());
        Object[] one = told.get(at);
        if (one.length == 2 && random.nextBoolean()) {
            int number = (int) one[1];
            told.set(at, new Object[] {one[0], number + (number == 0 || random.nextBoolean() ? 1 : -1)});
            return "state " + at + " with another number";
        }
        // A crash may swallow the last answers before it: nobody can tell that from one that came a little earlier.
        boolean beforeCrash = at + 1 < told.size() && told.get(at + 1).length == 2;
        if (one.length == 1 && !beforeCrash && random.nextBoolean()) {
            told.remove(at);
            return "answer " + at + " removed";
        }
        byte[] changed = ((byte[]) one[0]).clone();
        int bit = random.nextInt(8 * changed.length);
        changed[bit / 8] ^= (byte) (1 << bit % 8);
        Object[] copy = one.clone();
        copy[0] = changed;
        told.set(at, copy);
        return "bit " + bit + " of " + at + " flipped";
    }

    /** Twenty are sent and twelve answered; what comes back knows ten. */
    private LedgerRoom crashAtTenOfTwelve() {
        send(20);
        answer(room, 1, 10);
        LedgerRoom checkpoint = room.copy();
        answer(room, 11, 12);
        return checkpoint;
    }

    private void send(int count) {
        for (int n = 1; n <= count; n++) {
            byte[] message = LedgerRoom.message(n, n % 7);
            book.wasSent(message);
            messages.add(message);
        }
    }

    private void answer(LedgerRoom ledger, int from, int to) {
        for (int n = from; n <= to; n++) book.wasAnswered(ledger.receive(messages.get(n - 1)));
    }
}
