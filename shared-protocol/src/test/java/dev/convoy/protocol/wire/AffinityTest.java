package dev.convoy.protocol.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Vectors for whoever writes a client or a router in another language, and what the keys are good for. */
class AffinityTest {
    private static final int KEYS = 100_000;

    @ParameterizedTest
    @CsvSource({
        "'', cbf29ce484222325, 0, 1, 3, 3, 11, c3817c016ba4ff30, 01094ad1a6eb9f0a",
        "a, af63dc4c8601ec8c, 0, 0, 0, 0, 8, 5f29c2aadd9b8527, 0d07e3a03242d94b",
        "foobar, 85944171f73967e8, 0, 0, 2, 2, 2, 5df295413403de4f, 854e88fd0bf7e654",
        "room-1, bf93a624f82d974c, 0, 0, 0, 4, 12, e3bfee94b961d98e, 43c8ebdeaa2c49bf",
        "房间, 6cd9bd48f745f46c, 0, 1, 1, 1, 1, d7623d99c64134e7, c46dba748065c03f"
    })
    void aRoomHasAKeyAShardAndAScore(
            String room, String key, int of1, int of2, int of4, int of8, int of16, String score1, String score254) {
        long affinity = Affinity.ofRoom(room);
        assertThat(affinity).isEqualTo(Long.parseUnsignedLong(key, 16));
        assertThat(Affinity.shard(affinity, 1)).isEqualTo(of1);
        assertThat(Affinity.shard(affinity, 2)).isEqualTo(of2);
        assertThat(Affinity.shard(affinity, 4)).isEqualTo(of4);
        assertThat(Affinity.shard(affinity, 8)).isEqualTo(of8);
        assertThat(Affinity.shard(affinity, 16)).isEqualTo(of16);
        assertThat(Affinity.score(affinity, 1)).isEqualTo(Long.parseUnsignedLong(score1, 16));
        assertThat(Affinity.score(affinity, 254)).isEqualTo(Long.parseUnsignedLong(score254, 16));
    }

    @Test
    void roomsWithSimilarNamesSpreadOverShards() {
        int[] rooms = new int[16];
        for (int i = 0; i < KEYS; i++) rooms[Affinity.shard(Affinity.ofRoom("room-" + i), 16)]++;
        for (int count : rooms) assertThat(count).isBetween(KEYS / 16 * 94 / 100, KEYS / 16 * 106 / 100);
    }

    @Test
    void roomsSpreadOverNodes() {
        int[] rooms = new int[8];
        for (int i = 0; i < KEYS; i++) rooms[winner(Affinity.ofRoom("room-" + i), 1, 7)]++;
        assertThat(rooms[0]).isZero();
        for (int id = 1; id < 8; id++) assertThat(rooms[id]).isBetween(KEYS / 7 * 94 / 100, KEYS / 7 * 106 / 100);
    }

    @Test
    void onlyTheRoomsOfTheNewNodeMove() {
        SplittableRandom random = new SplittableRandom(3);
        int moved = 0;
        for (int i = 0; i < KEYS; i++) {
            long affinity = random.nextLong();
            int before = winner(affinity, 1, 9);
            int after = winner(affinity, 1, 10);
            if (before == after) continue;
            assertThat(after).isEqualTo(10);
            moved++;
        }
        assertThat(moved).isBetween(KEYS / 10 * 94 / 100, KEYS / 10 * 106 / 100);
    }

    @Test
    void theShardOfARoomSaysNothingAboutItsNode() {
        int[] rooms = new int[4];
        for (int i = 0; i < KEYS; i++) {
            long affinity = Affinity.ofRoom("room-" + i);
            if (Affinity.shard(affinity, 4) == 0) rooms[winner(affinity, 1, 4) - 1]++;
        }
        for (int count : rooms) assertThat(count).isBetween(KEYS / 16 * 90 / 100, KEYS / 16 * 110 / 100);
    }

    private static int winner(long affinity, int first, int last) {
        int best = first;
        for (int id = first + 1; id <= last; id++) {
            if (Long.compareUnsigned(Affinity.score(affinity, id), Affinity.score(affinity, best)) > 0) best = id;
        }
        return best;
    }
}
