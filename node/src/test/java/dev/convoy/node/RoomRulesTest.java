package dev.convoy.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.convoy.protocol.handshake.Accepted;
import dev.convoy.protocol.handshake.Answer;
import dev.convoy.protocol.handshake.Grant;
import dev.convoy.protocol.handshake.ReconnectToken;
import dev.convoy.protocol.handshake.Refused;
import dev.convoy.protocol.handshake.Resumed;
import dev.convoy.protocol.session.LinkTimes;
import dev.convoy.protocol.wire.ErrorCode;
import dev.convoy.redis.TestRedis;
import dev.convoy.room.AdmissionException;
import dev.convoy.room.RoomContext;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Whom a room lets in, new and returning, and what everybody else is told. */
class RoomRulesTest {
    private final TestShard shard = new TestShard(TestShard.settings(), 9);
    private final String room = TestRedis.freshName("room");

    @AfterEach
    void nothingIsLeftBehind() {
        try {
            assertThat(shard.failures()).isEmpty();
        } finally {
            shard.close();
        }
    }

    // ---- password --------------------------------------------------------------------------------------

    @Test
    void whoeverComesLaterNeedsThePasswordThatTheRoomWasMadeWith() {
        with("secret", "ann").join();
        assertCode(ErrorCode.PASSWORD_ERROR, with("wrong", "bob").connect());
        assertCode(ErrorCode.PASSWORD_ERROR, with("", "bob").connect());
        with("secret", "bob").join();
        assertThat(ScriptedRoom.script(room).count("join bob")).isEqualTo(1);
    }

    @Test
    void aReturnNeedsThePasswordAsWellAndAWrongOneCostsNoSeat() {
        TestPlayer ann = with("secret", "ann").join();
        shard.skip(LinkTimes.NODE.idleMs() + 1);
        ann.password = "wrong";
        assertCode(ErrorCode.PASSWORD_ERROR, ann.comeBack());
        ann.password = "secret";
        ann.resume();
        ann.say("back");
        ann.awaitHeard("1:back");
    }

    @Test
    void thePasswordOutlivesTheNode() {
        TestPlayer ann = with("swordfish-4711", "ann").join();
        ann.say("durable");
        ann.awaitHeard("1:durable");
        try (TestShard next = new TestShard(TestShard.settings(), 10)) {
            TestPlayer bob = next.player("bob", room);
            bob.password = "wrong";
            assertCode(ErrorCode.PASSWORD_ERROR, bob.connect());
            bob.password = "swordfish-4711";
            bob.join();
        }
    }

    @Test
    void aRoomMayChangeAndTakeAwayItsPassword() {
        shard.player("ann", room).join();
        TestNode.get(shard.call(() -> context().setPassword("new")));
        assertCode(ErrorCode.PASSWORD_ERROR, with("old", "bob").connect());
        with("new", "bob").join();
        TestNode.get(shard.call(() -> context().setPassword(null)));
        shard.player("carl", room).join();
    }

    // ---- capacity, started, locked ---------------------------------------------------------------------------

    @Test
    void awayPlayersTakeTheirPlaces() {
        ScriptedRoom.script(room).onCreate = context -> {
            context.setCapacity(2);
            return Future.succeededFuture();
        };
        TestPlayer ann = shard.player("ann", room).join();
        shard.skip(LinkTimes.NODE.idleMs() + 1);
        TestPlayer bob = shard.player("bob", room).join();
        assertCode(ErrorCode.PLAYER_COUNT_MAX, shard.player("carl", room).connect());
        ann.resume();
        bob.leave();
        bob.await("have left", () -> ScriptedRoom.script(room).count("leave bob true") == 1);
        shard.player("carl", room).join();
    }

    @Test
    void aStartedRoomTakesNobodyNewAndWelcomesWhoReturns() {
        TestPlayer ann = shard.player("ann", room).join();
        TestPlayer bob = shard.player("bob", room).join();
        shard.run(() -> context().setStarted(true));
        assertCode(ErrorCode.ROOM_IS_STARTED, shard.player("carl", room).connect());
        shard.skip(LinkTimes.NODE.idleMs() + 1);
        ann.resume();
        assertThat(shard.player("bob", room).connect())
                .as("a seat whose token was lost")
                .isInstanceOf(Accepted.class);
        assertCode(ErrorCode.REPLACED, bob.comeBack());
        shard.run(() -> context().setStarted(false));
        shard.player("carl", room).join();
    }

