package dev.convoy.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.convoy.node.net.Suite;
import dev.convoy.node.session.ShardSettings;
import dev.convoy.protocol.handshake.Accepted;
import dev.convoy.protocol.handshake.Answer;
import dev.convoy.protocol.handshake.Envelope;
import dev.convoy.protocol.handshake.Refused;
import dev.convoy.protocol.handshake.Resumed;
import dev.convoy.protocol.session.LinkTimes;
import dev.convoy.protocol.wire.ErrorCode;
import dev.convoy.redis.TestRedis;
import dev.convoy.room.AdmissionException;
import dev.convoy.room.Durability;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What time, bad rooms and other people's requests do to a shard's sessions. */
class ShardTest {
    private static final long WINDOW_MS = 60_000;
    /** Longer than a desk remembers its answers. */
    private static final long FORGOTTEN_MS = 31_000;

    private TestShard shard = new TestShard(TestShard.settings(), 9);
    private String room = "";

    @BeforeEach
    void freshRoom() {
        room = TestRedis.freshName("room");
    }

    @AfterEach
    void nothingIsLeftBehind() {
        try {
            until("every conv is a connection's", () -> shard.convsInUse.size() == shard.connectionCount());
            assertThat(shard.failures()).isEmpty();
        } finally {
            shard.close();
        }
    }

    // ---- time ------------------------------------------------------------------------------------------

    @Test
    void aSilentPlayerIsAwayAndComesBack() {
        TestPlayer ann = shard.player("ann", room).join();
        ann.say("here");
        ann.awaitHeard("1:here");
        shard.skip(LinkTimes.NODE.idleMs() + 1);
        assertThat(diary()).endsWith("drop ann");
        assertThat(shard.connectionCount()).isZero();
        assertThat(shard.sessionCount()).isEqualTo(1);
        ann.resume();
        ann.say("again");
        ann.awaitHeard("2:again");
        assertThat(diary())
                .containsExactly(
                        "create", "join ann", "message ann here", "drop ann", "reconnect ann", "message ann again");
    }

    @Test
    void aPlayerWhoOwesAnAnswerIsAwaySooner() {
        TestPlayer ann = shard.player("ann", room).join();
        ann.say("here");
        until("the message is there", () -> diary().contains("message ann here"));
        TestPlayer bob = shard.player("bob", room).join();
        bob.say("committed after it");
        bob.awaitHeard("1:committed after it");
        shard.skip(LinkTimes.NODE.silenceMs() + 1);
        assertThat(diary()).contains("drop ann");
    }

    @Test
    void whenTheWindowIsOverThePlayerHasLeftOnce() {
        TestPlayer ann = shard.player("ann", room).join();
        shard.skip(LinkTimes.NODE.idleMs() + 1);
        shard.skip(WINDOW_MS - 10);
        assertThat(diary()).doesNotContain("leave ann false");
        shard.skip(11);
        shard.skip(10 * WINDOW_MS);
        assertThat(diary()).containsExactly("create", "join ann", "drop ann", "leave ann false", "dispose");
        assertThat(shard.sessionCount()).isZero();
        assertThat(ann.comeBack()).isInstanceOf(Refused.class);
    }

    @Test
    void aSessionEndsAfterItsAbsoluteTimeHoweverBusyItIs() {
        shard.close();
        shard = new TestShard(
                new ShardSettings(
                        WINDOW_MS, 600_000, 100, 10_000, 10, 5_000, LinkTimes.NODE, Durability.STRICT, 1_000, 50),
                9);
        TestPlayer ann = shard.player("ann", room).join();
        for (int i = 1; shard.sessionCount() > 0 && i < 40; i++) {
            ann.say("busy");
            int messages = i;
            ann.await("be answered or told", () -> ann.heard.size() == messages || ann.closed != null);
            ann.pumpFor(15); // Until what the player owes has arrived.
            shard.skip(20_000);
        }
        ann.await("be told", () -> ann.closed == ErrorCode.TOKEN_EXPIRED);
        assertThat(diary()).endsWith("leave ann true", "dispose").doesNotContain("drop ann");
    }

