package dev.convoy.protocol.conv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.function.IntSupplier;
import org.junit.jupiter.api.Test;

/** Measures every strategy's collisions against its computed odds, with fixed seeds: within five standard deviations. */
class CollisionOddsTest {
    private static final double SIGMAS = 5;

    @Test
    void theBirthdayOfPeopleIsAsEverybodyKnows() {
        assertThat(CollisionOdds.any(23, 365)).isCloseTo(0.507297, within(1e-6));
        assertThat(CollisionOdds.idsFor(0.5, 365)).isEqualTo(22);
        assertThat(CollisionOdds.any(366, 365)).isEqualTo(1);
        assertThat(CollisionOdds.any(1, 365)).isZero();
        assertThat(CollisionOdds.next(73, 365)).isCloseTo(0.2, within(1e-12));
    }

    @Test
    void stirlingAndTheExactProductMeet() {
        double exact = CollisionOdds.any(1_000_000, 1L << 42);
        double stirling = CollisionOdds.any(1_000_001, 1L << 42);
        assertThat(stirling / exact).isCloseTo(1.000002, within(1e-6));
    }

    @Test
    void timeAndRandomCollideAsComputed() {
        Random random = new Random(11);
        double odds = TimeRandomConv.oddsInOneSecond(100);
        assertThat(odds).isCloseTo(0.0728, within(1e-3));
        assertThatShareOfRunsWithACollision(20_000, 100, () -> TimeRandomConv.of(1_700_000_000_123L, random), odds);
        assertThat(TimeRandomConv.odds(100, 60)).isCloseTo(1 - Math.pow(1 - odds, 60), within(1e-9));
    }

    @Test
    void clientsOfDifferentSecondsNeverCollideWithinARound() {
        Random random = new Random(12);
        Set<Integer> seen = new HashSet<>();
        for (long second = 0; second < TimeRandomConv.SECONDS; second += 13)
            assertThat(seen.add(TimeRandomConv.of(second * 1000, random))).isTrue();
        Random same = new Random(5);
        Random again = new Random(5);
        assertThat(TimeRandomConv.of(7_000, same)).isEqualTo(TimeRandomConv.of(7_000 + 64_768_000L, again));
    }

    @Test
    void randomUuidsCollideAsComputed() {
        Random random = new Random(13);
        int ids = 2_000_000;
        assertThat(duplicates(ids, () -> UuidConv.of(UuidConv.random(random))))
                .isCloseTo((int) CollisionOdds.expectedPairs(ids, Conv.COUNT), within((int)
                        (SIGMAS * Math.sqrt(CollisionOdds.expectedPairs(ids, Conv.COUNT)))));
        assertThat(UuidConv.odds(77_000)).isCloseTo(0.5, within(0.01));
    }

    @Test
    void uuidsOfOneClockTickCollideNoMoreThanRandomOnes() {
        Random random = new Random(14);
        long time = 1_700_000_000_000L;
        int ids = 1_000_000;
        double pairs = CollisionOdds.expectedPairs(ids, Conv.COUNT);
        int measured = duplicates(
                ids,
                () -> UuidConv.of(
                        new UUID(time << 16 | 0x7000 | random.nextInt(0x1000), random.nextLong() >>> 2 | 0x80L << 56)));
        assertThat((double) measured).isCloseTo(pairs, within(SIGMAS * Math.sqrt(pairs)));
    }

    @Test
    void programsShareABlockAsComputed() {
        Random random = new Random(15);
        assertThat(HostProcessConv.BLOCKS).isEqualTo(4048 * 256);
        byte[] mac = new byte[6];
        assertThatShareOfRunsWithACollision(
                2_000,
                300,
                () -> {
                    random.nextBytes(mac);
                    return HostProcessConv.conv(HostProcessConv.hostField(mac), random.nextInt(256), 0);
                },
                HostProcessConv.odds(300));
    }

    @Test
    void neighbouringMacAddressesAreSpreadAsRandomOnesAre() {
        int hosts = 200;
        double odds = CollisionOdds.any(hosts, HostProcessConv.HOSTS);
        assertThat(odds).isGreaterThan(0.99);
        Set<Integer> fields = new HashSet<>();
        for (int i = 0; i < hosts; i++)
            fields.add(HostProcessConv.hostField(new byte[] {0x52, 0x54, 0, 0x12, 0x34, (byte) i}));
        double pairs = CollisionOdds.expectedPairs(hosts, HostProcessConv.HOSTS);
        assertThat((double) hosts - fields.size()).isCloseTo(pairs, within(SIGMAS * Math.sqrt(pairs)));
    }

    @Test
    void peersCollideAsComputed() {
        Random random = new Random(16);
        int pairsOfPeers = 1_000_000;
        double expected = CollisionOdds.expectedPairs(pairsOfPeers, Conv.COUNT);
        int measured = duplicates(pairsOfPeers, () -> {
            PeerAgreement one = new PeerAgreement(conv -> false, random);
            PeerAgreement other = new PeerAgreement(conv -> false, random);
            while (one.onPeer(other.round(), other.contribution()) == PeerAgreement.Outcome.AGAIN)
                other.onPeer(one.round(), one.contribution());
            return one.conv();
        });
        assertThat((double) measured).isCloseTo(expected, within(SIGMAS * Math.sqrt(expected)));
    }

    @Test
    void aRestartedCounterMeetsItsPredecessorAsComputed() {
        Random random = new Random(17);
        int held = Conv.SEQUENCES / 16;
        int met = 0;
        int runs = 20_000;
        for (int run = 0; run < runs; run++) {
            int first = ConvAllocator.segmented(9, 1, 0, random).take(0).convOrNone();
            if (Conv.sequence(first) < held) met++;
        }
        double odds = CollisionOdds.next(held, Conv.SEQUENCES);
        assertThat((double) met / runs).isCloseTo(odds, within(SIGMAS * deviation(odds, runs)));
    }

    private static void assertThatShareOfRunsWithACollision(int runs, int ids, IntSupplier strategy, double odds) {
        int collided = 0;
        for (int run = 0; run < runs; run++) if (duplicates(ids, strategy) > 0) collided++;
        assertThat((double) collided / runs).isCloseTo(odds, within(SIGMAS * deviation(odds, runs)));
    }

    private static double deviation(double odds, int runs) {
        return Math.sqrt(odds * (1 - odds) / runs);
    }

    private static int duplicates(int ids, IntSupplier strategy) {
        int[] convs = new int[ids];
        for (int i = 0; i < ids; i++) {
            convs[i] = strategy.getAsInt();
            if (!Conv.isLegal(convs[i])) throw new AssertionError("no conv: " + Conv.toString(convs[i]));
        }
        Arrays.sort(convs);
        int duplicates = 0;
        for (int i = 1; i < ids; i++) if (convs[i] == convs[i - 1]) duplicates++;
        return duplicates;
    }
}
