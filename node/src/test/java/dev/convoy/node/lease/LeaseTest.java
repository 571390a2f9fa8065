package dev.convoy.node.lease;

import static org.assertj.core.api.Assertions.assertThat;

import dev.convoy.redis.ConvoyRedis;
import dev.convoy.redis.Lease;
import dev.convoy.redis.NodeAddress;
import dev.convoy.redis.NodeState;
import dev.convoy.redis.TestRedis;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a node may do in its server id's name, and which convs it may give out. */
class LeaseTest {
    private static final NodeAddress ADDRESS = new NodeAddress("127.0.0.1", List.of(1, 2));
    private static final AtomicInteger SERVER_IDS = new AtomicInteger(150);
    private static final int SHARDS = 2;

    private final Vertx vertx = Vertx.vertx();
    private final Context context = vertx.getOrCreateContext();
    private final ConvoyRedis redis = TestRedis.connect();
    private final AtomicLong nowMs = new AtomicLong(1_000_000);
    private final List<String> told = new CopyOnWriteArrayList<>();
    private final int serverId = SERVER_IDS.incrementAndGet();
    private final String instance = TestRedis.freshName("node");

    @AfterEach
    void stop() {
        get(vertx.close());
        redis.close();
    }

    // ---- the server id -------------------------------------------------------------------------------------

    @Test
    void pastItsDeadlineTheLeaseIsInDoubtUntilItIsRenewed() {
        LeaseKeeper keeper = keeper(Duration.ofSeconds(2));
        get(call(keeper::start));
        nowMs.addAndGet(2_000 - 2_000 / 8 - 1);
        assertThat(keeper.held()).isNotNull();
        nowMs.addAndGet(60_000);
        assertThat(keeper.held()).isNull();
        until(() -> keeper.held() != null);
        assertThat(told).containsExactly("acquired", "regained");
    }

    @Test
    void whoLosesTheServerIdIsToldAndGetsItUnderAnotherEpoch() {
        LeaseKeeper keeper = keeper(Duration.ofSeconds(1));
        Lease first = get(call(keeper::start));
        Lease thief = fetch(redis.nodeLeases().acquire(instance, serverId, ADDRESS, Duration.ofSeconds(1)));
        assertThat(thief.epoch()).isGreaterThan(first.epoch());
        until(() -> told.size() == 3);
        assertThat(told).containsExactly("acquired", "lost", "acquired");
        Lease now = keeper.held();
        assertThat(now == null ? 0 : now.epoch()).isGreaterThan(thief.epoch());
    }

    @Test
    void aLeaseThatArrivesAfterTheStopIsGivenBack() {
        LeaseKeeper keeper = keeper(Duration.ofSeconds(60));
        get(call(() -> {
            keeper.start();
            return keeper.stop();
        }));
        // Sent behind the request on the same connection: if the lease was granted, it is seen.
        until(() -> fetch(redis.nodeLeases().read(serverId)).isEmpty());
        assertThat(keeper.held()).isNull();
    }

    @Test
    void aStoppedKeeperHoldsNothingAndLeavesNothing() {
        LeaseKeeper keeper = keeper(Duration.ofSeconds(60));
        get(call(keeper::start));
        get(call(() -> keeper.become(NodeState.ACCEPTING)));
        assertThat(fetch(redis.nodeLeases().read(serverId))).isPresent();
        get(call(keeper::stop));
        assertThat(keeper.held()).isNull();
        assertThat(fetch(redis.nodeLeases().read(serverId))).isEmpty();
        assertThat(fetch(redis.directory().read())).noneMatch(row -> row.serverId() == serverId);
    }

    // ---- its convs ---------------------------------------------------------------------------------------------

    @Test
    void noConvIsGivenTwiceNotEvenAfterARestart() {
        Set<Integer> all = new HashSet<>();
        for (int start = 0; start < 3; start++) {
            Lease lease = acquired();
            Shards shards = new Shards(() -> lease);
            get(call(shards.keeper::acquire));
            for (int i = 0; i < 600; i++) {
                int shard = i % SHARDS;
                int conv = shards.take(shard);
                assertThat(conv >>> 24).isEqualTo(serverId);
                assertThat(conv & SHARDS - 1).isEqualTo(shard);
                assertThat(all.add(conv)).isTrue();
                if (i % 3 == 0) shards.release(shard, conv);
            }
        }
    }