    @Test
    void anAlarmThatWasOvertakenSetsNoOther() {
        TestPlayer ann = shard.player("ann", room).join();
        ann.say("m");
        ann.awaitHeard(1);
        int before = shard.alarmsUnderWay.get();
        for (int i = 0; i < 100; i++) shard.run(shard.traffic::onAlarm);
        assertThat(shard.alarmsUnderWay.get()).isLessThan(before + 10);
    }

    // ---- repeated and replayed handshakes -----------------------------------------------------------------

    @Test
    void aReplayedReconnectDoesNotEndTheConvThatItsAnswerOpened() {
        TestPlayer ann = shard.player("ann", room).join();
        Envelope request = ann.reconnectRequest(ann.nextAttempt);
        Resumed first = ann.resume();
        ann.say("in use");
        ann.awaitHeard("1:in use");
        shard.skip(FORGOTTEN_MS - 10_000);
        ann.say("and in use");
        ann.awaitHeard("2:and in use");
        shard.skip(FORGOTTEN_MS - 10_000);
        TestPlayer attacker = shard.player("eve", room).reading(ann);
        Answer replayed = attacker.askOnce(request);
        assertThat(replayed).isInstanceOf(Resumed.class);
        assertThat(((Resumed) replayed).grant()).isEqualTo(first.grant());
        ann.say("undisturbed");
        ann.awaitHeard("3:undisturbed");
        assertThat(ScriptedRoom.script(room).count("reconnect ann")).isEqualTo(1);
    }

    @Test
    void aConnectRepeatedAfterItsAnswerWasForgottenGetsItAgain() {
        TestPlayer ann = shard.player("ann", room);
        Envelope request = ann.connectRequest(TestPlayer.freshAttempt());
        Answer first = ann.askOnce(request);
        flushTheDesk();
        assertThat(ann.askOnce(request)).isEqualTo(first);
        ann.begin((Accepted) first);
        ann.say("in");
        ann.awaitHeard("1:in");
        assertThat(ScriptedRoom.script(room).count("join ann")).isEqualTo(1);
    }

    @Test
    void aReplayedConnectMovesNobody() {
        TestPlayer ann = shard.player("ann", room);
        Envelope request = ann.connectRequest(TestPlayer.freshAttempt());
        ann.begin((Accepted) ann.askOnce(request));
        ann.say("in");
        ann.awaitHeard("1:in");
        ann.resume();
        ann.say("back");
        ann.awaitHeard("2:back");
        flushTheDesk();
        TestPlayer attacker = shard.player("ann", room).reading(ann);
        assertCode(ErrorCode.ALREADY_JOINED, attacker.askOnce(request));
        ann.say("unmoved");
        ann.awaitHeard("3:unmoved");
    }

    // ---- the application ----------------------------------------------------------------------------------

    @Test
    void anOnAuthThatFailsIsAnAuthError() {
        script().onAuth = request -> Future.failedFuture(new IllegalStateException("no such user"));
        assertCode(ErrorCode.AUTH_ERROR, shard.player("ann", room).connect());
        script().onAuth = request -> {
            throw new IllegalStateException("thrown");
        };
        assertCode(ErrorCode.AUTH_ERROR, shard.player("ann", room).connect());
        script().onAuth = request -> Future.failedFuture(new AdmissionException(ErrorCode.BANNED, "go away"));
        Refused refused = (Refused) shard.player("ann", room).connect();
        assertThat(refused).isEqualTo(Refused.because(ErrorCode.BANNED, "go away"));
    }

    @Test
    void aRefusalWithALongExplanationIsStillAnAnswer() {
        script().onAuth =
                request -> Future.failedFuture(new AdmissionException(ErrorCode.BANNED, "é".repeat(400) + "\n"));
        Refused refused = (Refused) shard.player("ann", room).connect();
        assertThat(refused.detail()).startsWith("éé");
    }

    @Test
    void aPlayerIdThatCannotBeIsAnAuthErrorAndLocksNobodyOut() {
        for (String playerId : List.of("", "x".repeat(65), "x".repeat(300))) {
            script().onAuth = request -> Future.succeededFuture(playerId);
            assertCode(ErrorCode.AUTH_ERROR, shard.player("ann", room).connect());
        }
        script().onAuth = request -> Future.succeededFuture("p1");
        shard.player("ann", room).join();
    }

