package dev.convoy.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RoomStepsTest extends RedisTest {
    private final Rooms rooms = redis.rooms();
    private final String roomId = TestRedis.freshName("room");

    private static Fence fenceOf(RoomClaim.Loaded loaded, int serverId, long epoch) {
        return new Fence(serverId, epoch, loaded.generation());
    }

    private static SessionDelta delta(String sessionId, long received, long acked, long from, long sent) {
        List<OutboxEntry> appended = new ArrayList<>();
        for (long seq = from; seq <= sent; seq++) {
            appended.add(new OutboxEntry(seq, bytes("message " + seq)));
        }
        return new SessionDelta(sessionId, received, sent, acked, appended);
    }

    private static List<String> outbox(SessionImage session) {
        return session.outbox().stream()
                .map(entry -> entry.seq() + "=" + new String(entry.payload(), java.nio.charset.StandardCharsets.UTF_8))
                .toList();
    }

    private SessionImage session(String room, Fence fence) {
        return get(rooms.load(room, fence)).sessions().get(0);
    }

    @Test
    void aClaimWithoutASpecMakesNoRoom() {
        String room = TestRedis.freshName("room");
        assertThat(get(redis.rooms().claim(room, 7, 1, null))).isEqualTo(new RoomClaim.Absent());
        claimed(room);
        assertThat(get(redis.rooms().claim(room, 8, 1, null))).isInstanceOf(RoomClaim.Owned.class);
    }

    @Test
    void aRoomHasOneOwnerWhoeverElseClaimsIt() {
        String room = TestRedis.freshName("room");
        Fence fence = claimed(room);
        assertThat(get(rooms.claim(room, 7, 1, SPEC))).isEqualTo(new RoomClaim.Mine(fence.generation()));
        RoomClaim.Owned owned = new RoomClaim.Owned(7, 1, fence.generation(), SPEC.type(), List.of());
        assertThat(get(rooms.claim(room, 8, 1, SPEC))).isEqualTo(owned);
        assertThat(get(rooms.claim(room, 7, 2, SPEC))).isEqualTo(owned);
    }

    @Test
    void ofTwoWhoClaimAtOnceOneGetsTheRoom() {
        for (int i = 0; i < 50; i++) {
            String room = TestRedis.freshName("race");
            var first = redis.rooms().claim(room, 7, 1, SPEC);
            var second = other.rooms().claim(room, 8, 1, SPEC);
            List<RoomClaim> answers = List.of(get(first), get(second));
            assertThat(answers).filteredOn(a -> a instanceof RoomClaim.Created).hasSize(1);
            assertThat(answers).filteredOn(a -> a instanceof RoomClaim.Owned).hasSize(1);
        }
    }

    @Test
    void aReleasedRoomGoesOnUnderANewGeneration() {
        String room = TestRedis.freshName("room");
        Fence fence = claimed(room);
        String sessionId = admitted(room, fence);
        byte[] snapshot = {0, 1, (byte) 0xff, '\r', '\n', 0};
        as(
                Commit.Committed.class,
                get(rooms.commit(room, fence, snapshot, true, List.of(delta(sessionId, 5, 1, 1, 3)))));
        assertThat(get(rooms.release(room, fence))).isEqualTo(new RoomStep.Done());
        assertThat(get(rooms.release(room, fence))).isEqualTo(new RoomStep.Done());

        RoomClaim.Loaded loaded = as(RoomClaim.Loaded.class, get(other.rooms().claim(room, 8, 4, SPEC)));
        assertThat(loaded.generation()).isGreaterThan(fence.generation());
        assertThat(loaded.image().spec()).isEqualTo(SPEC);
        assertThat(loaded.image().started()).isTrue();
        assertThat(loaded.image().snapshot()).isEqualTo(snapshot);
        SessionImage session = loaded.image().sessions().get(0);
        assertThat(session.sessionId()).isEqualTo(sessionId);
        assertThat(session.user()).isEqualTo("ann");
        assertThat(session.playerId()).isEqualTo("player-1");
        assertThat(session.tokens().currentHash()).isEqualTo(sha256(sessionId + ":0"));
        assertThat(session.conv()).isEqualTo(0x07000001);
        assertThat(session.online()).isTrue();
        assertThat(session.expiresInMs()).isBetween(50_000L, 60_000L);
        assertThat(session.absoluteInMs()).isBetween(3_590_000L, 3_600_000L);
        assertThat(List.of(session.generation(), session.received(), session.sent(), session.acked()))
                .containsExactly(1L, 5L, 3L, 1L);
        assertThat(outbox(session)).containsExactly("2=message 2", "3=message 3");
        assertThat(get(rooms.release(room, fence))).isInstanceOf(Fenced.class);
    }

    @Test
    void anyStalePartOfTheFenceIsRefused() {
        String room = TestRedis.freshName("room");
        Fence fence = claimed(room);
        String sessionId = admitted(room, fence);
        Fenced fenced = new Fenced(fence);
        for (Fence stale : List.of(
                new Fence(8, 1, fence.generation()),
                new Fence(7, 2, fence.generation()),
                new Fence(7, 1, fence.generation() - 1))) {
            assertThat(get(rooms.commit(room, stale, bytes("x"), true, List.of())))
                    .isEqualTo(fenced);
            assertThat(get(rooms.touch(room, stale, List.of()))).isEqualTo(fenced);
            assertThat(get(rooms.release(room, stale))).isEqualTo(fenced);
            assertThat(get(rooms.dispose(room, stale))).isEqualTo(fenced);
            assertThat(get(redis.sessions().admit(room, stale, newSession(freshSessionId()))))
                    .isEqualTo(fenced);
            assertThat(get(redis.sessions().away(room, stale, sessionId, 1))).isEqualTo(fenced);
            assertThat(get(redis.sessions().leave(room, stale, sessionId))).isEqualTo(fenced);
            assertThatThrownBy(() -> get(rooms.load(room, stale))).isInstanceOf(IllegalStateException.class);
        }
        assertThat(get(rooms.load(room, fence)).snapshot()).isNull();
    }

    @Test
    void aRepeatedCommitAppendsNothingTwice() {
        String room = TestRedis.freshName("room");
        Fence fence = claimed(room);
        String sessionId = admitted(room, fence);
        SessionDelta first = delta(sessionId, 1, 0, 1, 3);
        SessionDelta second = delta(sessionId, 2, 1, 4, 5);
        for (SessionDelta delta : List.of(first, first, second, second, first)) {
            as(Commit.Committed.class, get(rooms.commit(room, fence, null, false, List.of(delta))));
        }
        SessionImage session = session(room, fence);
        assertThat(outbox(session)).containsExactly("2=message 2", "3=message 3", "4=message 4", "5=message 5");
        assertThat(List.of(session.received(), session.sent(), session.acked())).containsExactly(2L, 5L, 1L);
    }

    @Test
    void overlappingAppendsAreMerged() {
        String room = TestRedis.freshName("room");
        Fence fence = claimed(room);
        String sessionId = admitted(room, fence);
        get(rooms.commit(room, fence, null, false, List.of(delta(sessionId, 0, 0, 1, 3))));
        get(rooms.commit(room, fence, null, false, List.of(delta(sessionId, 0, 0, 2, 4))));
        assertThat(outbox(session(room, fence)))
                .containsExactly("1=message 1", "2=message 2", "3=message 3", "4=message 4");
    }

    @Test
    void whatWasAcknowledgedBetweenTwoCommitsNeedNotBeStored() {
        String room = TestRedis.freshName("room");
        Fence fence = claimed(room);
        String sessionId = admitted(room, fence);
        get(rooms.commit(room, fence, null, false, List.of(delta(sessionId, 0, 0, 1, 3))));
        as(Commit.Committed.class, get(rooms.commit(room, fence, null, false, List.of(delta(sessionId, 0, 8, 9, 10)))));
        assertThat(outbox(session(room, fence))).containsExactly("9=message 9", "10=message 10");
        get(rooms.commit(room, fence, null, false, List.of(delta(sessionId, 0, 10, 11, 10))));
        assertThat(outbox(session(room, fence))).isEmpty();
        get(rooms.commit(room, fence, null, false, List.of(delta(sessionId, 0, 10, 11, 11))));
        assertThat(outbox(session(room, fence))).containsExactly("11=message 11");
    }

    @Test
    void aHoleInTheMessagesMeansThatRedisForgotSomethingAndNothingIsChanged() {
        String room = TestRedis.freshName("room");
        Fence fence = claimed(room);
        String whole = admitted(room, fence);
        String holed = admitted(room, fence);
        String unknown = freshSessionId();
        List<SessionDelta> deltas =
                List.of(delta(whole, 9, 0, 1, 1), delta(holed, 9, 0, 5, 5), delta(unknown, 9, 0, 1, 1));
        assertThat(get(rooms.commit(room, fence, bytes("snapshot"), true, deltas)))
                .isEqualTo(new Forgotten(List.of(holed, unknown)));
        RoomImage image = get(rooms.load(room, fence));
        assertThat(image.snapshot()).isNull();
        assertThat(image.started()).isFalse();
        assertThat(image.sessions()).allMatch(s -> s.received() == 0 && s.sent() == 0);
    }

    @Test
    void thousandsOfMessagesInOneCommit() {
        String room = TestRedis.freshName("room");
        Fence fence = claimed(room);
        String sessionId = admitted(room, fence);
        as(
                Commit.Committed.class,
                get(rooms.commit(room, fence, null, false, List.of(delta(sessionId, 0, 0, 1, 5000)))));
        assertThat(outbox(session(room, fence))).hasSize(5000).endsWith("5000=message 5000");
    }

    @Test
    void aLargeRoomIsLoadedWhole() {
        String room = TestRedis.freshName("room");
        Fence fence = claimed(room);
        List<String> ids =
                IntStream.range(0, 100).mapToObj(i -> admitted(room, fence)).toList();
        assertThat(get(rooms.load(room, fence)).sessions())
                .extracting(SessionImage::sessionId)
                .containsExactlyInAnyOrderElementsOf(ids);
    }

    @Test
    void aDisposedRoomIsGoneAndItsOldOwnerStaysFenced() {
        String room = TestRedis.freshName("room");
        Fence first = claimed(room);
        String sessionId = admitted(room, first);
        get(rooms.commit(room, first, bytes("state"), true, List.of(delta(sessionId, 0, 0, 1, 1))));
        TakeOver.TakenOver taken = as(TakeOver.TakenOver.class, get(rooms.takeOver(room, first, 8, 1)));
        Fence second = new Fence(8, 1, taken.generation());
        assertThat(get(rooms.dispose(room, second))).isEqualTo(new RoomStep.Done());
        assertThat(get(rooms.dispose(room, second))).isEqualTo(new RoomStep.Done());

        assertThat(raw.call("KEYS", "{room:" + room + "}*")).isEqualTo(List.of("{room:" + room + "}"));
        assertThat(raw.number("PTTL", "{room:" + room + "}")).isPositive();
        assertThat(get(rooms.commit(room, first, null, true, List.of()))).isInstanceOf(Fenced.class);
        assertThat(get(rooms.commit(room, second, null, true, List.of()))).isInstanceOf(Fenced.class);
        assertThat(get(rooms.release(room, second))).isInstanceOf(Fenced.class);
        assertThat(get(rooms.takeOver(room, second, 9, 1))).isEqualTo(new TakeOver.Changed(new Fence(0, 0, 0)));
        RoomClaim.Created again = as(RoomClaim.Created.class, get(rooms.claim(room, 7, 1, SPEC)));
        assertThat(again.generation()).isGreaterThan(second.generation());
        assertThat(get(rooms.load(room, new Fence(7, 1, again.generation()))).sessions())
                .isEmpty();
    }

    @Test
    void aRoomThatRedisForgotIsPutBackByItsOwner() {
        String room = TestRedis.freshName("room");
        Fence fence = claimed(room);
        String sessionId = admitted(room, fence);
        get(rooms.commit(room, fence, bytes("state"), true, List.of(delta(sessionId, 4, 1, 1, 3))));
        RoomImage image = get(rooms.load(room, fence));
        raw.call(
                "DEL",
                "{room:" + room + "}",
                "{room:" + room + "}:state",
                "{room:" + room + "}:sessions",
                "{room:" + room + "}:s:" + sessionId,
                "{room:" + room + "}:s:" + sessionId + ":o");

        assertThat(get(rooms.commit(room, fence, null, true, List.of()))).isEqualTo(new Forgotten(List.of()));
        assertThat(get(rooms.touch(room, fence, List.of()))).isEqualTo(new Forgotten(List.of()));
        assertThat(get(rooms.release(room, fence))).isEqualTo(new Forgotten(List.of()));
        assertThat(get(rooms.dispose(room, fence))).isEqualTo(new Forgotten(List.of()));
        assertThat(get(redis.sessions().away(room, fence, sessionId, 1))).isEqualTo(new Forgotten(List.of()));
        assertThat(get(redis.sessions().leave(room, fence, sessionId))).isEqualTo(new Forgotten(List.of()));
        for (int i = 0; i < 2; i++) {
            assertThat(get(rooms.restore(room, fence, image))).isEqualTo(new RoomStep.Done());
        }
        RoomImage restored = get(rooms.load(room, fence));
        assertThat(restored)
                .usingRecursiveComparison()
                .ignoringFieldsMatchingRegexes(".*InMs")
                .isEqualTo(image);
        assertThat(raw.number("PTTL", "{room:" + room + "}:s:" + sessionId + ":o"))
                .isPositive();
    }

    @Test
    void anOldGenerationIsNotPutBackOverAYoungerOne() {
        String room = TestRedis.freshName("room");
        Fence old = claimed(room);
        String sessionId = admitted(room, old);
        RoomImage image = get(rooms.load(room, old));
        TakeOver.TakenOver taken = as(TakeOver.TakenOver.class, get(rooms.takeOver(room, old, 8, 1)));
        Fence current = new Fence(8, 1, taken.generation());
        assertThat(get(rooms.restore(room, old, image))).isEqualTo(new Fenced(current));

        raw.call("HSET", "{room:" + room + "}", "owner", "7", "epoch", "1", "generation", "5");
        raw.call("HSET", "{room:" + room + "}:sessions", freshSessionId(), "of the forgotten generation");
        assertThat(get(rooms.restore(room, current, taken.image()))).isEqualTo(new RoomStep.Done());
        assertThat(get(rooms.load(room, current)).sessions())
                .extracting(SessionImage::sessionId)
                .containsExactly(sessionId);
    }

    @Test
    void touchKeepsWhoIsOnlineAndSaysWhoIsUnknown() {
        String room = TestRedis.freshName("room");
        Fence fence = claimed(room);
        String online = admitted(room, fence);
        String away = admitted(room, fence);
        get(redis.sessions().away(room, fence, away, 5_000));
        for (String sessionId : List.of(online, away)) {
            raw.call("HSET", "{room:" + room + "}:s:" + sessionId, "untilMs", "1");
        }
        raw.call("PEXPIRE", "{room:" + room + "}", "1000");
        assertThat(get(rooms.touch(room, fence, List.of(online, away)))).isEqualTo(new Commit.Committed());
        assertThat(get(rooms.load(room, fence)).sessions())
                .allSatisfy(s ->
                        assertThat(s.expiresInMs() > 0).isEqualTo(s.sessionId().equals(online)));
        assertThat(raw.number("PTTL", "{room:" + room + "}")).isGreaterThan(1000);
        String unknown = freshSessionId();
        assertThat(get(rooms.touch(room, fence, List.of(online, unknown)))).isEqualTo(new Forgotten(List.of(unknown)));
    }

    @Test
    void everyKeyOfARoomHasATimeToLive() {
        String room = TestRedis.freshName("room");
        Fence fence = claimed(room);
        String sessionId = admitted(room, fence);
        get(rooms.commit(room, fence, bytes("state"), true, List.of(delta(sessionId, 0, 0, 1, 3))));
        get(rooms.commit(room, fence, bytes("state"), true, List.of(delta(sessionId, 0, 3, 4, 4))));
        Object keys = raw.call("KEYS", "{room:" + room + "}*");
        assertThat((List<?>) keys)
                .hasSize(5)
                .allSatisfy(
                        key -> assertThat(raw.number("PTTL", key.toString())).isGreaterThan(3_600_000));
    }

    @ParameterizedTest
    @MethodSource("hostileNames")
    void aRoomMayHaveAnyName(String name) {
        String room = name + roomId;
        Fence fence = claimed(room, new RoomSpec(name, name, 3, RoomSpec.Durability.MEMORY));
        String sessionId = freshSessionId();
        NewSession session = new NewSession(sessionId, name, name, sha256(name), -1, 1000, 2000);
        as(Admission.Admitted.class, get(redis.sessions().admit(room, fence, session)));
        get(rooms.commit(room, fence, bytes(name), true, List.of(delta(sessionId, 1, 0, 1, 1))));
        get(rooms.release(room, fence));
        RoomClaim.Loaded loaded = as(RoomClaim.Loaded.class, get(rooms.claim(room, 8, 1, SPEC)));
        assertThat(loaded.image().spec()).isEqualTo(new RoomSpec(name, name, 3, RoomSpec.Durability.MEMORY));
        assertThat(loaded.image().snapshot()).isEqualTo(bytes(name));
        SessionImage image = loaded.image().sessions().get(0);
        assertThat(List.of(image.user(), image.playerId())).containsExactly(name, name);
        assertThat(image.conv()).isEqualTo(-1);
        assertThat(get(rooms.dispose(room, fenceOf(loaded, 8, 1)))).isEqualTo(new RoomStep.Done());
    }

    @Test
    void namesHaveALimitAndAreUnicode() {
        for (String bad : List.of("", "x".repeat(257), "é".repeat(129), "\ud800")) {
            assertThatThrownBy(() -> rooms.claim(bad, 7, 1, SPEC)).isInstanceOf(IllegalArgumentException.class);
        }
        for (int bad : List.of(0, 0x4B, 255, -1)) {
            assertThatThrownBy(() -> rooms.claim(roomId, bad, 1, SPEC)).isInstanceOf(IllegalArgumentException.class);
        }
    }
}
