package dev.convoy.protocol.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.convoy.protocol.kcp.DropReason;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Messages that may be lost: beside KCP, newest only. */
class VolatileTest extends LinkPair {
    private static final long LATER_MS = START_MS + 5;

    @Test
    void aVolatileMessageArrivesOnItsChannel() {
        client.sendVolatile(7, bytes("here"));
        carry(client, server, START_MS);
        assertThat(taken(server)).containsExactly("7:here");
    }

    @Test
    void onlyTheNewestOfAChannelLeaves() {
        client.sendVolatile(1, bytes("old"));
        client.sendVolatile(2, bytes("other"));
        client.sendVolatile(1, bytes("new"));
        carry(client, server, START_MS);
        assertThat(taken(server)).containsExactly("1:new", "2:other");
        assertThat(transmit(client, START_MS)).isEmpty();
    }

    @Test
    void onlyTheNewestOfAChannelIsTaken() {
        for (int i = 1; i <= 3; i++) {
            client.sendVolatile(0, bytes("at " + i));
            carry(client, server, START_MS);
        }
        assertThat(taken(server)).containsExactly("0:at 3");
    }

    @Test
    void whatWasOvertakenOnTheWayIsDroppedAndSoIsWhatComesTwice() {
        client.sendVolatile(0, bytes("first"));
        byte[] first = transmit(client, START_MS).get(0);
        client.sendVolatile(0, bytes("second"));
        byte[] second = transmit(client, START_MS).get(0);
        for (byte[] datagram : List.of(second, first, second)) server.input(datagram, 0, datagram.length, START_MS);
        assertThat(taken(server)).containsExactly("0:second");
        server.input(second, 0, second.length, START_MS);
        server.input(first, 0, first.length, START_MS);
        assertThat(taken(server)).isEmpty();
    }

    @Test
    void aLostVolatileMessageDelaysNoNumberedOne() {
        say(clientOutbox, "one");
        client.sendVolatile(0, bytes("lost"));
        for (byte[] sent : transmit(client, START_MS)) {
            if (!VolatileLane.isOne(sent, 0, sent.length)) server.input(sent, 0, sent.length, START_MS);
        }
        say(clientOutbox, "two");
        carry(client, server, LATER_MS);
        assertThat(server.poll()).isEqualTo(LinkEvent.MESSAGE);
        assertThat(server.poll()).as("at once, without a repetition").isEqualTo(LinkEvent.MESSAGE);
        assertThat(text(server.frame().payload())).isEqualTo("two");
    }

    @Test
    void aNumberedMessageThatIsStuckDelaysNoVolatileOne() {
        say(clientOutbox, "lost");
        lose(client, START_MS);
        client.sendVolatile(0, bytes("here"));
        carry(client, server, START_MS);
        assertThat(taken(server)).containsExactly("0:here");
    }

    @Test
    void theLargestFitsIntoADatagramOfTheSealedSuiteAndALargerOneIsRefused() {
        client.sendVolatile(255, new byte[SessionLink.VOLATILE_BYTES_MAX]);
        byte[] sent = transmit(client, START_MS).get(0);
        assertThat(sent.length).isLessThanOrEqualTo(1_180);
        server.input(sent, 0, sent.length, START_MS);
        assertThat(server.poll()).isEqualTo(LinkEvent.VOLATILE);
        assertThat(server.frame().payload()).hasSize(SessionLink.VOLATILE_BYTES_MAX);
        byte[] larger = new byte[SessionLink.VOLATILE_BYTES_MAX + 1];
        assertThatThrownBy(() -> client.sendVolatile(0, larger)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> client.sendVolatile(256, new byte[1])).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> client.sendVolatile(-1, new byte[1])).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void anEmptyOneIsAMessage() {
        client.sendVolatile(3, new byte[0]);
        carry(client, server, START_MS);
        assertThat(taken(server)).containsExactly("3:");
    }

