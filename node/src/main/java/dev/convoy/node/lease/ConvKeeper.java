package dev.convoy.node.lease;

import dev.convoy.redis.ConvGrant;
import dev.convoy.redis.ConvStep;
import dev.convoy.redis.ConvoyRedis;
import dev.convoy.redis.Lease;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletionStage;
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
    private @Nullable Lease releasedOf;
    private boolean isAcquiring;

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
        ShardConvs convs =
                new ShardConvs(refill, (of, sequence) -> context.runOnContext(now -> onReleased(of, sequence)));
        shards.add(convs);
        return convs;
    }

    /** Leases a block for every shard; repeated until it succeeds. */
    public Future<Void> acquire() {
        Lease now = lease.get();
        if (isAcquiring || now == null) return Future.succeededFuture();
        isAcquiring = true;
        int count = BLOCK_PER_SHARD * shards.size();
        return hop(redis.convLeases().acquire(now.serverId(), now.epoch(), count, LEASE))
                .onComplete(done -> {
                    isAcquiring = false;
                    if (done.succeeded()) onGrant(now, done.result());
                    else onNoGrant(String.valueOf(done.cause().getMessage()));
                })
                .mapEmpty();
    }

    private void onGrant(Lease of, ConvGrant grant) {
        if (grant instanceof ConvGrant.Granted granted) deal(of, granted.sequences());
        else onNoGrant(grant instanceof ConvGrant.Stale ? "the lease is stale" : "the segment is full");
    }

    private void onNoGrant(String why) {
        log.warn("no convs were leased, trying again: {}", why);
        vertx.setTimer(RETRY_AFTER_MS, timer -> acquire());
    }

    private void deal(Lease of, int[] sequences) {
        for (int i = 0; i < shards.size(); i++) {
            int shard = i;
            int[] hand = Arrays.stream(sequences)
                    .filter(sequence -> (sequence & shards.size() - 1) == shard)
                    .toArray();
            ShardConvs convs = shards.get(i);
            convs.onOwner(() -> convs.add(of, hand));
        }
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

    private void sendReleased() {
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
