package dev.convoy.redis;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Redis Cluster and Sentinel: real processes, a master that is killed, and every step before and after. */
@Timeout(120)
class FailoverTest {
    private static final int ROOMS = 12;
    private static final Duration MINUTE = Duration.ofMinutes(1);

    @Test
    void aClusterRunsEveryStepAndFailsOverWithoutDoublingASession() throws IOException {
        try (LocalCluster cluster = new LocalCluster();
                ConvoyRedis redis = ConvoyRedis.connect(settings(cluster.uri()))) {
            everyStep(redis);
            Map<String, Player> players = players(redis);
            long slots = players.keySet().stream()
                    .map(room -> io.lettuce.core.cluster.SlotHash.getSlot(Keys.room(room)) * 3 / 16384)
                    .distinct()
                    .count();
            assertThat(slots).as("rooms on every master").isEqualTo(3);
            cluster.killMaster(0);
            everybodyReturnsOnce(redis, players);
        }
    }

    @Test
    void sentinelsNameTheNextMasterAndNoSessionIsDoubled(@TempDir Path folder) throws IOException {
        try (LocalSentinels sentinels = new LocalSentinels(folder);
                ConvoyRedis redis = ConvoyRedis.connect(settings(sentinels.uri()))) {
            everyStep(redis);
            Map<String, Player> players = players(redis);
            sentinels.killMaster();
            everybodyReturnsOnce(redis, players);
        }
    }

    private static RedisSettings settings(String uri) {
        return RedisSettings.of(uri).withCommandTimeout(Duration.ofSeconds(3));
    }

    private static <T> T get(CompletionStage<T> stage) {
        return RedisTest.get(stage);
    }

    /** Every step once; in a cluster none of them may touch two slots. */
    private static void everyStep(ConvoyRedis redis) {
        Lease lease = get(redis.nodeLeases().acquire("node", 0, RedisTest.ADDRESS, MINUTE));
        int serverId = lease.serverId();
        long epoch = lease.epoch();
        get(redis.nodeLeases().renew(lease, NodeState.ACCEPTING, 1, MINUTE));
        assertThat(get(redis.nodeLeases().read(serverId))).isPresent();
        get(redis.directory().publish(new NodeRow(serverId, epoch, "h", List.of(1), NodeState.ACCEPTING, 1, 60_000)));
        assertThat(get(redis.directory().read())).hasSize(1);
        get(redis.directory().remove(serverId, epoch));
        ConvGrant grant = get(redis.convLeases().acquire(serverId, epoch, 4, MINUTE));
        int[] convs = RedisTest.as(ConvGrant.Granted.class, grant).sequences();
        assertThat(get(redis.convLeases().renew(serverId, epoch, convs, MINUTE)))
                .isEqualTo(ConvStep.DONE);
        assertThat(get(redis.convLeases().release(serverId, epoch, convs, MINUTE)))
                .isEqualTo(ConvStep.DONE);
        everyStepOfARoom(redis, serverId, epoch);
        get(redis.nodeLeases().release(lease, MINUTE));
    }

    private static void everyStepOfARoom(ConvoyRedis redis, int serverId, long epoch) {
        String room = TestRedis.freshName("}{room");
        RoomClaim claim = get(redis.rooms().claim(room, serverId, epoch, RedisTest.SPEC));
        Fence fence = new Fence(
                serverId, epoch, RedisTest.as(RoomClaim.Created.class, claim).generation());
        String id = RedisTest.freshSessionId();
        Due.Entry entry = new Due.Entry(room, id);
        get(redis.due().schedule(entry, Duration.ZERO));
        assertThat(get(redis.due().poll(Due.partition(room), 10, MINUTE))).contains(entry);
        assertThat(get(redis.due().claim(1, "me", MINUTE))).isTrue();
        get(redis.sessions().admit(room, fence, RedisTest.newSession(id)));
        get(redis.users().seen("ann", room, fence, id, true, MINUTE));
        assertThat(get(redis.users().banned("ann"))).isEmpty();
        assertThat(get(redis.quotas().take("join", room, 1, MINUTE))).isTrue();
        SessionDelta delta = new SessionDelta(id, 1, 1, 0, List.of(new OutboxEntry(1, new byte[] {1})));
        assertThat(get(redis.rooms().commit(room, fence, new byte[] {1}, true, List.of(delta))))
                .isEqualTo(new Commit.Committed());
        assertThat(get(redis.rooms().touch(room, fence, List.of(id)))).isEqualTo(new Commit.Committed());
        RoomImage image = get(redis.rooms().load(room, fence));
        assertThat(get(redis.rooms().restore(room, fence, image))).isEqualTo(new RoomStep.Done());
        assertThat(get(redis.sessions().away(room, fence, id, 5_000))).isEqualTo(new SessionStep.Done());
        assertThat(get(redis.due().look(entry))).isInstanceOf(Due.Look.Waits.class);
        assertThat(get(redis.sessions().revokeUser("ann", "kick"))).isEqualTo(1);
        assertThat(get(redis.sessions().revokeRoom(room, "closed"))).isEqualTo(1);
        get(redis.users().gone("ann", fence, id));
        get(redis.due().strike(entry));
        assertThat(get(redis.sessions().leave(room, fence, id))).isEqualTo(new SessionStep.Done());
        assertThat(get(redis.rooms().release(room, fence))).isEqualTo(new RoomStep.Done());
        RoomClaim again = get(redis.rooms().claim(room, serverId, epoch, RedisTest.SPEC));
        Fence next = new Fence(
                serverId, epoch, RedisTest.as(RoomClaim.Loaded.class, again).generation());
        TakeOver taken = get(redis.rooms().takeOver(room, next, 9, 9));
        Fence last =
                new Fence(9, 9, RedisTest.as(TakeOver.TakenOver.class, taken).generation());
        assertThat(get(redis.rooms().dispose(room, last))).isEqualTo(new RoomStep.Done());
    }