    @Test
    void oneForAnotherConvIsDropped() {
        client.sendVolatile(0, bytes("here"));
        byte[] sent = transmit(client, START_MS).get(0);
        sent[0] ^= 1;
        assertThat(server.input(sent, 0, sent.length, START_MS)).isEqualTo(DropReason.WRONG_CONV);
        assertThat(server.poll()).isEqualTo(LinkEvent.NONE);
        assertThat(server.hasHeard()).isFalse();
    }

    @Test
    void oneThatIsCutOffIsDropped() {
        client.sendVolatile(0, new byte[0]);
        byte[] sent = transmit(client, START_MS).get(0);
        for (int length = 0; length < sent.length; length++) {
            assertThat(server.input(sent, 0, length, START_MS)).isNotEqualTo(DropReason.NONE);
        }
        assertThat(server.poll()).isEqualTo(LinkEvent.NONE);
    }

    @Test
    void inKcpItBreaksTheLink() {
        Frames.volatileHeader(scratch, 0, 0, 1);
        assertThat(afterFrame(10)).isEqualTo(LinkEvent.BROKEN);
    }

    @Test
    void aReleasedLinkNeitherSendsNorTakesAny() {
        client.sendVolatile(0, bytes("here"));
        byte[] sent = transmit(client, START_MS).get(0);
        client.release();
        client.sendVolatile(0, bytes("late"));
        assertThat(client.pollTransmit(datagram, 0)).isZero();
        server.release();
        assertThat(server.input(sent, 0, sent.length, START_MS)).isEqualTo(DropReason.RELEASED);
    }

    @Test
    void whoeverSendsOnlyVolatileOnesIsOwedNothingAndIsNotSilent() {
        client.sendVolatile(0, bytes("here"));
        lose(client, START_MS);
        assertThat(client.isSilent(START_MS + LinkTimes.CLIENT.silenceMs() + 1)).isFalse();
        client.sendVolatile(0, bytes("here"));
        carry(client, server, START_MS + 29_000);
        assertThat(server.isSilent(START_MS + 58_000)).isFalse();
    }

    @Test
    void onABadNetworkEachChannelOnlyGoesForward() {
        for (long seed = 1; seed <= 50; seed++) {
            Random random = new Random(seed);
            SessionLink client = link(clientOutbox, clientInbox, LinkTimes.CLIENT, START_MS);
            SessionLink server = link(serverOutbox, serverInbox, LinkTimes.NODE, START_MS);
            List<byte[]> onTheWay = new ArrayList<>();
            int[] sent = new int[3];
            for (int i = 0; i < 200; i++) {
                int channel = random.nextInt(sent.length);
                client.sendVolatile(channel, bytes(String.valueOf(++sent[channel])));
                if (random.nextInt(3) > 0) onTheWay.addAll(transmit(client, START_MS));
            }
            onTheWay.addAll(List.copyOf(onTheWay.subList(0, onTheWay.size() / 4)));
            Collections.shuffle(onTheWay, random);
            int[] newest = new int[sent.length];
            for (byte[] datagram : onTheWay) {
                if (random.nextInt(5) == 0) continue;
                server.input(datagram, 0, datagram.length, START_MS);
                if (random.nextBoolean()) requireForward(server, newest, seed);
            }
            requireForward(server, newest, seed);
            assertThat(Arrays.stream(newest).sum()).as("seed %d", seed).isPositive();
        }
    }

    private static void requireForward(SessionLink server, int[] newest, long seed) {
        for (String taken : taken(server)) {
            int colon = taken.indexOf(':');
            int channel = Integer.parseInt(taken.substring(0, colon));
            int number = Integer.parseInt(taken.substring(colon + 1));
            assertThat(number).as("seed %d", seed).isGreaterThan(newest[channel]);
            newest[channel] = number;
        }
    }

    private static List<String> taken(SessionLink link) {
        List<String> taken = new ArrayList<>();
        for (LinkEvent event = link.poll(); event != LinkEvent.NONE; event = link.poll()) {
            assertThat(event).isEqualTo(LinkEvent.VOLATILE);
            taken.add(link.frame().channel() + ":" + text(link.frame().payload()));
        }
        return taken;
    }
}
