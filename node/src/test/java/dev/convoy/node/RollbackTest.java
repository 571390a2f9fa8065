package dev.convoy.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.convoy.node.session.ShardSettings;
import dev.convoy.protocol.handshake.Resumed;
import dev.convoy.redis.TestRedis;
import dev.convoy.room.Durability;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Checkpoint rooms whose owner is gone: what their players are told, so that they miss nothing without knowing. */
class RollbackTest {
    private static final long NO_CHECKPOINT_MS = 3_600_000;

    private final TestShard lost = shard(9);
    private final TestShard heir = shard(10);
    private final TestShard nextHeir = shard(11);
    private final String room = TestRedis.freshName("room");

    @AfterEach
    void closeAll() {
        assertThat(lost.failures()).isEmpty();
        assertThat(heir.failures()).isEmpty();
        assertThat(nextHeir.failures()).isEmpty();
        lost.close();
        heir.close();
        nextHeir.close();
    }

    @Test
    void whoHasMoreThanStandsIsToldWhatStandsAndTheirMessagesAreTakenAgain() {
        TestPlayer ann = talking("ann");
        comeBackTo(heir, ann);
        ann.awaitHeard(3);
        assertThat(ann.heard).containsExactly("1:before", "state", "1:before");
    }

    @Test
    void whatIsSaidToAPlayerBeforeTheyAreBackIsHeardBehindTheState() {
        TestPlayer ann = talking("ann");
        TestPlayer bob = talking("bob");
        comeBackTo(heir, bob);
        bob.say("all hello");
        bob.awaitHeard("all hello");
        comeBackTo(heir, ann);
        ann.awaitHeard("all hello");
        ann.awaitHeard(4);
        assertThat(ann.heard).containsExactly("1:before", "state", "all hello", "1:before");
    }

    @Test
    void aSecondCrashDoesNotMakeCertainWhatTheFirstOneLeftInDoubt() {
        TestPlayer ann = talking("ann");
        ann.say("more");
        ann.awaitHeard("2:more");
        TestPlayer bob = talking("bob");
        comeBackTo(heir, bob);
        bob.say("all hello");
        bob.say("all of you");
        bob.awaitHeard("all of you");
        TestPlayer cat = heir.player("cat", room).join();
        cat.say("what was said is stored now");
        cat.awaitHeard(1);
        // A return makes the room durable, so that numbers which ann has heard under other messages are in Redis.
        comeBackTo(heir, cat);
        comeBackTo(nextHeir, bob);
        comeBackTo(nextHeir, ann);
        ann.awaitHeard("1:before");
        ann.awaitHeard(3);
        assertThat(ann.heard.get(2)).startsWith("state");
    }

    @Test
    void whoComesBackIsToldOfEverythingThatWasReceivedAndAllOfItIsDurable() {
        TestPlayer ann = talking("ann");
        assertThat(ann.outbox.acknowledged())
                .as("acknowledged before a checkpoint")
                .isZero();
        Resumed resumed = ann.resume();
        assertThat(resumed.received()).isEqualTo(1);
        comeBackTo(heir, ann);
        ann.say("after");
        ann.awaitHeard("2:after");
        assertThat(ann.heard).containsExactly("1:before", "2:after");
    }

    private TestPlayer talking(String user) {
        TestPlayer player = lost.player(user, room).join();
        player.say("before");
        player.awaitHeard("1:before");
        return player;
    }

    private static void comeBackTo(TestShard shard, TestPlayer player) {
        player.way = shard.way();
        player.resume();
    }

    private static TestShard shard(int serverId) {
        return new TestShard(ShardSettings.of(60_000, Durability.CHECKPOINT, NO_CHECKPOINT_MS), serverId);
    }
}