    private record Player(Fence fence, String sessionId, Redeem first) {}

    /** A player in each of some rooms, who has come back once. */
    private static Map<String, Player> players(ConvoyRedis redis) {
        Map<String, Player> players = new LinkedHashMap<>();
        for (int i = 0; i < ROOMS; i++) {
            String room = TestRedis.freshName("room");
            RoomClaim claim = get(redis.rooms().claim(room, 7, 1, RedisTest.SPEC));
            Fence fence =
                    new Fence(7, 1, RedisTest.as(RoomClaim.Created.class, claim).generation());
            String id = RedisTest.freshSessionId();
            get(redis.sessions().admit(room, fence, RedisTest.newSession(id)));
            Redeem redeem = redeem(id, 0, 1, 77);
            RedisTest.as(Redemption.Rotated.class, get(redis.sessions().redeem(room, fence, redeem)));
            players.put(room, new Player(fence, id, redeem));
        }
        return players;
    }

    private static Redeem redeem(String id, int presented, int next, long attempt) {
        return new Redeem(
                id,
                "ann",
                RedisTest.sha256(id + ":" + presented),
                RedisTest.sha256(id + ":" + next),
                attempt,
                next,
                next,
                0,
                60_000);
    }

    /** Asks until the answer comes: the lost answer again, then the next token, once each. */
    private static void everybodyReturnsOnce(ConvoyRedis redis, Map<String, Player> players) {
        long beforeNs = System.nanoTime();
        players.forEach((room, player) -> {
            Redemption repeated = whenAvailable(() -> redis.sessions().redeem(room, player.fence, player.first));
            assertThat(RedisTest.as(Redemption.Repeated.class, repeated)
                            .session()
                            .generation())
                    .isEqualTo(2);
            Redeem next = redeem(player.sessionId, 1, 2, 78);
            Redemption rotated = whenAvailable(() -> redis.sessions().redeem(room, player.fence, next));
            assertThat(rotated).isInstanceOfAny(Redemption.Rotated.class, Redemption.Repeated.class);
            Fence thief = new Fence(8, 1, player.fence.generation());
            assertThat(whenAvailable(() -> redis.rooms().commit(room, thief, null, false, List.of())))
                    .isEqualTo(new Fenced(player.fence));
            RoomImage image = whenAvailable(() -> redis.rooms().load(room, player.fence));
            assertThat(image.sessions()).extracting(SessionImage::generation).containsExactly(3L);
        });
        System.out.println("failover: all " + players.size() + " players were back after "
                + (System.nanoTime() - beforeNs) / 1_000_000 + " ms");
    }

    private static <T> T whenAvailable(Supplier<CompletionStage<T>> call) {
        AtomicReference<@Nullable T> answer = new AtomicReference<>();
        LocalCluster.await("Redis to be available", () -> {
            try {
                answer.set(call.get().toCompletableFuture().get(5, TimeUnit.SECONDS));
                return true;
            } catch (java.util.concurrent.ExecutionException e) {
                if (e.getCause() instanceof RedisUnavailable) {
                    return false;
                }
                throw new AssertionError(e.getCause());
            } catch (InterruptedException | java.util.concurrent.TimeoutException e) {
                throw new AssertionError(e);
            }
        });
        return java.util.Objects.requireNonNull(answer.get());
    }
}
