package dev.convoy.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.convoy.node.session.NewcomerSettings;
import dev.convoy.protocol.conv.BareHandshake;
import dev.convoy.protocol.conv.ConflictPolicy;
import dev.convoy.protocol.wire.ControlType;
import dev.convoy.protocol.wire.ErrorCode;
import dev.convoy.redis.TestRedis;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Programs that know KCP and twelve bytes more. */
class BareTest {
    private static final int SERVER_ID = 9;
    private static final int IDLE_AFTER_MS = 10_000;
    private static final AtomicInteger PORTS = new AtomicInteger(50_000);

    private TestShard shard = with(ConflictPolicy.reassigning(IDLE_AFTER_MS), "echo");

    private static TestShard with(ConflictPolicy policy, String roomType) {
        NewcomerSettings newcomers = new NewcomerSettings(policy, roomType);
        return new TestShard(TestShard.settings(), SERVER_ID, TestRedis.connect(), newcomers);
    }

    @AfterEach
    void stop() {
        assertThat(shard.failures()).isEmpty();
        shard.close();
    }

    @Test
    void aConvIsAssignedAndTheRoomSpeaksRawKcp() {
        BarePlayer player = player();
        BareHandshake answer = player.ask(BareHandshake.connect(4711));
        assertThat(answer.type()).isEqualTo(ControlType.ACCEPT);
        assertThat(answer.third()).isZero();
        player.begin(answer.second());
        player.say("hello");
        player.say("x".repeat(5_000)); // In several segments.
        player.awaitHeard("x".repeat(5_000));
        assertThat(player.heard).containsExactly("hello", "x".repeat(5_000));
        assertThat(shard.hall.sessionCount()).isEqualTo(1);
    }

    @Test
    void theSameRequestGetsTheSameConvAndAnotherAnother() {
        BarePlayer player = player();
        int conv = player.ask(BareHandshake.connect(1)).second();
        assertThat(player.ask(BareHandshake.connect(1)).second()).isEqualTo(conv);
        assertThat(player.ask(BareHandshake.connect(2)).second()).isNotEqualTo(conv);
        assertThat(player().ask(BareHandshake.connect(1)).second()).isNotEqualTo(conv);
        assertThat(shard.hall.sessionCount()).isEqualTo(3);
    }

    @Test
    void aProposalIsGrantedOrReassigned() {
        int wish = SERVER_ID << 24 | 0x1234;
        assertThat(player().ask(BareHandshake.propose(wish, 7)))
                .isEqualTo(new BareHandshake(ControlType.VERDICT, wish, 0));
        BareHandshake second = player().ask(BareHandshake.propose(wish, 7));
        assertThat(second.third()).isEqualTo(1);
        assertThat(second.second()).isNotEqualTo(wish).isNotZero();
        BareHandshake foreign = player().ask(BareHandshake.propose(0x66778899, 7));
        assertThat(foreign.third()).isEqualTo(1);
        assertThat(foreign.second() >>> 24).isEqualTo(SERVER_ID);
    }

    @Test
    void aProposalCanBeRefusedOrEvictWhoeverIsIdle() {
        shard.close();
        shard = with(ConflictPolicy.refusing(IDLE_AFTER_MS), "echo");
        int wish = SERVER_ID << 24 | 0x1234;
        BarePlayer first = player();
        first.join(BareHandshake.propose(wish, 0));
        first.say("here");
        first.awaitHeard("here");
        assertThat(player().ask(BareHandshake.propose(wish, 0)))
                .isEqualTo(new BareHandshake(ControlType.VERDICT, 0, ErrorCode.CONV_IN_USE.code()));
        shard.skip(IDLE_AFTER_MS + 1);
        BarePlayer second = player();
        assertThat(second.join(BareHandshake.propose(wish, 0))).isEqualTo(wish);
        second.say("mine");
        second.awaitHeard("mine");
        assertThat(shard.hall.sessionCount()).isEqualTo(1);
    }

    @Test
    void itIsBoundToItsAddress() {
        BarePlayer player = player();
        int conv = player.join(BareHandshake.connect(1));
        player.say("one");
        player.awaitHeard("one");
        BarePlayer stranger = player();
        stranger.begin(conv);
        for (int i = 0; i < 20; i++) stranger.say("I am " + i);
        player.say("two");
        player.awaitHeard("two");
        assertThat(player.heard).containsExactly("one", "two");
        assertThat(stranger.heard).isEmpty();
    }

    @Test
    void aConvThatIsNotUsedIsGoneAfterTenSecondsAndAnIdleOneAfterThirty() {
        player().ask(BareHandshake.connect(1));
        BarePlayer speaks = player();
        speaks.join(BareHandshake.connect(2));
        speaks.say("one");
        speaks.awaitHeard("one");
        assertThat(shard.convsInUse).hasSize(2);
        shard.skip(11_000);
        assertThat(shard.hall.sessionCount()).isEqualTo(1);
        speaks.say("two");
        speaks.awaitHeard("two");
        shard.skip(31_000);
        assertThat(shard.hall.sessionCount()).isZero();
        assertThat(shard.convsInUse).isEmpty();
    }

    @Test
    void aRoomThatThrowsEndsItAndARequestFromBeforeGetsANewConv() {
        shard.close();
        shard = with(ConflictPolicy.reassigning(IDLE_AFTER_MS), ScriptedRoom.TYPE);
        BarePlayer player = player();
        int conv = player.join(BareHandshake.connect(1));
        player.say("boom");
        player.await("be forgotten", () -> shard.hall.sessionCount() == 0);
        assertThat(player.join(BareHandshake.connect(1))).isNotEqualTo(conv);
        player.say("again");
        player.awaitHeard("1:again");
    }

    @Test
    void aDrainEndsItAndKeepsNothingBehind() {
        BarePlayer player = player();
        player.join(BareHandshake.connect(1));
        player.say("one");
        player.awaitHeard("one");
        TestNode.get(shard.call(() -> shard.hall.releaseAll()));
        assertThat(shard.hall.sessionCount()).isZero();
        assertThat(shard.convsInUse).isEmpty();
    }

    @Test
    void moreThanAHundredNewOnesInASecondHaveToComeAgain() {
        Set<Integer> convs = new HashSet<>();
        List<BareHandshake> refused = new ArrayList<>();
        BarePlayer player = player();
        for (int i = 0; i < 300; i++) player.send(BareHandshake.connect(i).encode());
        player.await("be answered", () -> player.answers.size() == 300);
        for (BareHandshake answer : player.answers) {
            if (answer.third() == 0) convs.add(answer.second());
            else refused.add(answer);
        }
        assertThat(convs.size()).isBetween(100, 200); // The burst may have seen the second change.
        assertThat(refused).hasSize(300 - convs.size()).allSatisfy(answer -> {
            assertThat(answer.second()).isZero();
            assertThat(answer.third()).isEqualTo(ErrorCode.RETRY_LATER.code());
        });
    }

    private BarePlayer player() {
        return new BarePlayer(shard.way(), PORTS.incrementAndGet(), shard::nowMs);
    }
}
