package dev.convoy.protocol.kcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the owner of a conversation may rely on. */
class KcpTest {
    private static final int CONV = 0x8100_0001;

    private final SegmentPool pool = new SegmentPool();
    private final Kcp a = new Kcp(CONV, KcpSettings.turbo(), pool);
    private final Kcp b = new Kcp(CONV, KcpSettings.turbo(), pool);

    @Test
    void aMessageArrivesWhole() {
        byte[] message = bytes(5_000);
        assertThat(a.send(message, 0, message.length)).isEqualTo(SendResult.ACCEPTED);
        a.flush(1);
        carry(a, b, 1);
        assertThat(b.peekSize()).isEqualTo(5_000);
        byte[] into = new byte[5_010];
        assertThat(b.receive(into, 10)).isEqualTo(5_000);
        assertThat(Arrays.copyOfRange(into, 10, 5_010)).isEqualTo(message);
        assertThat(b.receive(into, 0)).isEqualTo(-1);
    }

    @Test
    void aMessageThatDoesNotFitStaysWhereItIs() {
        a.send(bytes(100), 0, 100);
        a.flush(1);
        carry(a, b, 1);
        assertThatThrownBy(() -> b.receive(new byte[99], 0)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThat(b.receive(new byte[100], 0)).isEqualTo(100);
    }

    @Test
    void anEmptyMessageIsAMessage() {
        a.send(new byte[0], 0, 0);
        a.flush(1);
        carry(a, b, 1);
        assertThat(b.peekSize()).isZero();
        assertThat(b.receive(new byte[0], 0)).isZero();
    }

    @Test
    void aConversationWithNothingToDoAsksForNoTimer() {
        assertThat(a.nextTimeoutMs(5)).isEqualTo(Long.MAX_VALUE);
        a.send(bytes(10), 0, 10);
        assertThat(a.nextTimeoutMs(5)).isEqualTo(5);
        a.handleTimeout(5);
        carry(a, b, 5);
        assertThat(a.nextTimeoutMs(6)).as("the retransmission").isEqualTo(205);
        assertThat(b.nextTimeoutMs(6)).as("the acknowledgement").isEqualTo(6);
        b.handleTimeout(6);
        carry(b, a, 7);
        assertThat(a.nextTimeoutMs(8)).isEqualTo(Long.MAX_VALUE);
        assertThat(b.nextTimeoutMs(8)).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void theRoundTripIsLearntFromTheFirstMessage() {
        a.send(bytes(10), 0, 10);
        a.flush(100);
        carry(a, b, 120);
        b.flush(120);
        carry(b, a, 140);
        assertThat(a.roundTrip().smoothedMs()).isEqualTo(40);
    }

    @Test
    void aFullQueueSaysSoAndQueuesNothing() {
        Kcp small = new Kcp(CONV, KcpSettings.builder().sendQueueSegmentsMax(3).build(), pool);
        assertThat(small.send(bytes(2_000), 0, 2_000)).isEqualTo(SendResult.ACCEPTED);
        assertThat(small.send(bytes(2_000), 0, 2_000)).isEqualTo(SendResult.QUEUE_FULL);
        assertThat(small.waitingToSend()).isEqualTo(2);
        assertThat(small.send(bytes(9_000), 0, 9_000)).isEqualTo(SendResult.TOO_LARGE);
        assertThat(small.send(bytes(1), 0, 1)).isEqualTo(SendResult.ACCEPTED);
    }

    @Test
    void aReleasedConversationHoldsNothingAndTakesNothing() {
        a.send(bytes(5_000), 0, 5_000);
        a.flush(1);
        List<byte[]> datagrams = transmit(a);
        b.input(datagrams.get(0), 0, datagrams.get(0).length, 1);
        b.input(datagrams.get(2), 0, datagrams.get(2).length, 1);
        a.send(bytes(10), 0, 10);
        a.release();
        b.release();
        assertThat(pool.segmentsInUse()).isZero();
        assertThat(b.input(datagrams.get(1), 0, datagrams.get(1).length, 2)).isEqualTo(DropReason.RELEASED);
        assertThat(a.send(bytes(1), 0, 1)).isEqualTo(SendResult.QUEUE_FULL);
        assertThat(a.nextTimeoutMs(3)).isEqualTo(Long.MAX_VALUE);
    }

    private static void carry(Kcp from, Kcp to, long nowMs) {
        for (byte[] datagram : transmit(from)) {
            assertThat(to.input(datagram, 0, datagram.length, nowMs)).isEqualTo(DropReason.NONE);
        }
    }

    private static List<byte[]> transmit(Kcp from) {
        List<byte[]> datagrams = new ArrayList<>();
        byte[] buffer = new byte[1200];
        for (int bytes = from.pollTransmit(buffer, 0); bytes > 0; bytes = from.pollTransmit(buffer, 0)) {
            datagrams.add(Arrays.copyOf(buffer, bytes));
        }
        return datagrams;
    }

    private static byte[] bytes(int length) {
        return "convoy ".repeat(length / 7 + 1).substring(0, length).getBytes(StandardCharsets.US_ASCII);
    }
}
