package dev.convoy.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.convoy.node.session.ShardSettings;
import dev.convoy.protocol.session.LinkTimes;
import dev.convoy.protocol.wire.ControlHeader;
import dev.convoy.protocol.wire.ControlType;
import dev.convoy.protocol.wire.LittleEndian;
import dev.convoy.protocol.wire.PathHeader;
import dev.convoy.redis.TestRedis;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Any bytes at all are allowed. */
class FuzzTest {
    private static final int DATAGRAMS = 200_000;
    private static final int BATCH = 500;

    private final long seed = System.nanoTime();
    private final Random random = new Random(seed);

    @Test
    void noBytesHurtAShardOrItsPlayers() {
        System.out.println("seed " + seed);
        ShardSettings settings = new ShardSettings(
                1_000, 3_600_000, 100, 100_000, 50, 500, LinkTimes.NODE, dev.convoy.room.Durability.STRICT, 1_000, 50);
        try (TestShard shard = new TestShard(settings, 9)) {
            String room = TestRedis.freshName("room");
            TestPlayer ann = shard.player("ann", room).join();
            List<byte[]> seen = samples(shard, room);
            for (int done = 0; done < DATAGRAMS; done += BATCH) {
                List<byte[]> batch = new ArrayList<>();
                for (int i = 0; i < BATCH; i++) batch.add(any(seen));
                shard.input(batch);
            }
            ann.say("still here");
            ann.awaitHeard("1:still here");
            ann.leave();
            ann.await("be gone", () -> ScriptedRoom.script(room).diary.contains("leave ann true"));
            settle(shard);
            assertThat(shard.failures()).isEmpty();
            assertThat(shard.sessionCount()).isZero();
            assertThat(shard.convsInUse).isEmpty();
        }
    }

    @Test
    void noBytesHurtANodesSocket() {
        System.out.println("seed " + seed);
        try (TestNode node = TestNode.start(settings -> settings)) {
            TestPlayer ann = node.player("ann", TestRedis.freshName("room")).join();
            for (int i = 1; i <= 40; i++) {
                for (int j = 0; j < 250; j++) ann.way.send(garbage());
                byte[] probe = new byte[ControlHeader.BYTES];
                ControlHeader.write(probe, 0, ControlType.PROBE, node.serverId, 0, i);
                ann.send(probe);
                int probes = i;
                ann.await("see the probe answered", () -> ann.answers.size() > probes);
            }
            ann.say("still here");
            ann.awaitHeard("1:still here");
        }
    }

    /** Datagrams of players with path headers: each kind there is, some of live convs. */
    private static List<byte[]> samples(TestShard shard, String room) {
        List<byte[]> seen = new ArrayList<>();
        TestPlayer bob = shard.player("bob", room);
        bob.outbound = datagram -> {
            seen.add(bob.withPath(datagram));
            return List.of(datagram);
        };
        bob.join();
        bob.say("a message");
        bob.awaitHeard("1:a message");
        bob.resume();
        bob.say("x".repeat(3_000));
        bob.awaitHeard(2);
        seen.add(bob.withPath(bob.reconnectRequest(1).encode()));
        return seen;
    }

    private byte[] any(List<byte[]> seen) {
        byte[] datagram = seen.get(random.nextInt(seen.size())).clone();
        switch (random.nextInt(4)) {
            case 0 -> {
                // Anything behind a word that leads somewhere.
                byte[] noise = new byte[PathHeader.IPV4_BYTES + random.nextInt(600)];
                random.nextBytes(noise);
                System.arraycopy(
                        datagram, 0, noise, 0, Math.min(noise.length, PathHeader.IPV4_BYTES + random.nextInt(12)));
                noise[0] = PathHeader.KIND_IPV4;
                return noise;
            }
            case 1 -> datagram = Arrays.copyOf(datagram, PathHeader.IPV4_BYTES + random.nextInt(datagram.length));
            case 2 -> LittleEndian.putU16(datagram, PathHeader.PORT_OFFSET, random.nextInt(65_536));
            default -> {}
        }
        for (int flips = random.nextInt(6); flips >= 0; flips--) {
            int at = PathHeader.IPV4_BYTES + random.nextInt(Math.max(1, datagram.length - PathHeader.IPV4_BYTES));
            if (at < datagram.length) datagram[at] ^= (byte) (1 << random.nextInt(8));
        }
        return datagram;
    }

    private byte[] garbage() {
        byte[] garbage = new byte[random.nextInt(1_400)];
        random.nextBytes(garbage);
        if (garbage.length > 12 && random.nextBoolean()) {
            garbage[0] = (byte) (random.nextBoolean() ? 4 : 0x86);
            garbage[1] = 0;
            LittleEndian.putU32(garbage, 8, ControlType.CONNECT.magic() + random.nextInt(20));
        }
        return garbage;
    }

    /** Lets everything run out that was begun. */
    private static void settle(TestShard shard) {
        TestPlayer nobody = shard.player("nobody", "nowhere");
        nobody.await("see the last session end", () -> {
            shard.skip(LinkTimes.NODE.idleMs() + 1);
            return shard.sessionCount() == 0 && shard.convsInUse.isEmpty();
        });
    }
}
