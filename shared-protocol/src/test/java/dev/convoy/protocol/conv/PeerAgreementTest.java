package dev.convoy.protocol.conv;

import static org.assertj.core.api.Assertions.assertThat;

import dev.convoy.protocol.conv.PeerAgreement.Outcome;
import dev.convoy.protocol.sim.Seeds;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class PeerAgreementTest {
    @Test
    void theConvIsTheXorOfBothContributions() {
        PeerAgreement peer = new PeerAgreement(conv -> false, contributions(0x12345678));
        assertThat(peer.onPeer(0, 0x10000001)).isEqualTo(Outcome.AGREED);
        assertThat(peer.conv()).isEqualTo(0x02345679);
    }

    @Test
    void equalContributionsAndIllegalWordsGoAgain() {
        for (int illegal : new int[] {0, 0x00ABCDEF, 0x4B435031, 0xFF000001}) {
            PeerAgreement peer = new PeerAgreement(conv -> false, contributions(0x12345678, 7));
            assertThat(peer.onPeer(0, 0x12345678 ^ illegal)).isEqualTo(Outcome.AGAIN);
            assertThat(peer.conv()).isEqualTo(Conv.NONE);
            assertThat(peer.round()).isEqualTo(1);
            assertThat(peer.contribution()).isEqualTo(7);
        }
    }

    @Test
    void aContributionOfARoundThatIsOverChangesNothing() {
        PeerAgreement peer = new PeerAgreement(conv -> false, contributions(0x01000000, 0x05000000));
        assertThat(peer.onPeer(0, 0x01000000)).isEqualTo(Outcome.AGAIN);
        assertThat(peer.onPeer(0, 0x02000000)).isEqualTo(Outcome.STALE);
        assertThat(peer.conv()).isEqualTo(Conv.NONE);
        assertThat(peer.onPeer(1, 0x02000000)).isEqualTo(Outcome.AGREED);
        assertThat(peer.onPeer(0, 0x0A000000)).isEqualTo(Outcome.STALE);
        assertThat(peer.conv()).isEqualTo(0x07000000);
    }

    @Test
    void aConvInUseOnOneSideTakesTheAgreementBackOnTheOther() {
        PeerAgreement one = new PeerAgreement(conv -> false, contributions(0x01000000, 0x05000000));
        PeerAgreement other = new PeerAgreement(conv -> conv == 0x03000000, contributions(0x02000000, 0x0A000000));
        assertThat(one.onPeer(other.round(), other.contribution())).isEqualTo(Outcome.AGREED);
        assertThat(other.onPeer(one.round(), one.contribution())).isEqualTo(Outcome.AGAIN);
        assertThat(one.onPeer(other.round(), other.contribution())).isEqualTo(Outcome.AGREED);
        assertThat(other.onPeer(one.round(), one.contribution())).isEqualTo(Outcome.AGREED);
        assertThat(one.conv()).isEqualTo(0x0F000000).isEqualTo(other.conv());
    }

    @Test
    void aPeerThatNeverAgreesIsGivenUp() {
        PeerAgreement peer = new PeerAgreement(conv -> true, new Random(1));
        Outcome outcome = Outcome.AGAIN;
        for (int round = 0; round < PeerAgreement.ROUNDS_MAX; round++) {
            assertThat(outcome).isEqualTo(Outcome.AGAIN);
            outcome = peer.onPeer(peer.round(), 1);
        }
        assertThat(outcome).isEqualTo(Outcome.GIVEN_UP);
        assertThat(new PeerAgreement(conv -> false, new Random(1)).onPeer(Integer.MAX_VALUE, 1))
                .isEqualTo(Outcome.GIVEN_UP);
    }

    /** Contributions that are lost, repeated and reordered; convs in use on both sides. */
    @Test
    void twoPeersAgreeOverABadNetwork() {
        Seeds.run(2_000, seed -> {
            Random random = new Random(seed);
            Set<Integer> used = new HashSet<>();
            PeerAgreement[] peers = {
                new PeerAgreement(conv -> (conv & 3) == 0 || used.contains(conv), random),
                new PeerAgreement(conv -> (conv & 5) == 1, random)
            };
            int[][] late = {{0, peers[0].contribution()}, {0, peers[1].contribution()}};
            for (int step = 0; step < 400; step++) {
                int to = random.nextInt(2);
                int[] message = {peers[1 - to].round(), peers[1 - to].contribution()};
                switch (random.nextInt(4)) {
                    case 0 -> peers[to].onPeer(late[to][0], late[to][1]);
                    case 1 -> late[to] = message;
                    default -> peers[to].onPeer(message[0], message[1]);
                }
            }
            for (int to = 0; to < 2; to++) peers[to].onPeer(peers[1 - to].round(), peers[1 - to].contribution());
            if (peers[0].round() < PeerAgreement.ROUNDS_MAX - 1) {
                assertThat(peers[0].conv()).isEqualTo(peers[1].conv());
                assertThat(Conv.isLegal(peers[0].conv())).isTrue();
                assertThat(peers[0].conv() & 3).isNotZero();
                assertThat(peers[0].conv() & 5).isNotEqualTo(1);
            }
        });
    }

    private static RandomGenerator contributions(int... values) {
        return new Random() {
            private int next;

            @Override
            public int nextInt() {
                return values[next++];
            }
        };
    }
}
