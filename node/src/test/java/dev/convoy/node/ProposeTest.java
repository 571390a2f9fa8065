package dev.convoy.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.convoy.node.net.Suite;
import dev.convoy.node.session.NewcomerSettings;
import dev.convoy.protocol.conv.ConflictPolicy;
import dev.convoy.protocol.conv.TimeRandomConv;
import dev.convoy.protocol.handshake.Accepted;
import dev.convoy.protocol.handshake.Answer;
import dev.convoy.protocol.handshake.Envelope;
import dev.convoy.protocol.handshake.ProposeRequest;
import dev.convoy.protocol.handshake.Refused;
import dev.convoy.protocol.wire.ControlType;
import dev.convoy.protocol.wire.ErrorCode;
import dev.convoy.redis.TestRedis;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A client that proposes its conv, and what it gets. */
class ProposeTest {
    private static final int SERVER_ID = 9;
    private static final int IDLE_AFTER_MS = 10_000;
    private static final int WISH = SERVER_ID << 24 | 0x5432;

    private TestShard shard = with(ConflictPolicy.reassigning(IDLE_AFTER_MS));
    private final String room = TestRedis.freshName("propose");

    private static TestShard with(ConflictPolicy policy) {
        NewcomerSettings newcomers = new NewcomerSettings(policy, ScriptedRoom.TYPE);
        return new TestShard(TestShard.settings(), SERVER_ID, TestRedis.connect(), newcomers);
    }

    private void restart(ConflictPolicy policy) {
        shard.close();
        shard = with(policy);
    }

    @AfterEach
    void stop() {
        assertThat(shard.failures()).isEmpty();
        shard.close();
    }

    @ParameterizedTest
    @EnumSource(names = {"PLAIN", "SEALED"})
    void aFreeConvIsGrantedAndSpoken(Suite suite) {
        TestPlayer ann = player("ann", suite);
        Accepted accepted = granted(ann, WISH);
        assertThat(accepted.grant().conv()).isEqualTo(WISH);
        assertThat(ann.answers).extracting(envelope -> envelope.type()).containsOnly(ControlType.VERDICT);
        ann.say("hello");
        ann.awaitHeard("1:hello");
    }

    @Test
    void twentyFourBitsAreCompletedByTheNode() {
        TestPlayer ann = player("ann", Suite.SEALED);
        int wish = TimeRandomConv.forRoom(ann.affinity(), 1_700_000_000_000L, new SplittableRandom(1));
        assertThat(granted(ann, wish).grant().conv()).isEqualTo(SERVER_ID << 24 | wish);
    }

    @Test
    void aRepeatedProposalGetsTheSameAnswer() {
        TestPlayer ann = player("ann", Suite.SEALED);
        long attempt = TestPlayer.freshAttempt();
        Answer first = ann.askOnce(proposal(ann, WISH, attempt));
        assertThat(ann.askOnce(proposal(ann, WISH, attempt))).isEqualTo(first);
        assertThat(shard.convsInUse).containsExactly(WISH);
    }

    @Test
    void aConvThatIsNobodysToGiveIsReassigned() {
        int resting = SERVER_ID << 24 | 0x777;
        shard.resting.add(resting);
        int player = 0;
        for (int wish : new int[] {resting, 10 << 24 | 5, 0x4B435033, 0xFF000001}) {
            int conv =
                    granted(player("p" + player++, Suite.PLAIN), wish).grant().conv();
            assertThat(conv).isNotEqualTo(wish);
            assertThat(conv >>> 24).isEqualTo(SERVER_ID);
        }
    }

    @Test
    void whoeverIsThereKeepsTheConvAndTheOtherGetsAnother() {
        TestPlayer ann = player("ann", Suite.PLAIN);
        granted(ann, WISH);
        TestPlayer ben = player("ben", Suite.PLAIN);
        assertThat(granted(ben, WISH).grant().conv()).isNotEqualTo(WISH);
        assertBothSpeak(ann, ben);
    }

    @Test
    void orIsRefusedWhereTheNodeIsSetToThat() {
        restart(ConflictPolicy.refusing(IDLE_AFTER_MS));
        TestPlayer ann = player("ann", Suite.PLAIN);
        granted(ann, WISH);
        TestPlayer ben = player("ben", Suite.PLAIN);
        Answer answer = ben.askOnce(proposal(ben, WISH, TestPlayer.freshAttempt()));
        assertThat(answer)
                .isInstanceOfSatisfying(
                        Refused.class, refused -> assertThat(refused.code()).isEqualTo(ErrorCode.CONV_IN_USE.code()));
        ben.join();
        assertBothSpeak(ann, ben);
    }

    @Test
    void whoeverHasBeenIdleForLongGivesItUpAndComesBackWithItsToken() {
        TestPlayer ann = player("ann", Suite.PLAIN);
        granted(ann, WISH);
        ann.say("one");
        ann.awaitHeard("1:one");
        shard.skip(IDLE_AFTER_MS + 1);
        TestPlayer ben = player("ben", Suite.PLAIN);
        assertThat(granted(ben, WISH).grant().conv()).isEqualTo(WISH);
        assertThat(shard.convsInUse).containsExactly(WISH);
        ben.say("mine now");
        ben.awaitHeard("1:mine now");
        ann.resume();
        ann.say("two");
        ann.awaitHeard("2:two");
        assertThat(ScriptedRoom.script(room).diary).contains("drop ann", "reconnect ann");
    }

    @Test
    void aSealedHolderIsNeverEvicted() {
        TestPlayer ann = player("ann", Suite.SEALED);
        granted(ann, WISH);
        ann.say("one");
        ann.awaitHeard("1:one");
        shard.skip(IDLE_AFTER_MS + 1);
        TestPlayer ben = player("ben", Suite.PLAIN);
        assertThat(granted(ben, WISH).grant().conv()).isNotEqualTo(WISH);
        assertBothSpeak(ann, ben);
    }

    /** A request for this conv, or, with high byte 0, for these 24 bits. */
    static Envelope proposal(TestPlayer player, int conv, long attempt) {
        ProposeRequest request = new ProposeRequest(conv, player.joinRequest());
        return player.request(ControlType.PROPOSE, attempt, request.encode());
    }

    private TestPlayer player(String user, Suite suite) {
        TestPlayer player = shard.player(user, room);
        player.suite = suite;
        return player;
    }

    private static Accepted granted(TestPlayer player, int wish) {
        Answer answer = player.ask(proposal(player, wish, TestPlayer.freshAttempt()));
        assertThat(answer).isInstanceOf(Accepted.class);
        Accepted accepted = (Accepted) answer;
        player.begin(accepted);
        player.await("use its conv", () -> player.link().hasHeard());
        return accepted;
    }

    private static void assertBothSpeak(TestPlayer ann, TestPlayer ben) {
        ann.say("still ann");
        ben.say("still ben");
        TestPlayer.await(
                java.util.List.of(ann, ben),
                "be heard",
                () -> ann.heard.stream().anyMatch(text -> text.endsWith("still ann"))
                        && ben.heard.stream().anyMatch(text -> text.endsWith("still ben")));
    }
}
