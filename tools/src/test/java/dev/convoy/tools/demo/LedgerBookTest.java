package dev.convoy.tools.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each mishap that the demo promises to notice, made on purpose. */
class LedgerBookTest {
    private final LedgerBook book = new LedgerBook(false);
    private final LedgerRoom room = new LedgerRoom();

    @Test
    void aCleanRunIsClean() {
        for (byte[] message : sent(50)) book.wasAnswered(room.receive(message));
        assertThat(book.verdict()).isEqualTo(new LedgerVerdict(50, 50, 0, 0, 0, 0, 0));
        assertThat(book.verdict().clean()).isTrue();
    }

    @Test
    void anAnswerSaysWhichMessageItAnswersForTheFirstTime() {
        byte[] message = sent(1).get(0);
        byte[] answer = room.receive(message);
        assertThat(book.wasAnswered(answer)).isEqualTo(1);
        assertThat(book.wasAnswered(answer)).isZero();
    }

    @Test
    void aMessageThatNeverReachedTheRoomIsLost() {
        List<byte[]> messages = sent(10);
        messages.remove(4);
        for (byte[] message : messages) book.wasAnswered(room.receive(message));
        assertThat(book.verdict()).isEqualTo(new LedgerVerdict(10, 9, 1, 0, 0, 0, 0));
    }

    @Test
    void theLastMessageUnansweredIsLost() {
        List<byte[]> messages = sent(10);
        for (byte[] message : messages.subList(0, 9)) book.wasAnswered(room.receive(message));
        assertThat(book.verdict().lost()).isEqualTo(1);
    }

    @Test
    void anAnswerThatNeverCameIsLost() {
        List<byte[]> messages = sent(10);
        for (int i = 0; i < 10; i++) {
            byte[] answer = room.receive(messages.get(i));
            if (i != 6) book.wasAnswered(answer);
        }
        assertThat(book.verdict()).isEqualTo(new LedgerVerdict(10, 9, 1, 0, 0, 0, 0));
    }

    @Test
    void aRoomRestoredFromTooOldAStateHasLostWhatItAnswered() {
        List<byte[]> messages = sent(10);
        for (byte[] message : messages.subList(0, 5)) book.wasAnswered(room.receive(message));
        LedgerRoom restored = room.copy();
        for (byte[] message : messages.subList(5, 8)) book.wasAnswered(room.receive(message));
        for (byte[] message : messages.subList(8, 10)) book.wasAnswered(restored.receive(message));
        assertThat(book.verdict()).isEqualTo(new LedgerVerdict(10, 10, 3, 0, 0, 0, 0));
    }

    @Test
    void aMessageThatTheRoomReceivedTwiceIsDuplicatedOnce() {
        List<byte[]> messages = sent(10);
        messages.add(5, messages.get(4));
        for (byte[] message : messages) book.wasAnswered(room.receive(message));
        assertThat(book.verdict()).isEqualTo(new LedgerVerdict(10, 10, 0, 1, 0, 0, 0));
    }

    @Test
    void aMessageAppliedTwiceBehindOneAnswerIsDuplicated() {
        for (byte[] message : sent(10)) {
            if (message[0] == 5) room.receive(message);
            book.wasAnswered(room.receive(message));
        }
        assertThat(book.verdict()).isEqualTo(new LedgerVerdict(10, 10, 0, 1, 0, 0, 0));
    }

    @Test
    void anAnswerThatCameTwiceIsDuplicated() {
        for (byte[] message : sent(10)) {
            byte[] answer = room.receive(message);
            book.wasAnswered(answer);
            if (message[0] == 10) book.wasAnswered(answer);
        }
        assertThat(book.verdict()).isEqualTo(new LedgerVerdict(10, 10, 0, 1, 0, 0, 0));
    }

    @Test
    void oneLostAndOneDoubledDoNotCancelOut() {
        List<byte[]> messages = sent(10);
        messages.set(4, messages.get(5));
        for (byte[] message : messages) book.wasAnswered(room.receive(message));
        assertThat(book.verdict().lost()).isEqualTo(1);
        assertThat(book.verdict().duplicated()).isEqualTo(1);
    }

    @Test
    void twoSwappedOnTheWayToTheRoomAreReordered() {
        List<byte[]> messages = sent(10);
        Collections.swap(messages, 4, 5);
        for (byte[] message : messages) book.wasAnswered(room.receive(message));
        assertThat(book.verdict()).isEqualTo(new LedgerVerdict(10, 10, 0, 0, 1, 0, 0));
    }

