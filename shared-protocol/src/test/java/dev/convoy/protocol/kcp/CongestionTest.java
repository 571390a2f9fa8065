package dev.convoy.protocol.kcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.convoy.protocol.sim.LinkModel;
import dev.convoy.protocol.sim.SimLink;
import org.junit.jupiter.api.Test;

/** A transfer through a bottleneck of 10 Mbit/s with 40 ms round trip, in virtual time. */
class CongestionTest {
    private static final int BYTES_PER_MS = 1_250;
    private static final int QUEUE_BYTES_MAX = 100_000;
    private static final int DURATION_MS = 10_000;
    private static final int MESSAGE_BYTES = 1_000;

    @Test
    void pacedFillsACleanPath() {
        assertThat(goodput(Congestion.PACED, 0)).isGreaterThan(0.85);
    }

    @Test
    void pacedIsNotSlowedByLossesThatComeByChance() {
        assertThat(goodput(Congestion.PACED, 0.05)).isGreaterThan(0.6);
        assertThat(goodput(Congestion.REFERENCE, 0.05)).isLessThan(0.2);
    }

    /** Delivered as a part of what the bottleneck could have carried. */
    private static double goodput(CongestionControl.Factory congestion, double loss) {
        KcpSettings settings =
                KcpSettings.bulk().toBuilder().congestion(congestion).build();
        SegmentPool pool = new SegmentPool();
        Kcp from = new Kcp(1, settings, pool);
        Kcp to = new Kcp(1, settings, pool);
        LinkModel path = LinkModel.clean(20).withLoss(loss).inOrder();
        SimLink forth = new SimLink(path.withBandwidth(BYTES_PER_MS, QUEUE_BYTES_MAX), 1);
        SimLink back = new SimLink(path, 2);
        byte[] buffer = new byte[2_048];
        long delivered = 0;
        for (long nowMs = 1; nowMs <= DURATION_MS; nowMs++) {
            while (from.waitingToSend() < 2_048) {
                from.send(buffer, 0, MESSAGE_BYTES);
            }
            deliver(forth, to, nowMs);
            deliver(back, from, nowMs);
            while (to.receive(buffer, 0) >= 0) {
                delivered += MESSAGE_BYTES;
            }
            transmit(from, forth, nowMs, buffer);
            transmit(to, back, nowMs, buffer);
        }
        return (double) delivered / ((double) BYTES_PER_MS * DURATION_MS);
    }

    private static void deliver(SimLink link, Kcp to, long nowMs) {
        for (byte[] datagram = link.poll(nowMs); datagram != null; datagram = link.poll(nowMs)) {
            to.input(datagram, 0, datagram.length, nowMs);
        }
    }

    private static void transmit(Kcp kcp, SimLink out, long nowMs, byte[] buffer) {
        kcp.flush(nowMs);
        for (int bytes = kcp.pollTransmit(buffer, 0); bytes > 0; bytes = kcp.pollTransmit(buffer, 0)) {
            out.send(buffer, 0, bytes, nowMs);
        }
    }
}
