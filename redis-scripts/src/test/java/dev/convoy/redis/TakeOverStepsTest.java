package dev.convoy.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** room/takeover: compare and set, and what is read with it. */
class TakeOverStepsTest extends RedisTest {
    private final Rooms rooms = redis.rooms();

    @Test
    void aTakeoverIsACompareAndSet() {
        String room = TestRedis.freshName("room");
        Fence old = claimed(room);
        String sessionId = admitted(room, old);
        TakeOver.TakenOver taken =
                as(TakeOver.TakenOver.class, get(other.rooms().takeOver(room, old, 9, 3)));
        assertThat(taken.generation()).isGreaterThan(old.generation());
        assertThat(taken.image().sessions()).hasSize(1);
        Fence current = new Fence(9, 3, taken.generation());

        assertThat(get(redis.rooms().takeOver(room, old, 10, 1))).isEqualTo(new TakeOver.Changed(current));
        assertThat(as(TakeOver.TakenOver.class, get(other.rooms().takeOver(room, old, 9, 3)))
                        .generation())
                .as("the same takeover again, its answer lost")
                .isEqualTo(taken.generation());
        assertThat(get(rooms.commit(room, old, null, false, List.of()))).isEqualTo(new Fenced(current));
        assertThat(get(rooms.touch(room, old, List.of()))).isEqualTo(new Fenced(current));
        assertThat(get(rooms.release(room, old))).isEqualTo(new Fenced(current));
        assertThat(get(rooms.dispose(room, old))).isEqualTo(new Fenced(current));
        assertThat(get(redis.sessions().away(room, old, sessionId, 1))).isEqualTo(new Fenced(current));
        assertThat(get(redis.sessions().leave(room, old, sessionId))).isEqualTo(new Fenced(current));
        assertThat(get(redis.sessions().admit(room, old, newSession(freshSessionId()))))
                .isEqualTo(new Fenced(current));
        assertThatThrownBy(() -> get(rooms.load(room, old))).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void aTakeoverAfterAClaimReadsAllThatIsThereAtThatMoment() {
        String room = TestRedis.freshName("room");
        Fence old = claimed(room);
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < 70; i++) ids.add(admitted(room, old));
        RoomClaim.Owned owned = as(RoomClaim.Owned.class, get(rooms.claim(room, 8, 1, null)));
        assertThat(owned.sessionIds()).containsExactlyInAnyOrderElementsOf(ids);
        get(redis.sessions().leave(room, old, ids.remove(0)));
        ids.add(admitted(room, old));
        TakeOver.TakenOver taken = as(TakeOver.TakenOver.class, get(rooms.takeOver(room, owned, 8, 1)));
        assertThat(taken.image().sessions())
                .extracting(SessionImage::sessionId)
                .containsExactlyInAnyOrderElementsOf(ids);
    }

    @Test
    void aTakeoverThatCameTooLateReadsNothingOfTheNextOwners() {
        String room = TestRedis.freshName("room");
        Fence old = claimed(room);
        admitted(room, old);
        RoomClaim.Owned owned = as(RoomClaim.Owned.class, get(rooms.claim(room, 8, 1, null)));
        as(TakeOver.TakenOver.class, get(other.rooms().takeOver(room, owned, 9, 1)));
        assertThat(get(rooms.takeOver(room, owned, 8, 1))).isInstanceOf(TakeOver.Changed.class);
    }

    @Test
    void aTakeoverOfWhatIsReleasedOrNotThereChangesNothing() {
        String room = TestRedis.freshName("room");
        Fence nobody = new Fence(0, 0, 0);
        assertThat(get(rooms.takeOver(room, new Fence(7, 1, 1), 8, 1))).isEqualTo(new TakeOver.Changed(nobody));
        Fence fence = claimed(room);
        get(rooms.release(room, fence));
        assertThat(get(rooms.takeOver(room, fence, 8, 1)))
                .isEqualTo(new TakeOver.Changed(new Fence(0, 0, fence.generation())));
        as(RoomClaim.Loaded.class, get(rooms.claim(room, 8, 1, SPEC)));
    }

    @Test
    void ofTwoWhoTakeOverAtOnceOneGetsTheRoom() {
        for (int i = 0; i < 50; i++) {
            String room = TestRedis.freshName("race");
            Fence old = claimed(room);
            var first = redis.rooms().takeOver(room, old, 8, 1);
            var second = other.rooms().takeOver(room, old, 9, 1);
            assertThat(List.of(get(first), get(second)))
                    .filteredOn(a -> a instanceof TakeOver.TakenOver)
                    .hasSize(1);
        }
    }
}
