package dev.convoy.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.convoy.protocol.handshake.Answer;
import dev.convoy.protocol.handshake.Redirect;
import dev.convoy.protocol.handshake.Refused;
import dev.convoy.protocol.handshake.Resumed;
import dev.convoy.redis.ConvoyRedis;
import dev.convoy.redis.RoomClaim;
import dev.convoy.redis.TestRedis;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Rooms whose owner dies, leaves, or sleeps. */
class TakeOverTest {
    private static final long LEASE_MS = 800;

    private String room = "";

    @BeforeEach
    void freshRoom() {
        room = TestRedis.freshName("room");
    }

    @Test
    void aRoomOwnedByALivingNodeIsRedirectedTo() {
        try (TestNode owner = node();
                TestNode other = node()) {
            TestPlayer ann = owner.player("ann", room).join();
            Answer answer = other.player("bob", room).connect();
            assertThat(answer).isInstanceOf(Redirect.class);
            assertThat(((Redirect) answer).serverId()).isEqualTo(owner.serverId);
            assertThat(((Redirect) answer).leaseMs()).isBetween(1, (int) LEASE_MS);
            ann.way = other.way();
            assertThat(ann.comeBack()).isInstanceOf(Redirect.class);
            ann.way = owner.way();
            ann.resume();
        }
    }

    @Test
    void everyMessageOnceAndInOrderThoughTwoNodesDie() {
        long seed = System.nanoTime();
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        List<String> expected = new ArrayList<>();
        try (TestNode first = node();
                TestNode second = node();
                TestNode third = node()) {
            TestPlayer ann = first.player("ann", room).join();
            TestPlayer bob = first.player("bob", room).join();
            talk(ann, random, expected);
            first.kill();
            talk(ann, random, expected);
            comeBackTo(second, ann);
            talk(ann, random, expected);
            second.kill();
            talk(ann, random, expected);
            comeBackTo(third, ann);
            comeBackTo(third, bob);
            ann.inbound = List::of;
            ann.awaitHeard(expected.size());
            bob.say("bob's first");
            bob.awaitHeard("1:bob's first");
            ann.pumpFor(50);
            assertThat(ann.heard).containsExactlyElementsOf(expected);
            assertThat(ScriptedRoom.script(room).count("join ann")).isEqualTo(1);
            assertThat(ScriptedRoom.script(room).count("restore")).isEqualTo(2);
            long drops = ScriptedRoom.script(room).count("drop bob"); // None, if bob was back in the time of grace.
            assertThat(drops).isLessThanOrEqualTo(1);
            assertThat(ScriptedRoom.script(room).count("reconnect bob")).isEqualTo(drops);
        }
    }

    @Test
    void theWindowOfAPlayerWhoStaysAwayRunsOutWhereTheRoomIsNow() {
        try (TestNode first = TestNode.start(s -> TestNode.withTimes(s, LEASE_MS, 1_500));
                TestNode second = TestNode.start(s -> TestNode.withTimes(s, LEASE_MS, 1_500))) {
            first.player("bob", room).join();
            TestPlayer ann = first.player("ann", room).join();
            first.kill();
            comeBackTo(second, ann);
            ann.await("see bob leave", () -> ScriptedRoom.script(room).count("leave bob false") == 1);
            ann.say("alone");
            ann.awaitHeard("1:alone");
            assertThat(ScriptedRoom.script(room).count("leave bob false")).isEqualTo(1);
            assertThat(ScriptedRoom.script(room).count("drop bob")).isEqualTo(1);
        }
    }

    @Test
    void aDrainedNodesRoomsAreLoadedAtOnceWithoutTakingThemOver() {
        try (TestNode first = TestNode.start(s -> s);
                TestNode second = TestNode.start(s -> s);
                ConvoyRedis redis = TestRedis.connect()) {
            TestPlayer ann = first.player("ann", room).join();
            String other = TestRedis.freshName("room");
            first.player("bob", other).join();
            ann.say("before");
            ann.awaitHeard("1:before");
            first.drain();
            ann.way = second.way();
            ann.resume();
            ann.say("after");
            ann.awaitHeard("2:after");
            assertThat(TestNode.get(Future.fromCompletionStage(redis.rooms().claim(other, 200, 1, null))))
                    .isInstanceOf(RoomClaim.Loaded.class);
        }
    }

    @Test
    void anOwnerThatSleptIsFencedClosesTheRoomAndSaysNothingMore() {
        try (TestShard sleeper = new TestShard(TestShard.settings(), 9);
                TestShard heir = new TestShard(TestShard.settings(), 10)) {
            TestPlayer ann = sleeper.player("ann", room).join();
            TestPlayer late = sleeper.player("late", room).join();
            ann.say("one");
            ann.awaitHeard("1:one");
            ann.way = heir.way();
            Resumed resumed = ann.resume();
            assertThat(resumed.place()).isEqualTo(Resumed.Place.RESTORED);
            ann.say("two");
            ann.awaitHeard("2:two");
            late.say("to the sleeper");
            late.await("see the room closed", () -> sleeper.sessionCount() == 0);
            late.pumpFor(50);
            assertThat(late.heard).isEmpty();
            assertThat(late.outbox.acknowledged()).isZero();
            late.way = heir.way();
            late.resume();
            late.awaitHeard("1:to the sleeper");
            assertThat(sleeper.convsInUse).isEmpty();
        }
    }

    @Test
    void anIdleOwnerThatWasFencedFindsOutByItself() {
        try (TestShard sleeper = new TestShard(
                        dev.convoy.node.session.ShardSettings.of(300, dev.convoy.room.Durability.STRICT, 1_000), 9);
                TestShard heir = new TestShard(TestShard.settings(), 10)) {
            TestPlayer ann = sleeper.player("ann", room).join();
            ann.way = heir.way();
            ann.resume();
            ann.await("see the room closed", () -> sleeper.sessionCount() == 0);
            ann.say("one");
            ann.awaitHeard("1:one");
        }
    }

    private static TestNode node() {
        return TestNode.start(settings -> TestNode.withTimes(settings, LEASE_MS, 60_000));
    }

    /** Says ten things on a network that loses answers. */
    private static void talk(TestPlayer player, Random random, List<String> expected) {
        player.inbound = datagram -> random.nextInt(3) == 0 ? List.of() : List.of(datagram);
        for (int i = 0; i < 10; i++) {
            int n = expected.size() + 1;
            player.say("m" + n);
            expected.add(n + ":m" + n);
            if (random.nextBoolean()) player.pump();
        }
    }

    private static void comeBackTo(TestNode node, TestPlayer player) {
        player.way = node.way();
        player.inbound = List::of;
        player.await("be let in by node " + node.serverId, () -> {
            Answer answer = player.comeBack();
            assertThat(answer).isNotInstanceOf(Refused.class);
            return answer instanceof Resumed;
        });
    }
}
