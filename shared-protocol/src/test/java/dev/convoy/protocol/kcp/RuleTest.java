package dev.convoy.protocol.kcp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * For each rule its attack, or mishap: it works against the reference rules and against all rules without this one, and fails when the
 * rule is on.
 */
class RuleTest {
    private static final int CONV = 7;
    private static final int WINDOW = 128;
    private static final KcpSettings SETTINGS = KcpSettings.builder()
            .sendWindowSegments(WINDOW)
            .receiveWindowSegments(WINDOW)
            .deadAfterTransmissions(8)
            .build();

    /** Something bad done to a conversation; answers whether it did harm. */
    private interface Attack {
        boolean harms(Kcp victim, Kcp peer, SegmentPool pool);
    }

    private static void assertStoppedBy(Rule rule, Attack attack) {
        assertThat(harms(attack, Rule.NO_RULES))
                .as("harm under the reference's rules")
                .isTrue();
        assertThat(harms(attack, Rule.ALL_RULES & ~rule.bit()))
                .as("harm without %s", rule)
                .isTrue();
        assertThat(harms(attack, Rule.ALL_RULES)).as("harm with %s", rule).isFalse();
    }

    private static boolean harms(Attack attack, int rules) {
        SegmentPool pool = new SegmentPool();
        Kcp victim = new Kcp(CONV, SETTINGS, pool, rules);
        Kcp peer = new Kcp(CONV, SETTINGS, pool, rules);
        victim.handleTimeout(0);
        peer.handleTimeout(0);
        Wire.transmit(victim);
        Wire.transmit(peer);
        return attack.harms(victim, peer, pool);
    }

    @Test
    void aForgedTimestampDoesNotStretchTheTimeout() {
        assertStoppedBy(Rule.RTT_FROM_SEGMENT_IN_FLIGHT, (victim, peer, pool) -> {
            long nowMs = 1_000;
            Wire.send(victim, 100);
            victim.flush(nowMs);
            Wire.transmit(victim);
            int longAgo = (int) nowMs - Integer.MAX_VALUE;
            Wire.input(victim, Wire.segment(CONV, WireHeader.ACK, 0, WINDOW, longAgo, 5_000, 0, 0), nowMs);
            return victim.roundTrip().timeoutMs() >= 60_000;
        });
    }

    @Test
    void aForgedUnaDoesNotDropWhatIsInFlight() {
        assertStoppedBy(Rule.UNA_WITHIN_WINDOW, (victim, peer, pool) -> {
            for (int i = 0; i < 10; i++) {
                Wire.send(victim, 100);
            }
            victim.flush(1);
            Wire.transmit(victim);
            Wire.input(victim, Wire.segment(CONV, WireHeader.TELL_WINDOW, 0, WINDOW, 0, 0, 0x7fff_ffff, 0), 2);
            return victim.waitingToSend() == 0;
        });
    }

    @Test
    void aDatagramWithABadTailHasNoEffect() {
        assertStoppedBy(Rule.WHOLE_DATAGRAM_OR_NOTHING, (victim, peer, pool) -> {
            byte[] closesTheWindow = Wire.segment(CONV, WireHeader.TELL_WINDOW, 0, 0, 0, 0, 0, 0);
            byte[] bad = Wire.segment(CONV, 99, 0, 0, 0, 0, 0, 0);
            DropReason reason = Wire.input(victim, Wire.join(closesTheWindow, bad), 1);
            assertThat(reason).isEqualTo(DropReason.BAD_COMMAND);
            return victim.remoteWindow() == 0;
        });
    }

    @Test
    void repeatedSegmentsDoNotPileUpAcknowledgements() {
        assertStoppedBy(Rule.BOUNDED_ACK_LIST, (victim, peer, pool) -> {
            byte[] push = Wire.segment(CONV, WireHeader.PUSH, 0, WINDOW, 0, 0, 0, 10);
            for (int i = 0; i < 100_000; i++) {
                Wire.input(victim, push, 1);
            }
            return victim.acks().size() > 2 * WINDOW;
        });
    }

    @Test
    void aMessageTooLongForTheWindowDoesNotFillIt() {
        assertStoppedBy(Rule.FRAGMENTS_FIT_WINDOW, (victim, peer, pool) -> {
            Wire.input(victim, Wire.segment(CONV, WireHeader.PUSH, 200, WINDOW, 0, 0, 0, 10), 1);
            for (int i = 0; i < 2 * WINDOW; i++) {
                Wire.input(victim, Wire.segment(CONV, WireHeader.PUSH, 0, WINDOW, 0, i, 0, 10), 1);
                Wire.receiveAll(victim);
            }
            return victim.receiveWindow().free() == 0;
        });
    }

    @Test
    void aHugeSegmentDoesNotTakeHugeMemory() {
        assertStoppedBy(Rule.SEGMENT_LENGTH_LIMITED, (victim, peer, pool) -> {
            Wire.input(victim, Wire.segment(CONV, WireHeader.PUSH, 0, WINDOW, 0, 5, 0, 60_000), 1);
            return pool.bytesAllocated() >= 60_000;
        });
    }

    @Test
    void aForgedClosedWindowDoesNotStallForSeconds() {
        assertStoppedBy(Rule.PATIENT_WINDOW_PROBE, (victim, peer, pool) -> {
            Wire.input(victim, Wire.segment(CONV, WireHeader.TELL_WINDOW, 0, 0, 0, 0, 0, 0), 1);
            Wire.send(victim, 100);
            return timeUntilReceived(victim, peer) > 1_000;
        });
    }