    @Test
    void aLockedRoomTakesNobodyNewAndWelcomesWhoReturns() {
        TestPlayer ann = shard.player("ann", room).join();
        shard.run(() -> context().setLocked(true));
        assertCode(ErrorCode.ROOM_LOCKED, shard.player("bob", room).connect());
        shard.skip(LinkTimes.NODE.idleMs() + 1);
        ann.resume();
        shard.run(() -> context().setLocked(false));
        shard.player("bob", room).join();
    }

    @Test
    void startedLockedAndCapacityOutliveTheNode() {
        TestPlayer ann = shard.player("ann", room).join();
        shard.run(() -> {
            context().setStarted(true);
            context().setCapacity(7);
        });
        ann.say("after it");
        ann.awaitHeard("1:after it");
        try (TestShard next = new TestShard(TestShard.settings(), 10)) {
            assertCode(ErrorCode.ROOM_IS_STARTED, next.player("bob", room).connect());
            assertThat(next.call(() -> context().capacity())).isEqualTo(7);
        }
    }

    // ---- who is who --------------------------------------------------------------------------------------

    @Test
    void aSecondDeviceIsToldAndTheFirstLivesOn() {
        TestPlayer phone = shard.player("ann", room).join();
        shard.run(() -> context().setStarted(true));
        assertCode(ErrorCode.ALREADY_JOINED, shard.player("ann", room).connect());
        phone.say("still here");
        phone.awaitHeard("1:still here");
    }

    @Test
    void aRoomOfAnotherTypeIsRefused() {
        shard.player("ann", room).join();
        TestPlayer bob = new TestPlayer(shard.way(), "bob", "echo", room);
        assertCode(ErrorCode.ROOM_TYPE_MISMATCH, bob.connect());
    }

    @Test
    void theLoginSaysWhoSomebodyIsAndIsAskedAtEveryReturn() {
        shard.login = (user, credential) -> credential.length == 0
                ? Future.failedFuture(new AdmissionException(ErrorCode.AUTH_ERROR, "a login is needed"))
                : Future.succeededFuture(new dev.convoy.node.session.IdentityCheck.Identity(
                        new String(credential, java.nio.charset.StandardCharsets.UTF_8), Map.of("tester", true)));
        TestPlayer ann = shard.player("whatever", room);
        assertCode(ErrorCode.AUTH_ERROR, ann.connect());
        ann.credential = "ann".getBytes(java.nio.charset.StandardCharsets.UTF_8);
        ScriptedRoom.script(room).onAuth = request -> {
            assertThat(request.claims()).containsEntry("tester", true);
            return Future.succeededFuture(request.user());
        };
        ann.join();
        assertThat(ScriptedRoom.script(room).diary).contains("join ann");
        ann.credential = new byte[0];
        assertCode(ErrorCode.AUTH_ERROR, ann.comeBack());
        ann.credential = "eve".getBytes(java.nio.charset.StandardCharsets.UTF_8);
        assertCode(ErrorCode.WRONG_USER, ann.comeBack());
        ann.credential = "ann".getBytes(java.nio.charset.StandardCharsets.UTF_8);
        ann.resume();
    }

    @Test
    void onAuthAndTheBanAreAskedAtEveryReturnAndCostNoSeat() {
        TestPlayer ann = shard.player(TestRedis.freshName("ann"), room).join();
        ScriptedRoom.script(room).onAuth =
                request -> request.returning() ? Future.failedFuture("not any more") : Future.succeededFuture("x");
        assertCode(ErrorCode.AUTH_ERROR, ann.comeBack());
        ScriptedRoom.script(room).onAuth = request -> Future.succeededFuture(request.user());
        ann.nextAttempt = TestPlayer.freshAttempt(); // The desk remembers what it has answered the first one.
        assertThat(ann.comeBack()).isInstanceOf(Resumed.class);
        TestNode.get(Future.fromCompletionStage(shard.redis.users().ban(ann.user, "for now", Duration.ofMinutes(1))));
        assertCode(ErrorCode.BANNED, ann.comeBack());
    }

