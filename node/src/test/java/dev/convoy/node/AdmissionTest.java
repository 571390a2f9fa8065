package dev.convoy.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.convoy.node.session.ShardSettings;
import dev.convoy.protocol.handshake.Accepted;
import dev.convoy.protocol.handshake.Answer;
import dev.convoy.protocol.handshake.Grant;
import dev.convoy.protocol.handshake.ReconnectToken;
import dev.convoy.protocol.handshake.Refused;
import dev.convoy.protocol.wire.ErrorCode;
import dev.convoy.redis.ConvoyRedis;
import dev.convoy.redis.Fence;
import dev.convoy.redis.RedisSettings;
import dev.convoy.redis.Revocation;
import dev.convoy.redis.RoomClaim;
import dev.convoy.redis.RoomSpec;
import dev.convoy.redis.TestRedis;
import dev.convoy.redis.Users;
import dev.convoy.redis.local.RedisServerProcess;
import dev.convoy.room.Durability;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who is let in, whose room that is, and what is left in Redis of those who are not. */
class AdmissionTest {
    private TestShard shard;
    private String room = "";

    @SuppressWarnings("NullAway.Init") // The shard is started before each test.
    AdmissionTest() {}

    @BeforeEach
    void start() {
        shard = new TestShard(TestShard.settings(), 9);
        room = TestRedis.freshName("room");
    }

    @AfterEach
    void stop() {
        assertThat(shard.failures()).isEmpty();
        shard.close();
    }

    @Test
    void aBannedUserIsNotLetIntoARoomThatIsHereAndLeavesNoRecord() {
        shard.player("ann", room).join();
        String eve = ban("eve");
        assertRefused(ErrorCode.BANNED, "enough", shard.player(eve, room).connect());
        until("the record is gone", () -> membersOf(room) == 1);
        assertThat(diary()).containsExactly("create", "join ann");
        assertThat(shard.convsInUse).hasSize(1);
    }

    @Test
    void aBannedUserWhoIsAwayDoesNotComeBackAndIsOverForTheRoom() {
        shard.player("ann", room).join();
        TestPlayer eve = shard.player(TestRedis.freshName("eve"), room).join();
        get(shard.redis.users().ban(eve.user, "enough", Duration.ofMinutes(1)));
        assertRefused(ErrorCode.BANNED, "enough", eve.comeBack());
        until("the room has been told", () -> diary().contains("leave " + eve.user + " true"));
        until("the record is gone", () -> membersOf(room) == 1);
        get(shard.redis.users().unban(eve.user));
        eve.nextAttempt = TestPlayer.freshAttempt(); // The same attempt would get the same answer.
        assertRefused(ErrorCode.BANNED, "enough", eve.comeBack()); // The session is over, and why is remembered here.
        assertThat(diary()).containsOnlyOnce("leave " + eve.user + " true");
    }

    @Test
    void aWrongTokenOfABannedUsersSeatCostsTheSeatNothing() {
        TestPlayer eve = shard.player(TestRedis.freshName("eve"), room).join();
        TestPlayer guesser = shard.player(eve.user, room);
        guesser.session = eve.session;
        guesser.grant = new Grant(eve.grant().conv(), ReconnectToken.of(new byte[32]), new byte[16], 1, 1);
        get(shard.redis.users().ban(eve.user, "enough", Duration.ofMinutes(1)));
        assertRefused(ErrorCode.BANNED, "enough", guesser.comeBack());
        eve.say("still here");
        eve.awaitHeard("1:still here");
    }

    @Test
    void whoJoinsTooOftenIsAskedToWaitOnEveryNodeAndOthersAreNot() {
        String eve = TestRedis.freshName("eve");
        try (TestShard first = new TestShard(TestShard.settings(), 10);
                TestShard second = new TestShard(TestShard.settings(), 11)) {
            first.run(() -> first.reception.limitJoins(3));
            second.run(() -> second.reception.limitJoins(3));
            until("the first node has enough of eve", () -> isTooOften(joinAnew(first, eve)));
            until("so has the second", () -> isTooOften(joinAnew(second, eve)));
            assertThat(first.player(TestRedis.freshName("ann"), room).connect()).isInstanceOf(Accepted.class);
            first.skip(61_000); // The shard looks again; Redis' minute is not over.
            until("the first node has enough once more", () -> isTooOften(joinAnew(first, eve)));
        }
    }

