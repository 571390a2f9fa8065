package dev.convoy.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class SessionStepsTest extends RedisTest {
    private static final long HUGE_ATTEMPT = 0xFFFF_FFFF_FFFF_FFFEL;
    private final Sessions sessions = redis.sessions();
    private String room = "";
    private String id = "";
    private Fence fence = new Fence(0, 0, 0);

    @BeforeEach
    void aSessionInARoom() {
        room = TestRedis.freshName("room");
        fence = claimed(room);
        id = admitted(room, fence);
    }

    private String token(int n) {
        return sha256(id + ":" + n);
    }

    private Redeem redeem(int presented, int next, long attempt) {
        return new Redeem(id, "ann", token(presented), token(next), attempt, 0x08000000 + next, 1, 0, 60_000);
    }

    private Redemption redeemed(int presented, int next, long attempt) {
        return get(sessions.redeem(room, fence, redeem(presented, next, attempt)));
    }

    /** The record as Redis has it. */
    private Map<String, String> record() {
        Map<String, String> fields = new TreeMap<>();
        List<?> flat = (List<?>) java.util.Objects.requireNonNull(raw.call("HGETALL", key()));
        for (int i = 0; i < flat.size(); i += 2) {
            fields.put(flat.get(i).toString(), flat.get(i + 1).toString());
        }
        return fields;
    }

    private String key() {
        return "{room:" + room + "}:s:" + id;
    }

    @Test
    void aTokenIsRedeemedOnceAndRotates() {
        Redemption.Resumed resumed =
                as(Redemption.Rotated.class, redeemed(0, 1, 7)).session();
        assertThat(resumed.generation()).isEqualTo(2);
        assertThat(resumed.playerId()).isEqualTo("player-1");
        assertThat(resumed.previousConv()).isEqualTo(0x07000001);
        assertThat(resumed.expiresInMs()).isEqualTo(60_000);
        assertThat(as(Redemption.Rotated.class, redeemed(1, 2, 8)).session().generation())
                .isEqualTo(3);
        assertThat(record())
                .containsEntry("token", token(2))
                .containsEntry("previous", token(1))
                .containsEntry("conv", String.valueOf(0x08000002));
    }

    @Test
    void theSameAttemptAgainGetsTheSameSuccessor() {
        redeemed(0, 1, HUGE_ATTEMPT);
        Redeem again = new Redeem(id, "ann", token(0), token(1), HUGE_ATTEMPT, 0x09000009, 1, 0, 60_000);
        Redemption.Resumed repeated = as(Redemption.Repeated.class, get(sessions.redeem(room, fence, again)))
                .session();
        assertThat(repeated.generation()).isEqualTo(2);
        assertThat(repeated.previousConv()).isEqualTo(0x08000001);
        assertThat(record()).containsEntry("token", token(1)).containsEntry("conv", String.valueOf(0x09000009));
        as(Redemption.Rotated.class, redeemed(1, 2, 8));
    }

    @Test
    void attemptsThatDifferInTheirLastBitAreDifferent() {
        redeemed(0, 1, HUGE_ATTEMPT);
        as(Redemption.Reused.class, redeemed(0, 1, HUGE_ATTEMPT + 1));
    }

    @Test
    void aRedeemedTokenWithAnotherAttemptRevokesTheSessionsTokens() {
        redeemed(0, 1, 7);
        assertThat(redeemed(0, 3, 8)).isEqualTo(new Redemption.Reused());
        assertThat(redeemed(1, 2, 9)).isEqualTo(new Redemption.Revoked("reuse"));
        assertThat(redeemed(0, 1, 7)).isEqualTo(new Redemption.Revoked("reuse"));
        assertThat(record()).containsEntry("revoked", "reuse").containsEntry("token", token(1));
    }

    @Test
    void theSameAttemptWithAnotherSuccessorIsReuse() {
        redeemed(0, 1, 7);
        assertThat(redeemed(0, 3, 7)).isEqualTo(new Redemption.Reused());
    }

    @Test
    void aWrongTokenChangesNothing() {
        Map<String, String> before = record();
        assertThat(redeemed(5, 6, 7)).isEqualTo(new Redemption.Invalid());
        Redeem unknown = new Redeem(freshSessionId(), "ann", token(0), token(1), 7, 1, 1, 0, 60_000);
        assertThat(get(sessions.redeem(room, fence, unknown))).isEqualTo(new Redemption.Invalid());
        assertThat(record()).isEqualTo(before);
        as(Redemption.Rotated.class, redeemed(0, 1, 7));
    }

    @Test
    void nobodyRedeemsTheEmptyPreviousToken() {
        Redeem empty = new Redeem(id, "ann", "", token(1), 0, 1, 1, 0, 60_000);
        assertThatThrownBy(() -> sessions.redeem(room, fence, empty)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void anotherUsersTokenChangesNothing() {
        redeemed(0, 1, 7);
        Map<String, String> before = record();
        for (int presented : List.of(0, 1)) {
            Redeem stolen = new Redeem(id, "bob", token(presented), token(2), 9, 1, 1, 0, 60_000);
            assertThat(get(sessions.redeem(room, fence, stolen))).isEqualTo(new Redemption.WrongUser());
        }
        assertThat(record()).isEqualTo(before);
    }

    @Test
    void anotherRoomsTokenIsUnknownThere() {
        String elsewhere = TestRedis.freshName("room");
        Fence there = claimed(elsewhere);
        assertThat(get(sessions.redeem(elsewhere, there, redeem(0, 1, 7)))).isEqualTo(new Redemption.Invalid());
    }

    @Test
    void aClientThatKnowsMoreThanRedisIsToldThatItIsLost() {
        Map<String, String> before = record();
        Redeem ahead = new Redeem(id, "ann", token(9), token(10), 7, 1, 3, 0, 60_000);
        assertThat(get(sessions.redeem(room, fence, ahead))).isEqualTo(new Redemption.Lost(1));
        assertThat(record()).isEqualTo(before);
    }

    @Test
    void aSessionExpiresByRedisClockAndThenNothingChanges() throws InterruptedException {
        get(sessions.away(room, fence, id, 30));
        Map<String, String> before = record();
        Thread.sleep(40);
        assertThat(redeemed(0, 1, 7)).isEqualTo(new Redemption.Expired());
        assertThat(record()).isEqualTo(before);
    }

    @Test
    void theAbsoluteLimitHoldsHoweverOftenItIsResumed() throws InterruptedException {
        String sessionId = freshSessionId();
        NewSession brief = new NewSession(sessionId, "ann", "p", token(0), 1, 60_000, 1000);
        assertThat(get(sessions.admit(room, fence, brief))).isEqualTo(new Admission.Admitted(1000));
        Redeem first = new Redeem(sessionId, "ann", token(0), token(1), 7, 1, 1, 0, 60_000);
        assertThat(as(Redemption.Rotated.class, get(sessions.redeem(room, fence, first)))
                        .session()
                        .expiresInMs())
                .isLessThanOrEqualTo(1000);
        get(redis.rooms().touch(room, fence, List.of(sessionId)));
        Thread.sleep(1010);
        Redeem second = new Redeem(sessionId, "ann", token(1), token(2), 8, 1, 2, 0, 60_000);
        assertThat(get(sessions.redeem(room, fence, second))).isEqualTo(new Redemption.Expired());
    }

    @Test
    void comingBackEndsTheAwayTime() {
        get(sessions.away(room, fence, id, 5_000));
        assertThat(record()).containsEntry("away", "1");
        assertThat(get(redis.rooms().load(room, fence)).sessions().get(0).online())
                .isFalse();
        assertThat(as(Redemption.Rotated.class, redeemed(0, 1, 7)).session().expiresInMs())
                .isEqualTo(60_000);
        assertThat(record()).containsEntry("away", "0");
    }

    @Test
    void theWindowOfOneWhoIsAwayIsNotStretched() {
        get(sessions.away(room, fence, id, 5_000));
        String untilMs = record().get("untilMs");
        assertThat(get(sessions.away(room, fence, id, 50_000))).isEqualTo(new SessionStep.Done());
        get(redis.rooms().commit(room, fence, null, false, List.of(new SessionDelta(id, 1, 0, 0, List.of()))));
        assertThat(record()).containsEntry("untilMs", untilMs);
        assertThat(get(sessions.away(room, fence, freshSessionId(), 1))).isEqualTo(new SessionStep.Unknown());
    }

    @Test
    void whatTheClientHasIsTrimmedAtItsReturn() {
        List<OutboxEntry> messages = new ArrayList<>();
        for (int seq = 1; seq <= 5; seq++) {
            messages.add(new OutboxEntry(seq, new byte[] {(byte) seq}));
        }
        get(redis.rooms().commit(room, fence, null, false, List.of(new SessionDelta(id, 4, 5, 0, messages))));
        Redeem back = new Redeem(id, "ann", token(0), token(1), 7, 1, 1, 3, 60_000);
        Redemption.Resumed resumed = as(Redemption.Rotated.class, get(sessions.redeem(room, fence, back)))
                .session();
        assertThat(List.of(resumed.received(), resumed.sent(), resumed.acked())).containsExactly(4L, 5L, 3L);
        assertThat(get(redis.rooms().load(room, fence)).sessions().get(0).outbox())
                .extracting(OutboxEntry::seq)
                .containsExactly(4L, 5L);
        Redeem boastful = new Redeem(id, "ann", token(1), token(2), 8, 1, 2, Long.MAX_VALUE, 60_000);
        assertThat(as(Redemption.Rotated.class, get(sessions.redeem(room, fence, boastful)))
                        .session()
                        .acked())
                .isEqualTo(5);
        assertThat(get(redis.rooms().load(room, fence)).sessions().get(0).outbox())
                .isEmpty();
    }

    @Test
    void ofTwoWhoRedeemAtOnceOneGetsIn() {
        for (int i = 0; i < 50; i++) {
            String room = TestRedis.freshName("race");
            Fence fence = claimed(room);
            String id = admitted(room, fence);
            Redeem thief = new Redeem(id, "ann", sha256(id + ":0"), sha256("thief"), 1, 1, 1, 0, 60_000);
            Redeem owner = new Redeem(id, "ann", sha256(id + ":0"), sha256("owner"), 2, 1, 1, 0, 60_000);
            var first = redis.sessions().redeem(room, fence, thief);
            var second = other.sessions().redeem(room, fence, owner);
            List<Redemption> answers = List.of(get(first), get(second));
            assertThat(answers).filteredOn(a -> a instanceof Redemption.Rotated).hasSize(1);
            assertThat(answers).filteredOn(a -> a instanceof Redemption.Reused).hasSize(1);
        }
    }

    @Test
    void aStaleFenceRedeemsNothing() {
        TakeOver.TakenOver taken =
                as(TakeOver.TakenOver.class, get(other.rooms().takeOver(room, fence, 9, 2)));
        Fence current = new Fence(9, 2, taken.generation());
        assertThat(redeemed(0, 1, 7)).isEqualTo(new Fenced(current));
        as(Redemption.Rotated.class, get(other.sessions().redeem(room, current, redeem(0, 1, 7))));
        assertThat(get(sessions.redeem(TestRedis.freshName("none"), fence, redeem(0, 1, 7))))
                .isEqualTo(new Forgotten(List.of()));
    }

    @Test
    void anAdmissionIsRepeatedButASessionIdIsNotGivenTwice() {
        NewSession again = newSession(id);
        as(Admission.Admitted.class, get(sessions.admit(room, fence, again)));
        NewSession taken = new NewSession(id, "eve", "p", token(4), 1, 1000, 1000);
        assertThat(get(sessions.admit(room, fence, taken))).isEqualTo(new Admission.Refused(Admission.Reason.EXISTS));
        redeemed(0, 1, 7);
        assertThat(get(sessions.admit(room, fence, again))).isEqualTo(new Admission.Refused(Admission.Reason.EXISTS));
        assertThat(record()).containsEntry("user", "ann").containsEntry("generation", "2");
        assertThat(get(sessions.admit(TestRedis.freshName("none"), fence, newSession(freshSessionId()))))
                .isEqualTo(new Forgotten(List.of()));
    }

    @Test
    void aRoomHasNoMoreSessionsThanItsCapacity() {
        String small = TestRedis.freshName("room");
        Fence there = claimed(small, new RoomSpec("t", null, 2, RoomSpec.Durability.STRICT));
        String first = admitted(small, there);
        admitted(small, there);
        Admission.Refused full = new Admission.Refused(Admission.Reason.FULL);
        assertThat(get(sessions.admit(small, there, newSession(freshSessionId()))))
                .isEqualTo(full);
        get(sessions.away(small, there, first, 1_000));
        assertThat(get(sessions.admit(small, there, newSession(freshSessionId()))))
                .as("a seat is kept for who is away")
                .isEqualTo(full);
        get(sessions.leave(small, there, first));
        admitted(small, there);
    }

    @Test
    void ofManyWhoWantTheLastSeatOneGetsIt() {
        String small = TestRedis.freshName("room");
        Fence there = claimed(small, new RoomSpec("t", null, 1, RoomSpec.Durability.STRICT));
        var stages = java.util.stream.IntStream.range(0, 20)
                .mapToObj(
                        i -> (i % 2 == 0 ? redis : other).sessions().admit(small, there, newSession(freshSessionId())))
                .toList();
        assertThat(stages.stream().map(RedisTest::get))
                .filteredOn(a -> a instanceof Admission.Admitted)
                .hasSize(1);
    }

    @Test
    void whoLeavesIsGoneWithAllTokens() {
        get(redis.rooms()
                .commit(
                        room,
                        fence,
                        null,
                        false,
                        List.of(new SessionDelta(id, 0, 1, 0, List.of(new OutboxEntry(1, bytes("m")))))));
        assertThat(get(sessions.leave(room, fence, id))).isEqualTo(new SessionStep.Done());
        assertThat(get(sessions.leave(room, fence, id))).isEqualTo(new SessionStep.Unknown());
        assertThat(redeemed(0, 1, 7)).isEqualTo(new Redemption.Invalid());
        assertThat(raw.number("EXISTS", key(), key() + ":o", "{room:" + room + "}:sessions"))
                .isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"kick", "ban", "a reason \"with\" \r\n everything"})
    void aRevokedTokenSaysWhy(String reason) {
        assertThat(get(other.sessions().revoke(room, id, reason))).isTrue();
        assertThat(get(other.sessions().revoke(room, id, "second"))).isTrue();
        assertThat(get(redis.rooms().touch(room, fence, List.of(id))))
                .as("its owner, who may have missed the hint, is told")
                .isEqualTo(new Commit.Revoked(Map.of(id, reason)));
        assertThat(redeemed(0, 1, 7)).isEqualTo(new Redemption.Revoked(reason));
        assertThat(redeemed(4, 5, 7)).as("who has no token learns nothing").isEqualTo(new Redemption.Invalid());
        assertThat(get(sessions.revoke(room, freshSessionId(), reason))).isFalse();
    }

    @ParameterizedTest
    @MethodSource("hostileNames")
    void aUserMayHaveAnyName(String name) {
        String sessionId = freshSessionId();
        NewSession session = new NewSession(sessionId, name, name, token(0), 1, 60_000, 60_000);
        as(Admission.Admitted.class, get(sessions.admit(room, fence, session)));
        Redeem redeem = new Redeem(sessionId, name, token(0), token(1), 7, 1, 1, 0, 60_000);
        assertThat(as(Redemption.Rotated.class, get(sessions.redeem(room, fence, redeem)))
                        .session()
                        .playerId())
                .isEqualTo(name);
    }

    @Test
    void idsAndHashesThatCannotBeAreRefusedAtOnce() {
        String hash = token(0);
        for (String bad : List.of("", "0".repeat(31), "0".repeat(33), "g".repeat(32), "A".repeat(32))) {
            assertThatThrownBy(() -> sessions.leave(room, fence, bad)).isInstanceOf(IllegalArgumentException.class);
        }
        for (String bad : List.of("", hash.substring(1), hash + "0", hash.substring(1) + "\n")) {
            NewSession session = new NewSession(id, "ann", "p", bad, 1, 1, 1);
            assertThatThrownBy(() -> sessions.admit(room, fence, session)).isInstanceOf(IllegalArgumentException.class);
        }
    }
}
