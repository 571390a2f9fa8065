package dev.convoy.protocol.kcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.convoy.protocol.sim.Seeds;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * Datagrams of real conversations, broken in many ways, given to an end: nothing throws, memory stays bounded, and the conversation goes on
 * afterwards. {@code -Dfuzz.datagrams=COUNT} makes it longer or shorter.
 */
class FuzzTest {
    private static final long DATAGRAMS = Long.getLong("fuzz.datagrams", 6_000_000);
    private static final int DATAGRAMS_PER_SEED = 10_000;
    private static final int CONV = 0x8765_4321;
    private static final int WINDOW = 128;
    private static final int[] INTERESTING = {
        0, 1, -1, 2, 127, 128, 255, 256, 0x7fff_ffff, 0x8000_0000, 0x7fff_fffe, 0xffff_0000, 1_376, 65_535, CONV
    };
    private static final KcpSettings SETTINGS = KcpSettings.builder()
            .sendWindowSegments(WINDOW)
            .receiveWindowSegments(WINDOW)
            .build();

    @Test
    void brokenDatagramsDoNoHarm() {
        Seeds.run((int) (DATAGRAMS / DATAGRAMS_PER_SEED), FuzzTest::fuzz);
    }

    private static void fuzz(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        SegmentPool pool = new SegmentPool();
        KcpSettings settings = SETTINGS.toBuilder()
                .firstSequence(random.nextBoolean() ? -5 : random.nextInt())
                .build();
        Kcp victim = new Kcp(CONV, settings, pool);
        Kcp peer = new Kcp(CONV, settings, pool);
        long startMs = random.nextLong(1L << 33);
        List<byte[]> corpus = record(victim, peer, startMs);
        boolean busy = random.nextBoolean();
        if (busy) {
            fill(victim, startMs);
        }

        long nowMs = startMs;
        for (int i = 0; i < DATAGRAMS_PER_SEED; i++) {
            byte[] datagram = mutate(corpus, random, victim, nowMs);
            int offset = random.nextInt(8);
            byte[] framed = new byte[offset + datagram.length];
            System.arraycopy(datagram, 0, framed, offset, datagram.length);
            victim.input(framed, offset, datagram.length, nowMs);
            if (random.nextInt(16) == 0) {
                nowMs += random.nextInt(20);
                victim.handleTimeout(nowMs);
                Wire.transmit(victim);
                Wire.receiveAll(victim);
            }
        }
        assertThat(pool.segmentsInUse()).isLessThanOrEqualTo(4 * WINDOW);
        assertThat(pool.bytesAllocated()).isLessThan(4L << 20);
        if (!busy) {
            assertAlive(victim, peer, nowMs);
        }
        victim.release();
        peer.release();
        assertThat(pool.segmentsInUse()).isZero();
    }

    /** Some honest traffic both ways, afterwards both are idle; what the peer sent is the corpus. */
    private static List<byte[]> record(Kcp victim, Kcp peer, long nowMs) {
        List<byte[]> corpus = new ArrayList<>();
        for (int round = 0; round < 10; round++) {
            Wire.send(peer, 100 * round);
            Wire.send(peer, 3_000);
            Wire.send(victim, 50);
            peer.flush(nowMs);
            for (byte[] datagram : Wire.transmit(peer)) {
                corpus.add(datagram);
                Wire.input(victim, datagram, nowMs);
            }
            Wire.carry(victim, peer, nowMs);
            Wire.carry(peer, victim, nowMs);
            Wire.receiveAll(peer);
            Wire.receiveAll(victim);
        }
        assertThat(victim.waitingToSend() + peer.waitingToSend()).isZero();
        return corpus;
    }

    private static void fill(Kcp victim, long nowMs) {
        for (int i = 0; i < WINDOW; i++) {
            Wire.send(victim, 200);
        }
        victim.flush(nowMs);
        Wire.transmit(victim);
    }