    private static Answer joinAnew(TestShard on, String user) {
        TestPlayer player = on.player(user, TestRedis.freshName("room"));
        Answer answer = player.askOnce(player.connectRequest(TestPlayer.freshAttempt()));
        player.pumpFor(20);
        return answer;
    }

    private static boolean isTooOften(Answer answer) {
        return answer instanceof Refused refused
                && refused.code() == ErrorCode.RETRY_LATER.code()
                && refused.detail().contains("too often")
                && refused.retryAfterMs() > 0;
    }

    @Test
    void whoseTokensWereRevokedIsToldWhyOnWhateverNode() {
        TestPlayer kicked = shard.player(TestRedis.freshName("kim"), room).join();
        TestPlayer banned = shard.player(TestRedis.freshName("ben"), room).join();
        TestPlayer gone = shard.player(TestRedis.freshName("gus"), TestRedis.freshName("room"))
                .join();
        String kick = new Revocation(Revocation.Kind.KICKED, "go home").text();
        String ban = new Revocation(Revocation.Kind.BANNED, "for good").text();
        get(shard.redis.sessions().revoke(room, kicked.session.toString(), kick));
        until("ben is somewhere", () -> !places(banned).isEmpty());
        assertThat(get(shard.redis.sessions().revokeUser(banned.user, ban))).isEqualTo(1);
        assertThat(get(shard.redis.sessions().revokeRoom(gone.room, kick))).isEqualTo(1);
        try (TestShard heir = new TestShard(TestShard.settings(), 10)) {
            List.of(kicked, banned, gone).forEach(player -> player.way = heir.way());
            assertRefused(ErrorCode.KICKED, "go home", kicked.comeBack());
            assertRefused(ErrorCode.BANNED, "for good", banned.comeBack());
            assertRefused(ErrorCode.KICKED, "go home", gone.comeBack());
        }
    }

    @Test
    void presenceSaysWhoIsOnlineAwayAndNowhere() {
        TestPlayer ann = shard.player(TestRedis.freshName("ann"), room).join();
        until("ann is online", () -> places(ann).stream().anyMatch(Users.Place::online));
        Users.Place online = places(ann).get(0);
        assertThat(online.serverId()).isEqualTo(9);
        assertThat(online.roomId()).isEqualTo(room);
        shard.skip(31_000);
        until("ann is away", () -> places(ann).stream().anyMatch(place -> !place.online()));
        assertThat(places(ann))
                .hasSize(1)
                .allSatisfy(place -> assertThat(place.ttlMs())
                        .as("the time left to come back")
                        .isBetween(1L, 60_000L));
        ann.resume();
        until("ann is online again", () -> places(ann).stream().allMatch(Users.Place::online));
        ann.leave();
        until("ann is nowhere", () -> places(ann).isEmpty());
    }

    @Test
    void presenceThatRedisHasLostIsToldAgain() {
        TestPlayer ann = shard.player(TestRedis.freshName("ann"), room).join();
        until("ann is online", () -> !places(ann).isEmpty());
        shard.call(() ->
                shard.redis.users().gone(ann.user, new Fence(9, 1, Long.MAX_VALUE >> 11), ann.session.toString()));
        until("ann is nowhere", () -> places(ann).isEmpty());
        for (int i = 0; i < 10; i++) shard.run(shard.hall::keepAlive);
        until("ann is online", () -> !places(ann).isEmpty());
    }

    @Test
    void aConnectRepeatedAtTheNextOwnerGoesOnWithTheSameSession() {
        try (TestShard heir = new TestShard(TestShard.settings(), 10)) {
            TestPlayer ann = shard.player("ann", room);
            long attempt = TestPlayer.freshAttempt();
            ann.askOnce(ann.connectRequest(attempt)); // The answer got lost, and then the node.
            ann.way = heir.way();
            assertThat(ann.connect(attempt)).isInstanceOf(Accepted.class);
            ann.say("hello");
            ann.awaitHeard("1:hello");
            ann.resume();
            assertThat(diary()).containsExactly("create", "join ann", "restore", "message ann hello", "reconnect ann");
            assertThat(heir.sessionCount()).isEqualTo(1);
        }
    }

