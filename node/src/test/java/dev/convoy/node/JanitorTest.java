package dev.convoy.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.convoy.node.janitor.JanitorTimes;
import dev.convoy.node.session.ShardSettings;
import dev.convoy.redis.TestRedis;
import dev.convoy.room.Durability;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

/** Sessions whose node has died and whose players never come back: onLeave runs once, on somebody. */
class JanitorTest {
    private static final int DEAD_SERVER_ID = 9;
    private static final long WINDOW_MS = 1_000;
    private static final JanitorTimes FAST = JanitorTimes.of(100);

    private String room = "";

    @BeforeEach
    void freshRoom() {
        room = TestRedis.freshName("room");
    }

    @RepeatedTest(5)
    void twoJanitorsOfTheSamePartitionsEndASessionOnce() {
        try (TestShard first = shard(20);
                TestShard second = shard(21)) {
            leaveOrphans();
            first.runJanitor("both", FAST); // Under one name, both own every partition.
            second.runJanitor("both", FAST);
            untilEverybodyHasLeft(first);
            first.player("nobody", "nowhere").pumpFor(1_500); // Time in which nothing else must happen.
            assertEverybodyLeftOnce();
            assertThat(first.sessionCount() + second.sessionCount()).isZero();
        }
    }

    @Test
    void theNextJanitorGoesOnWhenTheFirstHasDied() {
        try (TestShard second = shard(23)) {
            try (TestShard first = shard(22)) {
                first.runJanitor(TestRedis.freshName("janitor"), FAST);
                first.player("nobody", "nowhere").pumpFor(500); // It has the partitions now.
                leaveOrphans();
            }
            second.runJanitor(TestRedis.freshName("janitor"), FAST);
            untilEverybodyHasLeft(second);
            second.player("nobody", "nowhere").pumpFor(500);
            assertEverybodyLeftOnce();
        }
    }

    @Test
    void aJanitorThatDiedWithTheRoomInItsHandsIsCleanedUpAfterInItsTurn() {
        String janitor = TestRedis.freshName("janitor");
        try (TestShard second = shard(25)) {
            try (TestShard first = shard(24)) {
                leaveOrphans();
                first.runJanitor(janitor, FAST);
                first.player("nobody", "nowhere").await("see the room taken over", () -> count("restore") == 1);
            }
            second.runJanitor(janitor, FAST);
            untilEverybodyHasLeft(second);
            second.player("nobody", "nowhere").await("see the room gone", () -> count("dispose") >= 1);
            // The first may have got as far as the application, but not to Redis: what it changed there is gone with
            // it.
            assertThat(count("leave ann false")).isBetween(1L, count("restore"));
        }
    }

    @Test
    void threeNodesOfWhichOneDiesTellTheRoomOnce() {
        try (TestNode first = node();
                TestNode second = node();
                TestNode third = node()) {
            first.player("ann", room).join();
            first.player("bob", room).join();
            first.kill();
            try (TestShard watch = shard(26)) {
                untilEverybodyHasLeft(watch);
                watch.player("nobody", "nowhere").pumpFor(2_000);
            }
            assertEverybodyLeftOnce();
            assertThat(second.serverId).isNotEqualTo(third.serverId);
        }
    }

    /** Two players of a node that is gone. */
    private void leaveOrphans() {
        try (TestShard dead = shard(DEAD_SERVER_ID)) {
            dead.player("ann", room).join();
            dead.player("bob", room).join();
        }
    }

    private void untilEverybodyHasLeft(TestShard watch) {
        watch.player("nobody", "nowhere")
                .await("see everybody leave", () -> count("leave ann false") > 0 && count("leave bob false") > 0);
    }

    private void assertEverybodyLeftOnce() {
        assertThat(count("leave ann false")).isEqualTo(1);
        assertThat(count("leave bob false")).isEqualTo(1);
        assertThat(count("join ann")).isEqualTo(1);
        assertThat(count("dispose")).isEqualTo(1);
    }

    private long count(String line) {
        return ScriptedRoom.script(room).count(line);
    }

    private static TestShard shard(int serverId) {
        return new TestShard(ShardSettings.of(WINDOW_MS, Durability.STRICT, 1_000), serverId);
    }

    private static TestNode node() {
        return TestNode.start(settings -> TestNode.withTimes(settings, 500, WINDOW_MS));
    }
}
