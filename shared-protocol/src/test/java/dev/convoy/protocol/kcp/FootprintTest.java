package dev.convoy.protocol.kcp;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a conversation takes: no garbage in the steady state, little memory when idle. */
class FootprintTest {
    private static final int CONV = 7;
    private static final int IDLE_BYTES_MAX = 1024;

    private final SegmentPool pool = new SegmentPool();
    private final byte[] datagram = new byte[1200];
    private final byte[] message = new byte[3_000];
    private long nowMs = 1;

    @Test
    void aMessageMakesNoGarbage() {
        Kcp a = new Kcp(CONV, KcpSettings.turbo(), pool);
        Kcp b = new Kcp(CONV, KcpSettings.turbo(), pool);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long thread = Thread.currentThread().getId();
        exchange(a, b, 20_000);
        long before = threads.getThreadAllocatedBytes(thread);
        exchange(a, b, 20_000);
        long allocated = threads.getThreadAllocatedBytes(thread) - before;
        assertThat(allocated)
                .as("bytes for 20,000 bursts of messages, some of them lost")
                .isLessThan(20_000);
    }

    @Test
    void anIdleConversationTakesLittleHeap() {
        int count = 20_000;
        List<Kcp> sessions = new ArrayList<>(count);
        exchangeAndKeep(sessions, 10);
        long before = usedHeap();
        exchangeAndKeep(sessions, count);
        long perSession = (usedHeap() - before) / count;
        assertThat(perSession).isLessThanOrEqualTo(IDLE_BYTES_MAX);
        assertThat(pool.segmentsInUse()).isZero();
        assertThat(sessions).hasSize(count + 10);
    }

    private void exchangeAndKeep(List<Kcp> sessions, int count) {
        for (int i = 0; i < count; i++) {
            Kcp a = new Kcp(CONV, KcpSettings.turbo(), pool);
            Kcp b = new Kcp(CONV, KcpSettings.turbo(), pool);
            exchange(a, b, 4);
            sessions.add(a);
        }
    }

    /** Bursts of messages one way and an answer the other; every seventh datagram is lost, and sent again in time. */
    private void exchange(Kcp a, Kcp b, int rounds) {
        int sent = 0;
        for (int round = 0; round < rounds; round++) {
            for (int i = 0; i < 20; i++) {
                a.send(message, 0, i == 0 ? 3_000 : 60);
            }
            b.send(message, 0, 60);
            do {
                nowMs += 10;
                sent = carry(a, b, sent);
                sent = carry(b, a, sent);
            } while (a.waitingToSend() > 0 || b.waitingToSend() > 0);
            nowMs += 10;
            sent = carry(a, b, sent);
        }
    }

    private int carry(Kcp from, Kcp to, int sentBefore) {
        int sent = sentBefore;
        from.flush(nowMs);
        for (int bytes = from.pollTransmit(datagram, 0); bytes > 0; bytes = from.pollTransmit(datagram, 0)) {
            if (++sent % 7 != 0) {
                to.input(datagram, 0, bytes, nowMs);
            }
        }
        while (to.receive(message, 0) >= 0) {}
        return sent;
    }

    private static long usedHeap() {
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }
}