    @Test
    void aConnectThatIsReplayedWhileItsPlayerIsAwayEndsNothing() {
        TestPlayer ann = shard.player("ann", room);
        long attempt = TestPlayer.freshAttempt();
        ann.connect(attempt);
        ann.say("one");
        ann.awaitHeard("1:one");
        try (TestShard heir = new TestShard(TestShard.settings(), 10)) {
            TestPlayer thief = heir.player("ann", room);
            assertRefused(ErrorCode.ALREADY_JOINED, "", thief.connect(attempt));
            ann.way = heir.way();
            ann.resume();
            ann.say("two");
            ann.awaitHeard("2:two");
            assertThat(diary()).doesNotContain("leave ann true", "leave ann false");
        }
    }

    @Test
    void aRoomOfATypeThatIsNotKnownHereStaysForOthers() {
        String released = TestRedis.freshName("released");
        RoomSpec spec = new RoomSpec("chess", null, 0, RoomSpec.Durability.STRICT);
        int dead = 8;
        RoomClaim.Created first = (RoomClaim.Created) get(shard.redis.rooms().claim(released, dead, 1, spec));
        get(shard.redis.rooms().release(released, new Fence(dead, 1, first.generation())));
        get(shard.redis.rooms().claim(room, dead, 1, spec));
        for (String name : List.of(released, room)) {
            Refused refused = (Refused) shard.player("ann", name).connect();
            assertThat(refused.code()).isEqualTo(ErrorCode.ROOM_TYPE_UNKNOWN.code());
            assertThat(refused.detail()).contains("chess");
        }
        assertThat(get(shard.redis.rooms().claim(released, 7, 1, null))).isInstanceOf(RoomClaim.Loaded.class);
        assertThat(((RoomClaim.Owned) get(shard.redis.rooms().claim(room, 7, 1, null))).serverId())
                .isEqualTo(dead);
    }

    @Test
    void aFullSegmentIsRefusedWithACode() {
        shard.hasConvs = false;
        Refused refused = (Refused) shard.player("ann", room).connect();
        assertThat(ErrorCode.of(refused.code())).isEqualTo(ErrorCode.NO_CONV_FREE);
        assertThat(refused.retryAfterMs()).isPositive();
    }

    @Test
    void whoLeftAMemoryRoomWhileRedisDidNotAnswerIsForgottenThereLater() throws Exception {
        try (RedisServerProcess server = RedisServerProcess.start();
                TestShard own = new TestShard(
                        ShardSettings.of(60_000, Durability.MEMORY, 1_000),
                        9,
                        ConvoyRedis.connect(RedisSettings.of(server.uri())))) {
            own.player("ann", room).join();
            TestPlayer bob = own.player("bob", room).join();
            signal(server, "STOP");
            bob.leave();
            bob.await("have left", () -> diary().contains("leave bob true"));
            bob.pumpFor(1_000); // Longer than a command waits.
            signal(server, "CONT");
            until("the record is gone", () -> get(own.redis.sessions().revokeRoom(room, "to count them")) == 1);
        }
    }

    private static void signal(RedisServerProcess server, String name) throws Exception {
        new ProcessBuilder("kill", "-" + name, String.valueOf(server.pid()))
                .start()
                .waitFor();
    }

    private String ban(String name) {
        String user = TestRedis.freshName(name);
        get(shard.redis.users().ban(user, "enough", Duration.ofMinutes(1)));
        return user;
    }

    private int membersOf(String roomId) {
        return ((RoomClaim.Owned) get(shard.redis.rooms().claim(roomId, 200, 1, null)))
                .sessionIds()
                .size();
    }

    private List<Users.Place> places(TestPlayer player) {
        return get(shard.redis.users().where(player.user));
    }

    private List<String> diary() {
        return ScriptedRoom.script(room).diary;
    }

    private void until(String what, BooleanSupplier isSo) {
        shard.player("nobody", "nowhere").await("see that " + what, isSo);
    }

    private static <T> T get(CompletionStage<T> stage) {
        return TestNode.get(Future.fromCompletionStage(stage));
    }

    private static void assertRefused(ErrorCode code, String detail, Answer answer) {
        assertThat(answer).isInstanceOf(Refused.class);
        assertThat(ErrorCode.of(((Refused) answer).code())).isEqualTo(code);
        assertThat(((Refused) answer).detail()).isEqualTo(detail);
    }
}