    @Test
    void anOnAuthThatHangsIsAnsweredAndTheRoomGoesOn() {
        shard.close();
        shard = new TestShard(
                new ShardSettings(
                        WINDOW_MS, 3_600_000, 20, 10_000, 10, 300, LinkTimes.NODE, Durability.STRICT, 1_000, 50),
                9);
        Promise<String> never = Promise.promise();
        TestPlayer bob = shard.player("bob", room).join();
        script().onAuth = request -> request.user().equals("ann") ? never.future() : Future.succeededFuture("p");
        TestPlayer ann = shard.player("ann", room);
        ann.send(ann.connectRequest(7).encode());
        shard.player("carl", room).join();
        ann.await("be answered", () -> ann.answerTo(7, 0) != null);
        assertCode(ErrorCode.RETRY_LATER, ann.answerTo(7, 0));
        never.complete("too late");
        bob.say("going on");
        bob.awaitHeard("1:going on");
        assertThat(diary()).doesNotContain("join ann");
    }

    @Test
    void anOnAuthThatAnswersOnAnotherThreadIsBroughtBack() {
        script().onAuth = request -> {
            Promise<String> answer = Promise.promise();
            new Thread(() -> answer.complete("p1"), "somebody-elses").start();
            return answer.future();
        };
        shard.player("ann", room).join();
        assertThat(shard.convsTakenBy).hasSize(1).doesNotContain("somebody-elses");
    }

    @Test
    void aRoomThatThrowsInOnJoinRefusesWithRoomFailed() {
        script().onJoin = session -> {
            throw new IllegalStateException("the test asked for it");
        };
        assertCode(ErrorCode.ROOM_FAILED, shard.player("ann", room).connect());
        assertThat(shard.connectionCount()).isZero();
    }

    @Test
    void aPlayerKickedInOnJoinIsNotLetIn() {
        TestPlayer bob = shard.player("bob", room).join();
        script().onJoin = session -> session.kick("not you");
        assertCode(ErrorCode.KICKED, shard.player("ann", room).connect());
        assertThat(shard.connectionCount()).isEqualTo(1);
        bob.say("still in");
        bob.awaitHeard("1:still in");
    }

    @Test
    void aPlayerKickedInOnReconnectIsNotLetIn() {
        TestPlayer ann = shard.plainPlayer("ann", room).join();
        script().onReconnect = session -> session.kick("not again");
        assertCode(ErrorCode.KICKED, ann.comeBack());
        assertThat(shard.connectionCount()).isZero();
    }

    @Test
    void aRoomThatThrowsInOnReconnectRefusesWithRoomFailed() {
        TestPlayer ann = shard.plainPlayer("ann", room).join();
        script().onReconnect = session -> {
            throw new IllegalStateException("the test asked for it");
        };
        assertCode(ErrorCode.ROOM_FAILED, ann.comeBack());
        assertThat(shard.connectionCount()).isZero();
    }

    // ---- bounds -----------------------------------------------------------------------------------------

    @Test
    void aRoomThatNobodyGotIntoIsNotKept() {
        script().onAuth = request -> Future.failedFuture(new AdmissionException(ErrorCode.AUTH_ERROR, "no"));
        assertCode(ErrorCode.AUTH_ERROR, shard.player("ann", room).connect());
        until("the room is disposed of", () -> diary().contains("dispose"));
        script().onAuth = request -> Future.succeededFuture("p");
        shard.player("ann", room).join();
        assertThat(diary()).containsExactly("create", "dispose", "create", "join ann");
    }

    @Test
    void aRoomThatABannedUserAskedForIsNotKept() throws Exception {
        shard.redis
                .users()
                .ban(room + "-eve", "enough", java.time.Duration.ofMinutes(1))
                .toCompletableFuture()
                .get();
        assertCode(ErrorCode.BANNED, shard.player(room + "-eve", room).connect());
        until("the room is disposed of", () -> diary().contains("dispose"));
        assertThat(diary()).containsExactly("create", "dispose");
    }

