package dev.convoy.node.lease;

import dev.convoy.redis.ConvGrant;
import dev.convoy.redis.ConvStep;
import dev.convoy.redis.ConvoyRedis;
import dev.convoy.redis.Lease;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Leases convs from Redis in blocks and deals them to the shards by their low bits, renews those in use in
 * batches, and puts those that were used into quarantine. Because the cursor in Redis moves before a conv is
 * given out, a node that is killed and started again never gives out one of its predecessor's.
 *
 * <p>Owned by the context it was made on; the shards' parts live on theirs.
 */
public final class ConvKeeper {
    private static final Logger log = LoggerFactory.getLogger(ConvKeeper.class);
    private static final int BLOCK_PER_SHARD = 256;
    private static final Duration LEASE = Duration.ofMinutes(10);
    private static final long RENEW_EVERY_MS = LEASE.toMillis() / 4;
    private static final long RELEASE_EVERY_MS = 1_000;
    private static final long RETRY_AFTER_MS = 200;

    private final Vertx vertx;
    private final Context context;
    private final ConvoyRedis redis;
    private final Supplier<@Nullable Lease> lease;
    private final Duration quarantine;
    private final List<ShardConvs> shards = new ArrayList<>();
    private final List<Integer> released = new ArrayList<>();
    /** Pairs of when a quarantine ends and how many convs are in it; and how many in all. */
    private final Deque<long[]> quarantined = new ArrayDeque<>();

    private volatile int quarantinedCount;
    private @Nullable Lease releasedOf;
    private @Nullable Promise<Void> acquiring;

    /** A keeper for the current context. */
    public ConvKeeper(Vertx vertx, ConvoyRedis redis, Supplier<@Nullable Lease> lease, Duration quarantine) {
        this.vertx = vertx;
        this.context = vertx.getOrCreateContext();
        this.redis = redis;
        this.lease = lease;
        this.quarantine = quarantine;
        vertx.setPeriodic(RENEW_EVERY_MS, timer -> renew());
        vertx.setPeriodic(RELEASE_EVERY_MS, timer -> sendReleased());
    }

    /** The convs of the next shard. All shards are there, and have owners, before the first lease. */
    public ShardConvs addShard() {
        Runnable refill = () -> context.runOnContext(now -> acquire());
        ShardConvs convs = new ShardConvs(
                refill,
                (of, sequence) -> context.runOnContext(now -> onReleased(of, sequence)),
                (of, sequence) -> hop(redis.convLeases().claim(of.serverId(), of.epoch(), sequence, LEASE)),
                lease);
        shards.add(convs);
        return convs;
    }

    /**
     * Leases a block for every shard. Tried until it succeeds, also while the node's lease is in doubt: a shard asks once.
     *
     * @return completed when every shard has its part
     */
    public Future<Void> acquire() {
        Promise<Void> underWay = acquiring;
        if (underWay != null) return underWay.future();
        Promise<Void> begun = Promise.promise();
        acquiring = begun;
        tryToAcquire();
        return begun.future();
    }

    private void tryToAcquire() {
        Lease now = lease.get();
        if (now == null) {
            vertx.setTimer(RETRY_AFTER_MS, timer -> tryToAcquire());
            return;
        }
        int count = BLOCK_PER_SHARD * shards.size();
        hop(redis.convLeases().acquire(now.serverId(), now.epoch(), count, LEASE))
                .onComplete(done -> {
                    if (done.succeeded()) onGrant(now, done.result());
                    else onNoGrant(String.valueOf(done.cause().getMessage()));
                });
    }

    private void onGrant(Lease of, ConvGrant grant) {
        Lease now = lease.get();
        if (now != null && !now.equals(of)) tryToAcquire(); // The node has got another server id or epoch meanwhile.
        else if (grant instanceof ConvGrant.Granted granted)
            deal(of, granted.sequences()).onSuccess(this::onDealt);
        else onNoGrant(grant instanceof ConvGrant.Stale ? "the lease is stale" : "the segment is full");
    }

    private void onDealt(Object dealt) {
        Promise<Void> done = acquiring;
        acquiring = null;
        if (done != null) done.complete();
    }

    private void onNoGrant(String why) {
        log.warn("no convs were leased, trying again: {}", why);
        vertx.setTimer(RETRY_AFTER_MS, timer -> tryToAcquire());
    }

    private Future<Void> deal(Lease of, int[] sequences) {
        List<Future<Void>> dealt = new ArrayList<>();
        for (int i = 0; i < shards.size(); i++) {
            int shard = i;
            int[] hand = Arrays.stream(sequences)
                    .filter(sequence -> (sequence & shards.size() - 1) == shard)
                    .toArray();
            ShardConvs convs = shards.get(i);
            dealt.add(convs.onOwner(() -> convs.add(of, hand)));
        }
        Promise<Void> done = Promise.promise();
        Future.join(dealt).onComplete(all -> context.runOnContext(back -> done.complete()));
        return done.future();
    }

    private void renew() {
        for (ShardConvs convs : shards) {
            convs.onOwner(() -> {
                int[] kept = convs.kept();
                context.runOnContext(back -> renew(kept));
            });
        }
    }

    private void renew(int[] sequences) {
        Lease now = lease.get();
        if (now == null || sequences.length == 0) return;
        watch("renewal", redis.convLeases().renew(now.serverId(), now.epoch(), sequences, LEASE));
    }

    private void onReleased(Lease of, int sequence) {
        if (!of.equals(releasedOf)) released.clear();
        releasedOf = of;
        released.add(sequence);
    }

    /** Convs that were used here and may not be used again yet. Any thread. */
    public int quarantinedCount() {
        return quarantinedCount;
    }

    private void countQuarantined(int more) {
        long nowMs = TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
        if (more > 0) quarantined.addLast(new long[] {nowMs + quarantine.toMillis(), more});
        int count = quarantinedCount + more;
        for (long[] first = quarantined.peekFirst();
                first != null && first[0] <= nowMs;
                first = quarantined.peekFirst()) {
            count -= (int) quarantined.removeFirst()[1];
        }
        quarantinedCount = count;
    }

    private void sendReleased() {
        countQuarantined(released.size());
        Lease now = releasedOf;
        if (now == null || released.isEmpty()) return;
        int[] sequences = released.stream().mapToInt(Integer::intValue).toArray();
        released.clear();
        watch("release", redis.convLeases().release(now.serverId(), now.epoch(), sequences, quarantine));
    }

    private <T> Future<T> hop(CompletionStage<T> stage) {
        return Future.fromCompletionStage(stage, context);
    }

    private static void watch(String step, CompletionStage<ConvStep> stage) {
        stage.whenComplete((done, failure) -> {
            if (failure != null) log.warn("the {} of convs got no answer: {}", step, failure.getMessage());
        });
    }
}
