package dev.convoy.protocol.peer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.convoy.protocol.peer.PeerWorld.Nat;
import dev.convoy.protocol.seal.SealDrop;
import dev.convoy.protocol.sim.Seeds;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Two players find each other or go through the room, and nothing is lost or doubled on the way from one to the other. */
class PeerConversationTest {
    private static final int SEEDS = 40;
    private static final int FOUND_BY_MS = PeerPath.SEARCH_MS;

    @Test
    void playersBehindNatsFindADirectWay() {
        Seeds.run(SEEDS, seed -> {
            for (Nat first : List.of(Nat.NONE, Nat.PORT_RESTRICTED)) {
                for (Nat second : Nat.values()) {
                    if (first == Nat.PORT_RESTRICTED && second == Nat.SYMMETRIC) continue;
                    PeerWorld world = new PeerWorld(seed, first, second);
                    world.lossRate = 0.2;
                    world.run(FOUND_BY_MS, 0);
                    assertThat(world.ends[0].talk().isDirect())
                            .as("%s to %s", first, second)
                            .isTrue();
                    assertThat(world.ends[1].talk().isDirect())
                            .as("%s to %s", second, first)
                            .isTrue();
                    world.lossRate = 0.05;
                    world.run(6_000, 20);
                    world.run(9_000, 0);
                    assertEverythingHeardOnce(world);
                    assertThat(world.ends[0].roomPackets + world.ends[1].roomPackets)
                            .isZero();
                }
            }
        });
    }

    @Test
    void behindTwoNatsThatChooseAnotherPortEachTimeTheRoomCarriesIt() {
        Seeds.run(SEEDS, seed -> {
            PeerWorld world = new PeerWorld(seed, Nat.SYMMETRIC, Nat.SYMMETRIC);
            world.run(FOUND_BY_MS + 1, 20);
            assertThat(world.ends[0].talk().isSearching()).isFalse();
            assertThat(world.ends[0].talk().isDirect()).isFalse();
            world.run(6_000, 20);
            world.run(7_000, 0);
            assertEverythingHeardOnce(world);
            assertThat(world.ends[0].sent).isGreaterThan(200);
        });
    }

    @Test
    void aWayThatBreaksCostsNothingAndIsFoundAgain() {
        Seeds.run(SEEDS, seed -> {
            PeerWorld world = new PeerWorld(seed, Nat.PORT_RESTRICTED, Nat.NONE);
            world.run(4_000, 20);
            assertThat(world.ends[0].talk().isDirect()).isTrue();
            world.isDirectCut = true;
            world.run(8_000, 20);
            assertThat(world.ends[0].talk().isDirect()).isFalse();
            assertThat(world.ends[1].talk().isDirect()).isFalse();
            int throughTheRoom = world.ends[0].roomPackets;
            assertThat(throughTheRoom).isPositive();
            world.isDirectCut = false;
            world.run(30_000, 20);
            assertThat(world.ends[0].talk().isDirect()).isTrue();
            assertThat(world.ends[1].talk().isDirect()).isTrue();
            world.run(33_000, 0);
            assertEverythingHeardOnce(world);
        });
    }

    @Test
    void aWayThatFlapsLosesAndDoublesNothing() {
        Seeds.run(SEEDS, seed -> {
            SplittableRandom random = new SplittableRandom(seed);
            PeerWorld world = new PeerWorld(seed, Nat.NONE, Nat.PORT_RESTRICTED);
            world.lossRate = 0.1;
            for (int i = 0; i < 20; i++) {
                world.isDirectCut = random.nextBoolean();
                world.isRoomCut = world.isDirectCut && random.nextInt(4) == 0;
                world.run(world.nowMs + 200 + random.nextInt(1_500), 25);
            }
            world.isDirectCut = false;
            world.isRoomCut = false;
            world.run(world.nowMs + 8_000, 0);
            assertEverythingHeardOnce(world);
        });
    }

    @Test
    void strangersAtThePunchedPortChangeNothing() {
        Seeds.run(SEEDS, seed -> {
            SplittableRandom random = new SplittableRandom(seed);
            PeerWorld world = new PeerWorld(seed, Nat.NONE, Nat.NONE);
            PeerAddress stranger = PeerWorld.address(66, 666);
            for (int i = 0; i < 400; i++) {
                world.run(world.nowMs + 10, 20);
                byte[] forged = world.overheard.clone();
                assertThat(world.inject(random.nextInt(2), stranger, mutated(forged, random)))
                        .isNotEqualTo(SealDrop.NONE);
            }
            // A copy that overtakes the original is authentic: it is answered, and moves nothing.
            world.run(world.nowMs + 1_000, 20);
            PeerAddress before = world.ends[1].talk().isDirect() ? PeerWorld.address(10, 5000) : stranger;
            byte[] copy = world.overheard.clone();
            int to = random.nextInt(2);
            world.inject(to, stranger, copy);
            assertThat(world.inject(to, stranger, copy)).isNotEqualTo(SealDrop.NONE);
            world.run(world.nowMs + 3_000, 20);
            assertThat(before).isNotEqualTo(stranger);
            assertThat(world.ends[0].talk().isDirect()).isTrue();
            assertThat(world.ends[1].talk().isDirect()).isTrue();
            world.run(world.nowMs + 1_000, 0);
            assertEverythingHeardOnce(world);
        });
    }

    @Test
    void anIdleLineSaysNextToNothing() {
        PeerWorld world = new PeerWorld(1, Nat.PORT_RESTRICTED, Nat.PORT_RESTRICTED);
        world.run(10_000, 0);
        int before = world.ends[0].directPackets;
        world.run(70_000, 0);
        assertThat(world.ends[0].directPackets - before).isLessThan(20);
        assertThat(world.ends[0].talk().isDirect()).isTrue();
    }

    @Test
    void aPeerThatIsGoneIsSilent() {
        PeerWorld world = new PeerWorld(1, Nat.NONE, Nat.NONE);
        world.run(2_000, 20);
        world.isDirectCut = true;
        world.isRoomCut = true;
        world.run(30_000, 100);
        assertThat(world.ends[0].talk().isSilent(world.nowMs)).isTrue();
    }

    private static byte[] mutated(byte[] packet, SplittableRandom random) {
        switch (random.nextInt(3)) {
            case 0 -> packet[4 + random.nextInt(packet.length - 4)] ^= (byte) (1 << random.nextInt(8));
            case 1 -> random.nextBytes(packet);
            default -> packet = java.util.Arrays.copyOf(packet, random.nextInt(packet.length));
        }
        return packet;
    }

    private static void assertEverythingHeardOnce(PeerWorld world) {
        for (PeerWorld.End end : world.ends) {
            List<Long> all = LongStream.rangeClosed(1, world.ends[1 - end.number].sent)
                    .boxed()
                    .toList();
            assertThat(end.heard).isEqualTo(all);
        }
    }
}
