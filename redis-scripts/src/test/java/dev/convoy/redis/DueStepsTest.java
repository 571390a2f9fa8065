package dev.convoy.redis;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class DueStepsTest extends RedisTest {
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private final Due due = redis.due();
    private String room = "";
    private int partition;

    @BeforeEach
    void freshRoom() {
        raw.call("FLUSHDB");
        room = TestRedis.freshName("room");
        partition = Due.partition(room);
    }

    private Due.Entry entry(String sessionId) {
        return new Due.Entry(room, sessionId);
    }

    @Test
    void whatIsDueIsHandedOutAndAgainUntilItIsStruckOff() throws InterruptedException {
        Due.Entry now = entry(freshSessionId());
        Due.Entry later = entry(freshSessionId());
        get(due.schedule(now, Duration.ZERO));
        get(due.schedule(later, MINUTE));
        assertThat(get(due.poll(partition, 10, Duration.ofMillis(800)))).containsExactly(now);
        assertThat(get(other.due().poll(partition, 10, MINUTE))).isEmpty();
        Thread.sleep(810);
        assertThat(get(other.due().poll(partition, 10, Duration.ZERO))).containsExactly(now);
        get(due.strike(now));
        get(due.strike(now));
        assertThat(get(due.poll(partition, 10, MINUTE))).isEmpty();
        get(due.schedule(later, Duration.ZERO));
        assertThat(get(due.poll(partition, 10, MINUTE))).containsExactly(later);
    }

    @Test
    void noMoreThanTheLimitIsHandedOut() {
        for (int i = 0; i < 5; i++) {
            get(due.schedule(entry(freshSessionId()), Duration.ZERO));
        }
        assertThat(get(due.poll(partition, 3, MINUTE))).hasSize(3);
        assertThat(get(due.poll(partition, 3, MINUTE))).hasSize(2);
    }

    @Test
    void twoPollersGetDifferentSessions() {
        for (int i = 0; i < 100; i++) {
            get(due.schedule(entry(freshSessionId()), Duration.ZERO));
        }
        List<Due.Entry> given = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            var a = due.poll(partition, 5, MINUTE);
            var b = other.due().poll(partition, 5, MINUTE);
            given.addAll(get(a));
            given.addAll(get(b));
        }
        assertThat(given).hasSize(100).doesNotHaveDuplicates();
    }

    @Test
    void aSessionWaitsThenIsOverThenGone() throws InterruptedException {
        Fence fence = claimed(room);
        String id = admitted(room, fence);
        assertThat(get(due.look(entry(id)))).isInstanceOf(Due.Look.Waits.class);
        get(redis.sessions().away(room, fence, id, 20));
        Thread.sleep(30);
        assertThat(get(due.look(entry(id)))).isEqualTo(new Due.Look.Over(fence));
        get(redis.rooms().release(room, fence));
        assertThat(get(due.look(entry(id)))).isEqualTo(new Due.Look.Over(new Fence(0, 0, fence.generation())));
        assertThat(get(due.look(entry(freshSessionId())))).isEqualTo(new Due.Look.Gone());
    }

    @Test
    void theEndOfASessionIsCommittedOnceWithWhatItChangesInTheRoom() throws InterruptedException {
        Fence dead = claimed(room);
        String id = admitted(room, dead);
        String stays = admitted(room, dead);
        get(redis.sessions().away(room, dead, id, 10));
        Thread.sleep(20);
        Fence owner = as(Due.Look.Over.class, get(due.look(entry(id)))).owner();
        TakeOver first = get(redis.rooms().takeOver(room, owner, 8, 1));
        TakeOver second = get(other.rooms().takeOver(room, owner, 9, 1));
        Fence fence = new Fence(8, 1, as(TakeOver.TakenOver.class, first).generation());
        assertThat(second).isEqualTo(new TakeOver.Changed(fence));

        List<SessionDelta> others = List.of(new SessionDelta(stays, 1, 0, 0, List.of()));
        for (int i = 0; i < 2; i++) {
            assertThat(get(redis.rooms().commit(room, fence, bytes("ann has left"), true, others, List.of(id))))
                    .isEqualTo(new Commit.Committed());
        }
        assertThat(get(redis.rooms().commit(room, dead, bytes("late"), true, List.of(), List.of(stays))))
                .isEqualTo(new Fenced(fence));
        RoomImage image = get(redis.rooms().load(room, fence));
        assertThat(image.snapshot()).isEqualTo(bytes("ann has left"));
        assertThat(image.sessions()).extracting(SessionImage::sessionId).containsExactly(stays);
        assertThat(image.sessions()).extracting(SessionImage::received).containsExactly(1L);
        assertThat(raw.number("HLEN", "{room:" + room + "}:sessions")).isEqualTo(1);
        assertThat(get(due.look(entry(id)))).isEqualTo(new Due.Look.Gone());
    }

    @Test
    void aPartitionHasOneOwnerWhoMayKeepIt() throws InterruptedException {
        assertThat(get(due.claim(3, "a", MINUTE))).isTrue();
        assertThat(get(other.due().claim(3, "b", MINUTE))).isFalse();
        assertThat(get(due.claim(3, "a", Duration.ofMillis(20)))).isTrue();
        Thread.sleep(40);
        assertThat(get(other.due().claim(3, "b", MINUTE))).isTrue();
        assertThat(get(due.claim(3, "a", MINUTE))).isFalse();
    }

    @ParameterizedTest
    @MethodSource("hostileNames")
    void aRoomMayHaveAnyName(String name) {
        Due.Entry entry = new Due.Entry(name, freshSessionId());
        get(due.schedule(entry, Duration.ZERO));
        assertThat(Due.partition(name)).isBetween(0, Due.PARTITIONS - 1);
        assertThat(get(due.poll(Due.partition(name), 10, MINUTE))).containsExactly(entry);
    }
}