    /** Forged segments have taken the place of true ones, as far as the window has come; what lies behind must arrive whole. */
    private static void assertAlive(Kcp victim, Kcp peer, long startMs) {
        long nowMs = startMs;
        byte[] buffer = new byte[1 << 18];
        int marked = 0;
        int forged = victim.receiveWindow().next() - peer.sendWindow().next() + 2 * WINDOW;
        for (int i = 0; i < forged + WINDOW; i++) {
            int mark = i - forged;
            Wire.send(peer, mark >= 0 ? 2_000 + mark : 10);
            Wire.send(victim, 30);
            for (int round = 0; round < 3; round++) {
                nowMs += 10;
                Wire.carry(peer, victim, nowMs);
                Wire.carry(victim, peer, nowMs);
                for (int bytes = victim.receive(buffer, 0); bytes >= 0; bytes = victim.receive(buffer, 0)) {
                    if (bytes == 2_000 + marked) {
                        marked++;
                    }
                }
            }
            Wire.receiveAll(peer);
        }
        nowMs += 1_000;
        for (int i = 0; i < 50 && (victim.waitingToSend() > 0 || peer.waitingToSend() > 0); i++, nowMs += 100) {
            Wire.carry(peer, victim, nowMs);
            Wire.carry(victim, peer, nowMs);
        }
        assertThat(marked).as("messages that arrived after the attack").isEqualTo(WINDOW);
        assertThat(victim.waitingToSend() + peer.waitingToSend()).isZero();
        assertThat(victim.isDead()).isFalse();
    }

    private static byte[] mutate(List<byte[]> corpus, SplittableRandom random, Kcp victim, long nowMs) {
        byte[] datagram = corpus.get(random.nextInt(corpus.size())).clone();
        if (random.nextInt(8) != 0) {
            moveIntoWindow(datagram, random, victim, nowMs);
        }
        for (int i = random.nextInt(4); i >= 0; i--) {
            datagram = mutateOnce(datagram, corpus, random);
        }
        return datagram;
    }

    /** Makes an old datagram relevant again. */
    private static void moveIntoWindow(byte[] datagram, SplittableRandom random, Kcp victim, long nowMs) {
        int sequence = victim.receiveWindow().next() + random.nextInt(WINDOW) - 2;
        WireHeader.write(
                datagram,
                0,
                CONV,
                WireHeader.PUSH + random.nextInt(4),
                random.nextInt(4) == 0 ? random.nextInt(256) : 0,
                random.nextInt(4) == 0 ? 0 : WINDOW,
                (int) nowMs - random.nextInt(100),
                random.nextBoolean() ? sequence : victim.sendWindow().oldest() + random.nextInt(WINDOW),
                victim.sendWindow().oldest(),
                Math.min(datagram.length - WireHeader.BYTES, WireHeader.length(datagram, 0)));
    }

    private static byte[] mutateOnce(byte[] datagram, List<byte[]> corpus, SplittableRandom random) {
        if (datagram.length == 0) {
            return datagram;
        }
        switch (random.nextInt(7)) {
            case 0 -> datagram[random.nextInt(datagram.length)] ^= (byte) (1 << random.nextInt(8));
            case 1 -> datagram[random.nextInt(Math.min(24, datagram.length))] = (byte) random.nextInt();
            case 2 -> overwrite(datagram, 4 * random.nextInt(6), INTERESTING[random.nextInt(INTERESTING.length)]);
            case 3 -> overwrite(datagram, 4 * random.nextInt(6), random.nextInt());
            case 4 -> {
                return Arrays.copyOf(datagram, random.nextInt(datagram.length));
            }
            case 5 -> {
                byte[] other = corpus.get(random.nextInt(corpus.size()));
                return datagram.length + other.length < 6_000 ? Wire.join(datagram, other) : datagram;
            }
            default -> {} // as it is: a repeated datagram
        }
        return datagram;
    }

    private static void overwrite(byte[] datagram, int at, int value) {
        for (int i = 0; i < 4 && at + i < datagram.length; i++) {
            datagram[at + i] = (byte) (value >>> (8 * i));
        }
    }
}