    @Test
    void twoSwappedBehindTheirAnswersAreReordered() {
        List<byte[]> messages = sent(10);
        List<byte[]> applied = new ArrayList<>(messages);
        Collections.swap(applied, 4, 5);
        LedgerRoom swapping = new LedgerRoom();
        for (int i = 0; i < 10; i++) {
            byte[] answer = swapping.receive(applied.get(i));
            answer[16] = (byte) (i + 1);
            book.wasAnswered(answer);
        }
        assertThat(book.verdict()).isEqualTo(new LedgerVerdict(10, 10, 0, 0, 1, 0, 0));
    }

    @Test
    void twoAnswersSwappedAreReordered() {
        List<byte[]> answers = new ArrayList<>();
        for (byte[] message : sent(10)) answers.add(room.receive(message));
        Collections.swap(answers, 7, 8);
        for (byte[] answer : answers) book.wasAnswered(answer);
        assertThat(book.verdict().reordered()).isEqualTo(1);
        assertThat(book.verdict().clean()).isFalse();
    }

    @Test
    void otherBytesUnderTheRightNumberAreReordered() {
        List<byte[]> messages = sent(10);
        messages.set(3, LedgerRoom.message(4, 99));
        for (byte[] message : messages) book.wasAnswered(room.receive(message));
        assertThat(book.verdict()).isEqualTo(new LedgerVerdict(10, 10, 0, 0, 1, 0, 0));
    }

    @Test
    void aWrongHashInASingleAnswerIsSeen() {
        for (byte[] message : sent(10)) {
            byte[] answer = room.receive(message);
            if (message[0] == 7) answer[8] ^= 1;
            book.wasAnswered(answer);
        }
        assertThat(book.verdict()).isEqualTo(new LedgerVerdict(10, 10, 0, 0, 1, 0, 0));
    }

    @Test
    void anAnswerForSomethingNeverSentIsForeign() {
        sent(3);
        book.wasAnswered(LedgerRoom.answer(1, 0, 4));
        book.wasAnswered(LedgerRoom.answer(1, 0, 0));
        book.wasAnswered(LedgerRoom.answer(1, 0, -1));
        assertThat(book.verdict().foreign()).isEqualTo(3);
    }

    @Test
    void anAnswerOfAnotherLengthIsForeign() {
        sent(3);
        book.wasAnswered(new byte[23]);
        book.wasAnswered(new byte[0]);
        assertThat(book.verdict().foreign()).isEqualTo(2);
    }

    @Test
    void aRoomThatStartedAnewHasLostEverything() {
        List<byte[]> messages = sent(10);
        for (byte[] message : messages.subList(0, 6)) book.wasAnswered(room.receive(message));
        LedgerRoom anew = new LedgerRoom();
        for (byte[] message : messages.subList(6, 10)) book.wasAnswered(anew.receive(message));
        assertThat(book.verdict().lost()).isEqualTo(6);
    }

    /** Any one thing done to a clean list of answers is noticed, whatever and wherever it is. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void anyChangeToTheAnswersIsNoticed(long seed) {
        Random random = new Random(seed);
        for (int round = 0; round < 500; round++) {
            LedgerBook judge = new LedgerBook(false);
            LedgerRoom ledger = new LedgerRoom();
            List<byte[]> answers = new ArrayList<>();
            for (int n = 1; n <= 20; n++) {
                byte[] message = LedgerRoom.message(n, random.nextInt(20));
                judge.wasSent(message);
                answers.add(ledger.receive(message));
            }
            String change = change(answers, random);
            for (byte[] answer : answers) judge.wasAnswered(answer);
            assertThat(judge.verdict().clean())
                    .as("seed %d, round %d: %s", seed, round, change)
                    .isFalse();
        }
    }

    private static String change(List<byte[]> answers, Random random) {
        int at = random.nextInt(answers.size());
        switch (random.nextInt(4)) {
            case 0 -> {
                answers.remove(at);
                return "answer " + at + " removed";
            }
            case 1 -> {
                answers.add(random.nextInt(answers.size() + 1), answers.get(at));
                return "answer " + at + " doubled";
            }
            case 2 -> {
                int other = (at + 1 + random.nextInt(answers.size() - 1)) % answers.size();
                Collections.swap(answers, at, other);
                return "answers " + at + " and " + other + " swapped";
            }
            default -> {
                byte[] changed = answers.get(at).clone();
                int bit = random.nextInt(8 * changed.length);
                changed[bit / 8] ^= (byte) (1 << bit % 8);
                answers.set(at, changed);
                return "bit " + bit + " of answer " + at + " flipped";
            }
        }
    }

    private List<byte[]> sent(int messages) {
        List<byte[]> list = new ArrayList<>();
        for (int n = 1; n <= messages; n++) {
            byte[] message = LedgerRoom.message(n, n % 7);
            book.wasSent(message);
            list.add(message);
        }
        return list;
    }
}
