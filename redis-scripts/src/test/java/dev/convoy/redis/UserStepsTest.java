package dev.convoy.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class UserStepsTest extends RedisTest {
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final Fence FENCE = new Fence(7, 1, 100);
    private final Users users = redis.users();
    private String user = "";

    @BeforeEach
    void freshUser() {
        user = TestRedis.freshName("user");
    }

    @Test
    void aUserIsWhereTheOwnersOfTheirRoomsSay() {
        String here = freshSessionId();
        String there = freshSessionId();
        assertThat(get(users.where(user))).isEmpty();
        assertThat(get(users.seen(user, "lobby", FENCE, here, true, MINUTE))).isTrue();
        assertThat(get(users.seen(user, "game|1", new Fence(9, 1, 5), there, false, MINUTE)))
                .isTrue();
        List<Users.Place> places = get(other.users().where(user));
        assertThat(places)
                .usingRecursiveFieldByFieldElementComparatorIgnoringFields("ttlMs")
                .containsExactlyInAnyOrder(
                        new Users.Place(here, "lobby", 7, true, 0), new Users.Place(there, "game|1", 9, false, 0));
        assertThat(places).allSatisfy(place -> assertThat(place.ttlMs()).isBetween(50_000L, 60_000L));
        assertThat(raw.number("PTTL", "{user:" + user + "}")).isBetween(50_000L, 60_000L);
        assertThat(get(users.gone(user, FENCE, here))).isTrue();
        assertThat(get(users.gone(user, FENCE, here))).isTrue();
        assertThat(get(users.where(user))).extracting(Users.Place::roomId).containsExactly("game|1");
    }

    @Test
    void anOldOwnerDoesNotOverruleTheNext() {
        String id = freshSessionId();
        Fence next = new Fence(8, 1, 101);
        get(users.seen(user, "lobby", next, id, true, MINUTE));
        assertThat(get(users.seen(user, "lobby", FENCE, id, false, MINUTE))).isFalse();
        assertThat(get(users.gone(user, FENCE, id))).isFalse();
        assertThat(get(users.where(user)))
                .extracting(Users.Place::serverId, Users.Place::online)
                .containsExactly(org.assertj.core.groups.Tuple.tuple(8, true));
    }

    @Test
    void whatIsNotRepeatedRunsOut() throws InterruptedException {
        String brief = freshSessionId();
        String lasting = freshSessionId();
        get(users.seen(user, "lobby", FENCE, brief, true, Duration.ofMillis(20)));
        get(users.seen(user, "lobby", FENCE, lasting, true, MINUTE));
        Thread.sleep(30);
        assertThat(get(users.where(user))).extracting(Users.Place::sessionId).containsExactly(lasting);
        get(users.seen(user, "lobby", FENCE, lasting, true, MINUTE));
        assertThat(raw.number("HLEN", "{user:" + user + "}")).as("swept up").isEqualTo(1);
    }

    @Test
    void aBanHoldsForItsTimeOrUntilItIsLifted() throws InterruptedException {
        assertThat(get(users.banned(user))).isEmpty();
        get(users.ban(user, "cheating", Duration.ofMillis(800)));
        assertThat(get(other.users().banned(user)).orElseThrow().reason()).isEqualTo("cheating");
        assertThat(get(users.banned(user)).orElseThrow().forMs()).isBetween(0L, 800L);
        Thread.sleep(810);
        assertThat(get(users.banned(user))).isEmpty();
        get(users.ban(user, "cheating", MINUTE));
        get(users.unban(user));
        assertThat(get(users.banned(user))).isEmpty();
        assertThatThrownBy(() -> users.ban(user, "no time", Duration.ZERO))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void tokensAreRevokedByRoomAndByUser() {
        String room = TestRedis.freshName("room");
        Fence fence = claimed(room);
        String first = admitted(room, fence);
        String second = admitted(room, fence);
        get(users.seen(user, room, fence, second, true, MINUTE));
        get(users.seen(user, room, fence, freshSessionId(), true, MINUTE));
        assertThat(get(redis.sessions().revokeUser(user, "ban"))).isEqualTo(1);
        assertThat(get(redis.sessions().revokeRoom(room, "closed"))).isEqualTo(2);
        assertThat(get(redis.sessions().revokeRoom(TestRedis.freshName("none"), "closed")))
                .isZero();
        assertThat(get(redis.rooms().load(room, fence)).sessions())
                .extracting(SessionImage::sessionId, session -> session.tokens().revoked())
                .containsExactlyInAnyOrder(
                        org.assertj.core.groups.Tuple.tuple(first, "closed"),
                        org.assertj.core.groups.Tuple.tuple(second, "ban"));
    }

    @ParameterizedTest
    @MethodSource("hostileNames")
    void usersRoomsAndReasonsMayBeAnything(String name) {
        String odd = name + user;
        String id = freshSessionId();
        get(users.seen(odd, name, FENCE, id, true, MINUTE));
        assertThat(get(users.where(odd))).extracting(Users.Place::roomId).containsExactly(name);
        get(users.ban(odd, name, MINUTE));
        assertThat(get(users.banned(odd)).map(Users.Ban::reason)).contains(name);
    }

    @Test
    void aUserHasSoManyTurnsWhoeverCounts() {
        String user = TestRedis.freshName("}{eve");
        Duration minute = Duration.ofMinutes(1);
        for (int i = 0; i < 4; i++) {
            assertThat(get(redis.quotas().take("join", user, 4, minute))).isTrue();
        }
        assertThat(get(other.quotas().take("join", user, 4, minute))).isFalse();
        assertThat(get(other.quotas().take("other", user, 4, minute))).isTrue();
        assertThat(get(other.quotas().take("join", TestRedis.freshName("ann"), 4, minute)))
                .isTrue();
    }

    @Test
    void turnsComeBackAndAreForgottenInTheEnd() throws InterruptedException {
        String user = TestRedis.freshName("eve");
        Duration brief = Duration.ofMillis(300);
        assertThat(get(redis.quotas().take("join", user, 1, brief))).isTrue();
        assertThat(get(redis.quotas().take("join", user, 1, brief))).isFalse();
        Thread.sleep(350);
        assertThat(get(redis.quotas().take("join", user, 1, brief))).isTrue();
        Thread.sleep(700);
        assertThat(raw.number("EXISTS", Keys.quota("join", user))).isZero();
    }
}