    @Test
    void aRoomOfOnesOwnIsTheSameOnWhicheverNodeTheRequestIsRepeated() {
        long attempt = TestPlayer.freshAttempt();
        Accepted first = (Accepted) shard.player("ann", "").connect(attempt);
        try (TestShard other = new TestShard(TestShard.settings(), 10)) {
            Accepted again = (Accepted) other.player("ann", "").connect(attempt);
            assertThat(again.roomId()).isEqualTo(first.roomId());
            assertThat(again.session()).isEqualTo(first.session());
        }
    }

    // ---- sent away -----------------------------------------------------------------------------------------

    @Test
    void aPlayerWhoIsKickedWhileAwayIsToldWhenTheyComeBack() {
        TestPlayer ann = shard.player("ann", room).join();
        shard.skip(LinkTimes.NODE.idleMs() + 1);
        shard.run(() -> context().sessions().forEach(session -> session.kick("you were gone")));
        Refused told = (Refused) ann.comeBack();
        assertThat(ErrorCode.of(told.code())).isEqualTo(ErrorCode.KICKED);
        assertThat(told.detail()).isEqualTo("you were gone");
        assertThat(ScriptedRoom.script(room).count("leave ann true")).isEqualTo(1);
    }

    @Test
    void whoKnowsOnlyTheSessionIsNotTold() {
        TestPlayer ann = shard.player("ann", room).join();
        shard.player("bob", room).join();
        shard.run(() -> context().sessions().forEach(session -> session.kick("")));
        Grant known = ann.grant();
        ReconnectToken guess = ReconnectToken.of(new byte[ReconnectToken.BYTES]);
        ann.grant = new Grant(known.conv(), guess, known.resetToken(), known.generation(), known.windowMs());
        assertCode(ErrorCode.SESSION_LOST, ann.comeBack());
    }

    @Test
    void aRoomThatClosesTellsEverybodyAndIsGone() {
        TestPlayer ann = shard.player("ann", room).join();
        TestPlayer bob = shard.player("bob", room).join();
        shard.run(() -> context().close("the game is over"));
        ann.await("be told", () -> ann.closed == ErrorCode.ROOM_CLOSED);
        bob.await("be told", () -> bob.closed == ErrorCode.ROOM_CLOSED);
        assertThat(ScriptedRoom.script(room).diary).endsWith("leave ann true", "leave bob true", "dispose");
        shard.player("ann", room).join();
        assertThat(ScriptedRoom.script(room).count("create")).isEqualTo(2);
    }

    @Test
    void whoBreaksTheProtocolIsToldAndIsAway() {
        TestPlayer ann = shard.player("ann", room).join();
        ann.outbox.release(ann.outbox.append(new byte[] {1}));
        ann.outbox.acknowledge(ann.outbox.last());
        ann.say("with a gap before it");
        ann.await("be told", () -> ann.closed == ErrorCode.PROTOCOL_ERROR);
        assertThat(ScriptedRoom.script(room).diary).containsExactly("create", "join ann", "drop ann");
        assertThat(shard.sessionCount()).isEqualTo(1);
    }

    @Test
    void theOfflineMarkIsSetAndCleared() {
        TestPlayer ann = shard.player("ann", room).join();
        assertThat(shard.call(() -> mark())).isFalse();
        shard.skip(LinkTimes.NODE.idleMs() + 1);
        shard.skip(5_000);
        assertThat(shard.call(() -> mark())).isTrue();
        assertThat(shard.call(() -> context().sessions().iterator().next().offlineMs()))
                .isGreaterThanOrEqualTo(5_000);
        assertThat(shard.call(() -> context().sessions().iterator().next().returnsWithinMs()))
                .isBetween(1L, 55_000L);
        ann.resume();
        assertThat(shard.call(() -> mark())).isFalse();
    }

    private boolean mark() {
        return context().sessions().iterator().next().isOffline();
    }

    private RoomContext context() {
        return Objects.requireNonNull(ScriptedRoom.script(room).context);
    }

    private TestPlayer with(String password, String user) {
        TestPlayer player = shard.player(user, room);
        player.password = password;
        return player;
    }

    static void assertCode(ErrorCode expected, @Nullable Answer answer) {
        assertThat(answer).isInstanceOf(Refused.class);
        assertThat(answer instanceof Refused refused ? ErrorCode.of(refused.code()) : null)
                .isEqualTo(expected);
    }

    static <T> List<T> last(List<T> all, int count) {
        return all.subList(Math.max(0, all.size() - count), all.size());
    }
}
