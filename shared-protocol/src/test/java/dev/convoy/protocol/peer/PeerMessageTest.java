package dev.convoy.protocol.peer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.convoy.protocol.handshake.PeerKeyPair;
import dev.convoy.protocol.handshake.TransportKeys;
import dev.convoy.protocol.sim.Seeds;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** What players tell each other through the room. */
class PeerMessageTest {
    private static final int SEEDS = 200;

    @Test
    void everyMessageComesBackAndNoPartOfOneDoes() {
        Seeds.run(SEEDS, seed -> {
            SplittableRandom random = new SplittableRandom(seed);
            for (PeerMessage message : all(random)) {
                byte[] bytes = message.encode();
                assertThat(PeerMessage.parse(bytes)).isEqualTo(message);
                if (message instanceof PeerMessage.Relay) continue; // Any length is a packet.
                for (int length = 0; length < bytes.length; length++)
                    assertThat(PeerMessage.parse(Arrays.copyOf(bytes, length))).isNull();
            }
        });
    }

    @Test
    void noBytesMakeTheParserThrow() {
        Seeds.run(SEEDS, seed -> {
            SplittableRandom random = new SplittableRandom(seed);
            for (PeerMessage message : all(random)) {
                byte[] bytes = message.encode();
                for (int i = 0; i < 50; i++) {
                    byte[] mutated = bytes.clone();
                    mutated[random.nextInt(mutated.length)] = (byte) random.nextInt();
                    PeerMessage.parse(mutated);
                }
            }
        });
    }

    @Test
    void theAddressThatTheNodeSeesComesFirstAndOnce() {
        SplittableRandom random = new SplittableRandom(1);
        PeerOffer offer = offer(random, PeerOffer.CANDIDATES_MAX);
        PeerAddress seen = PeerWorld.address(200, 1);
        List<PeerAddress> shown = offer.shown(seen).candidates();
        assertThat(shown).startsWith(seen).hasSizeLessThanOrEqualTo(PeerOffer.CANDIDATES_MAX);
        PeerOffer again = new PeerOffer(0, 0, offer.key(), shown);
        assertThat(again.shown(shown.get(1)).candidates())
                .startsWith(shown.get(1))
                .doesNotHaveDuplicates();
        assertThat(again.shown(null).candidates()).isEqualTo(shown);
    }

    @Test
    void nobodyIsAskedToSendToAGroupOrToItself() {
        PeerAddress host = PeerWorld.address(1, 1);
        PeerAddress self = v4(127, 0, 0, 1);
        PeerOffer offer = new PeerOffer(0, 0, new byte[PeerKeyPair.BYTES], List.of(v4(239, 1, 2, 3), self, host));
        assertThat(offer.shown(PeerWorld.address(2, 2)).candidates()).containsExactly(PeerWorld.address(2, 2), host);
        assertThat(offer.shown(v4(127, 0, 0, 2)).candidates()).containsExactly(v4(127, 0, 0, 2), self, host);
    }

    @Test
    void onlyAHostIsACandidate() {
        assertThat(PeerWorld.address(1, 1).isUnicast()).isTrue();
        assertThat(v4(224, 0, 0, 1).isUnicast()).isFalse();
        assertThat(v4(255, 255, 255, 255).isUnicast()).isFalse();
        assertThat(v4(0, 0, 0, 0).isUnicast()).isFalse();
        assertThat(v4(127, 0, 0, 1).isLoopback()).isTrue();
        byte[] v6 = new byte[16];
        assertThat(new PeerAddress(v6.clone(), 1).isUnicast()).isFalse();
        v6[15] = 1;
        assertThat(new PeerAddress(v6.clone(), 1).isLoopback()).isTrue();
        v6[0] = (byte) 0xFF;
        assertThat(new PeerAddress(v6, 1).isUnicast()).isFalse();
    }

    @Test
    void bothEndsOfALineHaveItsKeysAndNobodyElseHas() {
        PeerKeyPair ann = pair(1);
        PeerKeyPair ben = pair(2);
        TransportKeys ours = agree(ann, ben, 5, 7, "ann", "ben", true);
        TransportKeys theirs = agree(ben, ann, 5, 7, "ann", "ben", false);
        assertThat(ours.send()).isEqualTo(theirs.receive()).isNotEqualTo(ours.receive());
        assertThat(ours.receive()).isEqualTo(theirs.send());
        for (TransportKeys other : List.of(
                agree(ann, ben, 6, 7, "ann", "ben", true),
                agree(ann, ben, 5, 8, "ann", "ben", true),
                agree(ann, ben, 5, 7, "annb", "en", true),
                agree(ann, ben, 5, 7, "ann", "ben", false),
                agree(pair(3), ben, 5, 7, "ann", "ben", true))) {
            assertThat(other.send()).isNotEqualTo(ours.send());
        }
        assertThat(ann.agree(new byte[PeerKeyPair.BYTES], 5, 7, "ann", "ben", true))
                .isNull();
        assertThat(ann.toString()).isEqualTo("PeerKeyPair(…)");
    }

    private static TransportKeys agree(
            PeerKeyPair ours, PeerKeyPair theirs, long line, int conv, String opener, String answerer, boolean opens) {
        return Objects.requireNonNull(ours.agree(theirs.publicKey(), line, conv, opener, answerer, opens));
    }

    private static PeerKeyPair pair(int fill) {
        byte[] key = new byte[PeerKeyPair.BYTES];
        Arrays.fill(key, (byte) fill);
        return PeerKeyPair.of(key);
    }

    private static PeerAddress v4(int a, int b, int c, int d) {
        return new PeerAddress(new byte[] {(byte) a, (byte) b, (byte) c, (byte) d}, 9);
    }

    private static List<PeerMessage> all(SplittableRandom random) {
        long line = random.nextLong();
        byte[] packet = new byte[random.nextInt(1_000)];
        random.nextBytes(packet);
        return List.of(
                new PeerMessage.Open(line, "ann", offer(random, random.nextInt(PeerOffer.CANDIDATES_MAX + 1))),
                new PeerMessage.Answer(line, offer(random, random.nextInt(PeerOffer.CANDIDATES_MAX + 1))),
                new PeerMessage.Round(line, random.nextInt(256), random.nextInt()),
                new PeerMessage.End(line, random.nextInt(1 << 16)),
                new PeerMessage.Relay(line, packet));
    }

    private static PeerOffer offer(SplittableRandom random, int count) {
        byte[] key = new byte[PeerKeyPair.BYTES];
        random.nextBytes(key);
        List<PeerAddress> candidates = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            byte[] ip = new byte[random.nextBoolean() ? 4 : 16];
            random.nextBytes(ip);
            candidates.add(new PeerAddress(ip, 1 + random.nextInt(65_535)));
        }
        return new PeerOffer(random.nextInt(256), random.nextInt(), key, candidates);
    }
}