    @Test
    void noConvLeftIsAnsweredAndLocksNobodyOut() {
        TestPlayer bob = shard.player("bob", room).join();
        shard.hasConvs = false;
        assertCode(ErrorCode.NO_CONV_FREE, shard.player("ann", room).connect());
        assertCode(ErrorCode.NO_CONV_FREE, bob.comeBack());
        shard.hasConvs = true;
        shard.player("ann", room).join();
        bob.resume();
    }

    @Test
    void noConvLeftDoesNotCostAnAwayPlayerTheirSeat() {
        TestPlayer ann = shard.player("ann", room).join();
        shard.skip(LinkTimes.NODE.idleMs() + 1);
        shard.hasConvs = false;
        assertCode(ErrorCode.NO_CONV_FREE, shard.player("ann", room).connect());
        shard.hasConvs = true;
        ann.resume();
    }

    @Test
    void aUserWhoIsAwayIsReplacedByTheirSecondJoin() {
        TestPlayer ann = shard.player("ann", room).join();
        shard.skip(LinkTimes.NODE.idleMs() + 1);
        TestPlayer again = shard.player("ann", room).join();
        again.say("new");
        again.awaitHeard("1:new");
        assertCode(ErrorCode.REPLACED, ann.comeBack());
        assertThat(ScriptedRoom.script(room).count("leave ann true")).isEqualTo(1);
    }

    @Test
    void aFullOutboxEndsTheSessionWithItsReason() {
        shard.close();
        shard = new TestShard(
                new ShardSettings(
                        WINDOW_MS, 3_600_000, 20, 10_000, 10, 5_000, LinkTimes.NODE, Durability.STRICT, 1_000, 50),
                9);
        TestPlayer ann = shard.player("ann", room).join();
        ann.say("flood 21");
        ann.await("be told", () -> ann.closed == ErrorCode.OUTBOX_FULL);
        assertThat(diary()).endsWith("leave ann true", "dispose");
    }

    @Test
    void aFullShardSaysSo() {
        shard.close();
        shard = new TestShard(
                new ShardSettings(
                        WINDOW_MS, 3_600_000, 20, 10_000, 2, 5_000, LinkTimes.NODE, Durability.STRICT, 1_000, 50),
                9);
        shard.player("ann", room).join();
        shard.player("bob", room).join();
        assertCode(ErrorCode.NO_CONV_FREE, shard.player("carl", room).connect());
    }

    @Test
    void aReturnToARoomThatIsGoneDoesNotSpoilAConnectToIt() {
        TestPlayer ann = shard.player("ann", room).join();
        ann.leave();
        ann.await("be gone", () -> diary().contains("dispose"));
        TestPlayer bob = shard.player("bob", room);
        for (int i = 0; i < 20; i++) {
            ann.send(ann.reconnectRequest(TestPlayer.freshAttempt()).encode());
            bob.send(bob.connectRequest(i).encode());
            int attempt = i;
            bob.await("be answered", () -> bob.answerTo(attempt, 0) != null);
            assertThat(bob.answerTo(i, 0)).isNotNull();
            if (bob.answerTo(i, 0) instanceof Refused refused) {
                assertThat(ErrorCode.of(refused.code())).isEqualTo(ErrorCode.ALREADY_JOINED);
            }
        }
    }

    private ScriptedRoom.Script script() {
        return ScriptedRoom.script(room);
    }

    private List<String> diary() {
        return script().diary;
    }

    /** Other people's requests, until the desk has forgotten the first ones. */
    private void flushTheDesk() {
        TestPlayer crowd = new TestPlayer(shard.way(), "crowd", "no-such-type", room);
        crowd.suite = Suite.PLAIN;
        for (int i = 0; i < 8_300; i++) crowd.send(crowd.connectRequest(i).encode());
        crowd.await("be refused", () -> crowd.answers.size() == 8_300);
    }

    private void until(String what, BooleanSupplier isSo) {
        shard.player("nobody", room).await(what, isSo);
    }

    private static void assertCode(ErrorCode expected, @org.jspecify.annotations.Nullable Answer answer) {
        assertThat(answer instanceof Refused refused ? ErrorCode.of(refused.code()) : null)
                .isEqualTo(expected);
    }
}
