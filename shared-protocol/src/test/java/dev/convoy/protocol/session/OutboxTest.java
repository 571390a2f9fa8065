package dev.convoy.protocol.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.convoy.protocol.sim.Seeds;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class OutboxTest {
    private static final int SEEDS = 10_000;
    private static final int OPERATIONS = 100;

    private final Outbox outbox = new Outbox(10, 3, 100);

    /** What an outbox says, in the simplest way: all messages by number, and the marks. */
    private static final class Model {
        final TreeMap<Long, byte[]> messages = new TreeMap<>();
        final int messagesMax;
        final int bytesMax;
        long acknowledged;
        long transmitted;
        long released;
        long last;

        Model(long acknowledged, int messagesMax, int bytesMax) {
            this.acknowledged = acknowledged;
            this.transmitted = acknowledged;
            this.released = acknowledged;
            this.last = acknowledged;
            this.messagesMax = messagesMax;
            this.bytesMax = bytesMax;
        }

        boolean hasRoom(int bytes) {
            int held = messages.values().stream()
                    .mapToInt(message -> message.length)
                    .sum();
            return messages.size() < messagesMax && held + bytes <= bytesMax;
        }

        boolean acknowledge(long seq) {
            if (seq > released) return false;
            messages.headMap(seq, true).clear();
            acknowledged = Math.max(acknowledged, seq);
            transmitted = Math.max(transmitted, acknowledged);
            return true;
        }
    }

    @Test
    void itDoesWhatItsModelDoes() {
        Seeds.run(SEEDS, OutboxTest::compare);
    }

    @Test
    void numbersGoOnWhereTheyWere() {
        assertThat(outbox.append(new byte[1])).isEqualTo(11);
        assertThat(outbox.append(new byte[1])).isEqualTo(12);
    }

    @Test
    void itIsFullByMessagesOrByBytes() {
        outbox.append(new byte[50]);
        assertThat(outbox.hasRoom(50)).isTrue();
        assertThat(outbox.hasRoom(51)).isFalse();
        assertThatThrownBy(() -> outbox.append(new byte[51])).isInstanceOf(IllegalStateException.class);
        outbox.append(new byte[0]);
        outbox.append(new byte[0]);
        assertThat(outbox.hasRoom(0)).isFalse();
        assertThat(outbox.size()).isEqualTo(3);
        outbox.release(13);
        assertThat(outbox.acknowledge(11)).isTrue();
        assertThat(outbox.hasRoom(100)).isTrue();
    }

    @Test
    void whatWasNotReleasedCannotBeAcknowledged() {
        outbox.append(new byte[1]);
        assertThat(outbox.acknowledge(11)).isFalse();
        assertThat(outbox.acknowledged()).isEqualTo(10);
        outbox.release(100);
        assertThat(outbox.released()).isEqualTo(11);
        assertThat(outbox.acknowledge(12)).isFalse();
        assertThat(outbox.acknowledge(Long.MAX_VALUE)).isFalse();
        assertThat(outbox.acknowledge(11)).isTrue();
    }

    @Test
    void anOldAcknowledgementChangesNothing() {
        assertThat(outbox.acknowledge(3)).isTrue();
        assertThat(outbox.acknowledge(-1)).isTrue();
        assertThat(outbox.acknowledged()).isEqualTo(10);
    }

    @Test
    void aNewConvBeginsWithTheFirstMessageThatIsNotAcknowledged() {
        for (int i = 0; i < 3; i++) outbox.append(new byte[1]);
        outbox.release(12);
        outbox.transmit();
        outbox.transmit();
        assertThat(outbox.hasTransmittable()).isFalse();
        outbox.acknowledge(11);
        outbox.rewind();
        assertThat(outbox.peekTransmittable().seq()).isEqualTo(12);
        assertThat(outbox.transmit().seq()).isEqualTo(12);
        assertThat(outbox.hasTransmittable()).as("13 is not released").isFalse();
    }

    private static void compare(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        long first = random.nextInt(3);
        int messagesMax = 1 + random.nextInt(20);
        int bytesMax = 1 + random.nextInt(300);
        Model model = new Model(first, messagesMax, bytesMax);
        Outbox outbox = new Outbox(first, messagesMax, bytesMax);
        for (int i = 0; i < OPERATIONS; i++) {
            operate(random, model, outbox);
            boolean same = outbox.acknowledged() == model.acknowledged
                    && outbox.released() == model.released
                    && outbox.last() == model.last
                    && outbox.size() == model.messages.size()
                    && outbox.hasTransmittable() == model.transmitted < model.released;
            boolean ordered = outbox.acknowledged() <= outbox.released() && outbox.released() <= outbox.last();
            if (!same || !ordered || outbox.size() > messagesMax) throw new AssertionError("operation " + i);
        }
    }

    private static void operate(SplittableRandom random, Model model, Outbox outbox) {
        long seq = model.last - 10 + random.nextInt(13);
        switch (random.nextInt(8)) {
            case 0, 1, 2 -> append(new byte[random.nextInt(60)], model, outbox);
            case 3 -> {
                outbox.release(seq);
                model.released = Math.max(model.released, Math.min(seq, model.last));
            }
            case 4, 5 -> transmit(model, outbox);
            case 6 -> assertEqual(outbox.acknowledge(seq), model.acknowledge(seq));
            default -> {
                if (random.nextInt(4) == 0) {
                    outbox.rewind();
                    model.transmitted = model.acknowledged;
                }
                List<Long> above =
                        outbox.above(seq).stream().map(Outbox.Entry::seq).toList();
                assertEqual(
                        above, List.copyOf(model.messages.tailMap(seq, false).keySet()));
            }
        }
    }

    @Test
    void afterACrashWhatStandsComesFirstAndThenWhatWasSaidSince() {
        Outbox outbox = new Outbox(10, 2, 100);
        outbox.append(new byte[] {1});
        outbox.append(new byte[] {2});
        outbox.rollForward(20, new byte[] {9}, 11);
        outbox.release(outbox.last());
        assertThat(outbox.acknowledged()).isEqualTo(20);
        assertThat(outbox.above(0))
                .extracting(entry -> entry.seq() + ":" + entry.message()[0] + ":" + entry.isState())
                .containsExactly("21:9:true", "22:2:false");
        outbox.rollForward(12, new byte[] {8}, 11);
        assertThat(outbox.above(0))
                .as("behind every number that was ever given, and one state only")
                .extracting(entry -> entry.seq() + ":" + entry.message()[0])
                .containsExactly("23:8", "24:2");
    }

    private static void append(byte[] message, Model model, Outbox outbox) {
        assertEqual(outbox.hasRoom(message.length), model.hasRoom(message.length));
        if (!outbox.hasRoom(message.length)) return;
        model.messages.put(++model.last, message);
        assertEqual(outbox.append(message), model.last);
    }

    private static void transmit(Model model, Outbox outbox) {
        if (!outbox.hasTransmittable()) return;
        Outbox.Entry entry = outbox.transmit();
        assertEqual(entry.seq(), ++model.transmitted);
        if (entry.message() != model.messages.get(entry.seq())) throw new AssertionError("another message");
    }

    private static void assertEqual(Object actual, Object expected) {
        if (!actual.equals(expected)) throw new AssertionError(actual + " instead of " + expected);
    }
}
