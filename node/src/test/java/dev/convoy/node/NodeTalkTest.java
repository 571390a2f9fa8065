package dev.convoy.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.convoy.protocol.handshake.Refused;
import dev.convoy.protocol.wire.ErrorCode;
import dev.convoy.redis.TestRedis;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

/** A node in good health, and its players. */
@TestInstance(Lifecycle.PER_CLASS)
class NodeTalkTest {
    private TestNode node;
    private String room = "";

    @SuppressWarnings("NullAway.Init") // The node is started before the first test.
    NodeTalkTest() {}

    @BeforeAll
    void start() {
        node = TestNode.start(settings -> TestNode.withShards(settings, 2));
    }

    @AfterAll
    void stop() {
        node.close();
    }

    @BeforeEach
    void freshRoom() {
        room = TestRedis.freshName("room");
    }

    @Test
    void aPlayerJoinsAndTalks() {
        TestPlayer ann = node.player("ann", room).join();
        ann.say("hello");
        ann.awaitHeard("1:hello");
        assertThat(diary()).containsExactly("create", "join ann", "message ann hello");
    }

    @Test
    void aMessageOfSixtyThousandBytesComesThroughWhole() {
        TestPlayer ann = node.player("ann", room).join();
        String large = "x".repeat(59_000);
        ann.say(large);
        ann.awaitHeard("1:" + large);
    }

    @Test
    void aPlayerWhoNamesNoRoomGetsOneOfTheirOwn() {
        TestPlayer ann = node.player("ann", "").join();
        TestPlayer bob = node.player("bob", "").join();
        assertThat(ann.room).startsWith("own-").isNotEqualTo(bob.room);
        ann.say("alone");
        ann.awaitHeard("1:alone");
    }

    @Test
    void twoPlayersOfARoomHearEachOther() {
        TestPlayer ann = node.player("ann", room).join();
        TestPlayer bob = node.player("bob", room).join();
        ann.say("all hands");
        TestPlayer.await(List.of(ann, bob), "hear each other", () -> bob.heard.contains("all hands"));
    }

    @Test
    void volatileMessagesGoBesideTheOthers() {
        TestPlayer ann = node.player("ann", room).join();
        ann.await("see it come back", () -> {
            ann.sayVolatile(5, "here");
            ann.pump();
            return "here".equals(ann.seen.get(5));
        });
        assertThat(ann.heard).isEmpty();
        assertThat(diary()).containsExactly("create", "join ann");
    }

    @Test
    void theSameUserTwiceIsRefusedAndTheFirstLivesOn() {
        TestPlayer ann = node.player("ann", room).join();
        Refused refused = (Refused) node.player("ann", room).connect();
        assertThat(ErrorCode.of(refused.code())).isEqualTo(ErrorCode.ALREADY_JOINED);
        ann.say("still here");
        ann.awaitHeard("1:still here");
    }

    @Test
    void aRoomThatThrowsClosesAloneAndSaysSo() {
        TestPlayer ann = node.player("ann", room).join();
        TestPlayer bob = node.player("bob", TestRedis.freshName("other")).join();
        ann.say("boom");
        ann.await("be told", () -> ann.closed == ErrorCode.ROOM_FAILED);
        bob.say("unharmed");
        bob.awaitHeard("1:unharmed");
        assertThat(node.player("ann", room).join().heard).isEmpty();
    }

    @Test
    void aPlayerWhoLeavesHasLeftOnceAndTheirRoomEnds() {
        TestPlayer ann = node.player("ann", room).join();
        ann.leave();
        ann.await("be gone", () -> diary().contains("dispose"));
        assertThat(diary()).containsExactly("create", "join ann", "leave ann true", "dispose");
    }

    @Test
    void aPlayerMayJoinAgainAtOnceAfterLeaving() {
        for (long i = 1; i <= 5; i++) {
            TestPlayer ann = node.player("ann", room).join();
            ann.say("round");
            ann.awaitHeard("1:round");
            ann.leave();
            long rounds = i;
            ann.await("be gone", () -> ScriptedRoom.script(room).count("dispose") == rounds);
        }
        assertThat(ScriptedRoom.script(room).count("leave ann true")).isEqualTo(5);
    }

    @Test
    void aPlayerWhoIsKickedIsToldWhy() {
        TestPlayer ann = node.player("ann", room).join();
        ann.say("kick");
        ann.await("be told", () -> ann.closed == ErrorCode.KICKED);
        ann.await("be gone", () -> ScriptedRoom.script(room).count("leave ann true") == 1);
    }

    private List<String> diary() {
        return ScriptedRoom.script(room).diary;
    }
}
