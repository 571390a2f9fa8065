package dev.convoy.protocol.kcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.convoy.protocol.sim.LinkModel;
import dev.convoy.protocol.sim.Seeds;
import dev.convoy.protocol.sim.SimLink;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * Two ends over bad networks in virtual time, each seed another network, other settings and other applications: every message arrives
 * exactly once and in order, and afterwards both ends hold nothing and want no timer.
 */
class SimulationTest {
    private static final int SEEDS = 2_500;
    private static final List<CongestionControl.Factory> CONGESTION =
            List.of(Congestion.NONE, Congestion.REFERENCE, Congestion.PACED);
    private static final int CONV = 0xFE00_0001;
    private static final long LIMIT_MS = 60 * 60_000L;

    @Test
    void everyMessageArrivesOnceAndInOrder() {
        Seeds.run(SEEDS, SimulationTest::simulate);
    }

    private static void simulate(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        long startMs = random.nextInt(3) == 0 ? 0xffff_ffffL - random.nextInt(3_000) : random.nextInt(1 << 30);
        SimLink forth = new SimLink(link(random, startMs), random.nextLong());
        SimLink back = new SimLink(link(random, startMs), random.nextLong());
        SegmentPool pool = new SegmentPool();
        KcpSettings settings = settings(random);
        SimEnd a = end(random, settings, pool, forth, seed);
        SimEnd b = end(random, other(random, settings), pool, back, ~seed);
        a.willSend(1 + random.nextInt(80), random.nextInt(30), messageBytesMax(random, settings));
        b.willSend(random.nextInt(80), random.nextInt(30), messageBytesMax(random, settings));

        long endMs = runUntilDone(a, b, forth, back, startMs);

        assertThat(b.received() + b.streamBytes()).isEqualTo(settings.stream() ? a.streamSent() : a.created());
        assertThat(a.received() + a.streamBytes()).isEqualTo(settings.stream() ? b.streamSent() : b.created());
        assertThat(a.kcp.nextTimeoutMs(endMs)).isEqualTo(Long.MAX_VALUE);
        assertThat(b.kcp.nextTimeoutMs(endMs)).isEqualTo(Long.MAX_VALUE);
        assertThat(pool.segmentsInUse()).as("segments held by idle ends").isZero();
        assertThat(a.kcp.isDead() || b.kcp.isDead()).isFalse();
    }

    private static long runUntilDone(SimEnd a, SimEnd b, SimLink forth, SimLink back, long startMs) {
        long nowMs = startMs;
        while (nowMs < startMs + LIMIT_MS) {
            a.run(back, nowMs);
            b.run(forth, nowMs);
            long nextMs = Math.min(
                    Math.min(forth.nextArrivalMs(), back.nextArrivalMs()),
                    Math.min(a.nextEventMs(nowMs), b.nextEventMs(nowMs)));
            if (nextMs == Long.MAX_VALUE) {
                assertThat(a.hasSentAll() && b.hasSentAll())
                        .as("nothing will happen any more, but not everything has arrived")
                        .isTrue();
                return nowMs;
            }
            nowMs = Math.max(nowMs + 1, nextMs);
        }
        throw new AssertionError("not done after " + LIMIT_MS + " ms");
    }

    private static LinkModel link(SplittableRandom random, long startMs) {
        int delayMs = random.nextInt(150);
        LinkModel link = LinkModel.clean(delayMs);
        if (random.nextBoolean()) {
            link = link.withDelay(delayMs, delayMs + 1 + random.nextInt(120));
        }
        if (random.nextBoolean()) {
            link = link.withLoss(random.nextDouble() * 0.4);
        }
        if (random.nextInt(3) == 0) {
            link = link.withBursts(random.nextDouble() * 0.05, 1 + random.nextInt(12));
        }
        if (random.nextInt(3) == 0) {
            link = link.withDuplication(random.nextDouble() * 0.5);
        }
        if (random.nextInt(3) == 0) {
            link = link.withReordering(random.nextDouble() * 0.5, 1 + random.nextInt(300));
        }
        if (random.nextInt(4) == 0) {
            long fromMs = startMs + random.nextInt(2_000);
            link = link.withBlackout(fromMs, fromMs + random.nextInt(20_000));
        }
        return random.nextBoolean() ? link.inOrder() : link;
    }

    private static KcpSettings settings(SplittableRandom random) {
        int level = random.nextInt(3);
        return KcpSettings.builder()
                .mtuBytes(random.nextBoolean() ? 1200 : 60 + random.nextInt(1300))
                .sendWindowSegments(1 + random.nextInt(200))
                .receiveWindowSegments(128 + random.nextInt(200))
                .sendQueueSegmentsMax(130 + random.nextInt(500))
                .noDelayLevel(level)
                .intervalMs(10 + random.nextInt(50))
                .fastResendAfter(random.nextInt(4))
                .fastResendLimit(random.nextInt(6))
                .deadAfterSilenceMs(120_000)
                .timeoutMinMs(level == 0 ? 100 : 30)
                .insureResendAfterMs(random.nextInt(3) * 15)
                .congestion(CONGESTION.get(random.nextInt(CONGESTION.size())))
                .stream(random.nextInt(4) == 0)
                .firstSequence(random.nextInt(3) == 0 ? -random.nextInt(100) : random.nextInt())
                .build();
    }

    /** The other end agrees on stream mode and first number only. */
    private static KcpSettings other(SplittableRandom random, KcpSettings settings) {
        return settings(random).toBuilder().stream(settings.stream())
                .firstSequence(settings.firstSequence())
                .build();
    }

    private static int messageBytesMax(SplittableRandom random, KcpSettings settings) {
        int segmentBytes = Math.min(36, settings.segmentBytes());
        boolean large = random.nextInt(4) == 0 && settings.sendWindowSegments() >= 32;
        return large ? segmentBytes * 100 : 1 + random.nextInt(300);
    }

    private static SimEnd end(SplittableRandom random, KcpSettings settings, SegmentPool pool, SimLink out, long seed) {
        int readEveryMs = random.nextInt(4) == 0 ? random.nextInt(200) : 0;
        return new SimEnd(
                new Kcp(CONV, settings, pool), out, seed, settings.stream(), random.nextBoolean(), readEveryMs);
    }
}