    @Test
    void aLostOpeningOfTheWindowDoesNotStallForSeconds() {
        assertStoppedBy(Rule.PATIENT_WINDOW_PROBE, (victim, peer, pool) -> {
            for (int i = 0; i < WINDOW + 1; i++) {
                Wire.send(victim, 10);
            }
            Wire.carry(victim, peer, 1);
            Wire.carry(peer, victim, 2); // says: no room
            Wire.receiveAll(peer);
            peer.flush(3);
            Wire.transmit(peer); // says: room again, and is lost
            return timeUntilReceived(victim, peer) > 1_000;
        });
    }

    private static long timeUntilReceived(Kcp victim, Kcp peer) {
        for (long nowMs = 10; nowMs < 20_000; nowMs += 10) {
            victim.handleTimeout(nowMs);
            Wire.transmit(victim).forEach(datagram -> Wire.input(peer, datagram, 0));
            peer.handleTimeout(nowMs);
            long heardMs = nowMs;
            Wire.transmit(peer).forEach(datagram -> Wire.input(victim, datagram, heardMs));
            if (peer.peekSize() >= 0) {
                return nowMs;
            }
        }
        return Long.MAX_VALUE;
    }

    @Test
    void aSmallerMtuHoldsForWhatIsWaiting() {
        assertStoppedBy(Rule.RECUT_ON_SMALLER_MTU, (victim, peer, pool) -> {
            Wire.send(victim, 5_000);
            Wire.send(victim, 20);
            victim.setMtuBytes(500);
            victim.flush(1);
            List<byte[]> datagrams = Wire.transmit(victim);
            datagrams.forEach(datagram -> Wire.input(peer, datagram, 1));
            assertThat(peer.peekSize()).isEqualTo(5_000);
            assertThat(Wire.receiveAll(peer)).isEqualTo(2);
            return datagrams.stream().anyMatch(datagram -> datagram.length > 500);
        });
    }

    @Test
    void oneUnluckySegmentDoesNotKillTheLink() {
        assertStoppedBy(Rule.DEAD_BY_SILENCE, (victim, peer, pool) -> {
            Wire.send(victim, 10);
            for (long nowMs = 10; nowMs < 120_000; nowMs += 10) {
                victim.handleTimeout(nowMs);
                Wire.transmit(victim); // never arrives, while the peer is well and says so
                Wire.input(victim, Wire.segment(CONV, WireHeader.TELL_WINDOW, 0, WINDOW, 0, 0, 0, 0), nowMs);
            }
            return victim.isDead();
        });
    }

    @Test
    void aSilentPeerIsDeadInTheEnd() {
        Kcp victim = new Kcp(CONV, SETTINGS, new SegmentPool());
        Wire.send(victim, 10);
        long nowMs = 5;
        long sentMs = nowMs;
        while (!victim.isDead()) {
            victim.handleTimeout(nowMs);
            Wire.transmit(victim);
            nowMs = victim.nextTimeoutMs(nowMs);
            assertThat(nowMs).isLessThan(sentMs + 2L * SETTINGS.deadAfterSilenceMs());
        }
        assertThat(nowMs - sentMs).isGreaterThanOrEqualTo(SETTINGS.deadAfterSilenceMs());
    }

    @Test
    void aBlackoutDoesNotDoubleItself() {
        assertStoppedBy(Rule.BACKOFF_LIMITED, (victim, peer, pool) -> {
            Wire.send(victim, 10);
            long blackoutMs = 25_000;
            for (long nowMs = 10; nowMs < blackoutMs; nowMs += 10) {
                victim.handleTimeout(nowMs);
                Wire.transmit(victim);
            }
            long arrivedMs = blackoutMs;
            while (peer.peekSize() < 0) {
                arrivedMs += 10;
                victim.handleTimeout(arrivedMs);
                Wire.transmit(victim).forEach(datagram -> Wire.input(peer, datagram, 0));
            }
            return arrivedMs - blackoutMs > 4_100;
        });
    }

    @Test
    void acknowledgementsThatUnaSaysAreNotRepeated() {
        assertStoppedBy(Rule.UNA_SPEAKS_FOR_ACKS, (victim, peer, pool) -> {
            for (int i = 0; i < 50; i++) {
                Wire.send(peer, 10);
            }
            Wire.carry(peer, victim, 1);
            victim.flush(2);
            return Wire.transmit(victim).stream()
                            .mapToInt(datagram -> datagram.length)
                            .sum()
                    > WireHeader.BYTES;
        });
    }

    @Test
    void aRepetitionThatIsLostTooCostsNoFurtherTimeout() {
        assertStoppedBy(Rule.INSURED_RESEND, (victim, peer, pool) -> {
            Wire.send(victim, 10);
            int lost = 0;
            for (long nowMs = 10; peer.peekSize() < 0; nowMs += 10) {
                victim.handleTimeout(nowMs);
                for (byte[] datagram : Wire.transmit(victim)) {
                    if (lost++ >= 2) {
                        Wire.input(peer, datagram, nowMs);
                        return nowMs > 300; // sent at 10, again after the timeout of 200
                    }
                }
            }
            throw new AssertionError("nothing was sent");
        });
    }

    @Test
    void anIdleConversationIsNotWoken() {
        assertStoppedBy(Rule.SILENT_WHEN_IDLE, (victim, peer, pool) -> victim.nextTimeoutMs(1_000) != Long.MAX_VALUE);
    }

    @Test
    void everyRuleHasItsBit() {
        int bits = 0;
        for (Rule rule : Rule.values()) {
            assertThat(bits & rule.bit()).as("%s", rule).isZero();
            bits |= rule.bit();
        }
    }
}