    @Test
    void whenTheConvsAreAcquiredEveryShardHasSome() {
        Lease lease = acquired();
        Shards shards = new Shards(() -> lease);
        List<Future<Void>> both = call(() -> List.of(shards.keeper.acquire(), shards.keeper.acquire()));
        both.forEach(LeaseTest::get);
        for (int shard = 0; shard < SHARDS; shard++)
            assertThat(shards.takeNow(shard)).isNotZero();
    }

    @Test
    void aRefillAskedForWhileTheLeaseIsInDoubtComesLater() {
        AtomicReference<@Nullable Lease> lease = new AtomicReference<>(acquired());
        Shards shards = new Shards(lease::get);
        get(call(shards.keeper::acquire));
        Lease held = lease.getAndSet(null);
        for (int i = 0; i < 300; i++) assertThat(shards.takeNow(0)).isZero();
        lease.set(held);
        for (int i = 0; i < 600; i++) assertThat(shards.take(0)).isNotZero();
    }

    @Test
    void theConvsOfALostLeaseAreNotGivenOut() {
        AtomicReference<@Nullable Lease> lease = new AtomicReference<>(acquired());
        Shards shards = new Shards(lease::get);
        get(call(shards.keeper::acquire));
        int other = SERVER_IDS.incrementAndGet();
        lease.set(fetch(redis.nodeLeases().acquire(instance, other, ADDRESS, Duration.ofSeconds(60))));
        int first = shards.takeNow(0);
        assertThat(first == 0 ? other : first >>> 24).isEqualTo(other);
        assertThat(shards.take(0) >>> 24).isEqualTo(other);
    }

    /** The convs of a node with two shards. */
    private final class Shards {
        private final ConvKeeper keeper;
        private final List<ShardConvs> convs = new ArrayList<>();
        private final List<Context> owners = new ArrayList<>();

        Shards(Supplier<@Nullable Lease> lease) {
            keeper = call(() -> new ConvKeeper(vertx, redis, lease, Duration.ofSeconds(60)));
            for (int i = 0; i < SHARDS; i++) {
                ShardConvs part = call(keeper::addShard);
                Context owner = vertx.getOrCreateContext();
                part.ownedBy(owner);
                convs.add(part);
                owners.add(owner);
            }
        }

        int takeNow(int shard) {
            return call(owners.get(shard), () -> convs.get(shard).take());
        }

        /** The next conv, as soon as there is one. */
        int take(int shard) {
            AtomicInteger conv = new AtomicInteger();
            until(() -> {
                conv.set(takeNow(shard));
                return conv.get() != 0;
            });
            return conv.get();
        }

        void release(int shard, int conv) {
            call(owners.get(shard), () -> {
                convs.get(shard).release(conv);
                return true;
            });
        }
    }

    private Lease acquired() {
        return fetch(redis.nodeLeases().acquire(instance, serverId, ADDRESS, Duration.ofSeconds(60)));
    }

    private LeaseKeeper keeper(Duration ttl) {
        LeaseSettings settings = new LeaseSettings(instance, serverId, () -> ADDRESS, ttl, Duration.ofSeconds(60));
        LeaseKeeper.Listener listener = new LeaseKeeper.Listener() {
            @Override
            public void onAcquired(Lease lease) {
                told.add("acquired");
            }

            @Override
            public void onRegained() {
                told.add("regained");
            }

            @Override
            public void onLost() {
                told.add("lost");
            }
        };
        return call(() -> new LeaseKeeper(vertx, redis, settings, nowMs::get, () -> 0, listener));
    }

    private <T> T call(Supplier<T> action) {
        return call(context, action);
    }

    private static <T> T call(Context on, Supplier<T> action) {
        CompletableFuture<T> done = new CompletableFuture<>();
        on.runOnContext(now -> done.complete(action.get()));
        return fetch(done);
    }

    private static <T> T get(Future<T> future) {
        return fetch(future.toCompletionStage());
    }

    private static <T> T fetch(CompletionStage<T> stage) {
        try {
            return stage.toCompletableFuture().get(10, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    /** Asks again and again; each question is a round trip. */
    private static void until(BooleanSupplier isSo) {
        long giveUpNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (!isSo.getAsBoolean()) {
            if (System.nanoTime() > giveUpNanos) throw new AssertionError("waited in vain");
            Thread.onSpinWait();
        }
    }
}
