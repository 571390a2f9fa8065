package dev.convoy.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.convoy.protocol.handshake.Answer;
import dev.convoy.protocol.handshake.Resumed;
import dev.convoy.redis.ConvoyRedis;
import dev.convoy.redis.RedisSettings;
import dev.convoy.redis.TestRedis;
import dev.convoy.redis.local.RedisRelay;
import dev.convoy.redis.local.RedisServerProcess;
import java.io.IOException;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

/** How often a player who comes in waits for Redis. */
@TestInstance(Lifecycle.PER_CLASS)
class RoundTripsTest {
    private static final int DEAD_SERVER_ID = 9;
    private static final int RUNS = 5;
    private static final long DELAY_MS = 30;
    private static final String NAME = "counted";

    private RedisServerProcess server;
    private RedisRelay relay;
    private TestShard shard;

    @SuppressWarnings("NullAway.Init") // Set before the first test.
    RoundTripsTest() {}

    @BeforeAll
    void start() throws IOException {
        server = RedisServerProcess.start();
        relay = new RedisRelay(server.port(), DELAY_MS);
        RedisSettings slow = RedisSettings.of(relay.uri()).withCommandTimeout(Duration.ofSeconds(10));
        shard = new TestShard(TestShard.settings(), 10, ConvoyRedis.connect(slow.withClientName(NAME)));
    }

    @AfterAll
    void stop() throws IOException {
        shard.close();
        relay.close();
        server.close();
    }

    @Test
    void aJoinTakesOneAndAReturnTakesOneOnceTheRoomIsHere() {
        String room = TestRedis.freshName("room");
        shard.player("first", room).join();
        TestPlayer[] last = new TestPlayer[1];
        assertThat(fewest(() -> {
                    TestPlayer player = shard.player(TestRedis.freshName("user"), room);
                    return counted(() -> {
                        player.join();
                        last[0] = player;
                    });
                }))
                .isEqualTo(1);
        assertThat(fewest(() -> counted(last[0]::resume))).isEqualTo(1);
    }

    @Test
    void aTakeoverTakesTwoAndTheReturnThatAskedForItOneMore() throws IOException {
        ConvoyRedis direct = ConvoyRedis.connect(RedisSettings.of(server.uri()));
        try (TestShard dead = new TestShard(TestShard.settings(), DEAD_SERVER_ID, direct)) {
            assertThat(fewest(() -> {
                        String room = TestRedis.freshName("room");
                        for (int i = 0; i < 40; i++)
                            dead.player("other-" + i, room).join();
                        TestPlayer ann = dead.player("ann", room).join();
                        ann.way = shard.way();
                        return counted(() -> {
                            Answer answer = ann.comeBack();
                            assertThat(((Resumed) answer).place()).isEqualTo(Resumed.Place.RESTORED);
                        });
                    }))
                    .isEqualTo(3);
        }
    }

    /** The machine may be busy: a count that was read late is too high, none is too low. */
    private static long fewest(LongSupplier run) {
        long fewest = Long.MAX_VALUE;
        for (int i = 0; i < RUNS; i++) fewest = Math.min(fewest, run.getAsLong());
        return fewest;
    }

    /** Round trips from now until something is done, when whatever else was under way is over. */
    private long counted(Runnable action) {
        long before = settled();
        action.run();
        return relay.roundTrips(NAME) - before;
    }

    private long settled() {
        long count = relay.roundTrips(NAME);
        while (true) {
            shard.player("nobody", "nowhere").pumpFor(5 * DELAY_MS);
            long next = relay.roundTrips(NAME);
            if (next == count) return count;
            count = next;
        }
    }
}
