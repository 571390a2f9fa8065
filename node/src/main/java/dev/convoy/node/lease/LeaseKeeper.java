package dev.convoy.node.lease;

import dev.convoy.node.net.MonotonicClock;
import dev.convoy.redis.ConvoyRedis;
import dev.convoy.redis.Lease;
import dev.convoy.redis.NoServerIdFree;
import dev.convoy.redis.NodeRow;
import dev.convoy.redis.NodeState;
import dev.convoy.redis.Renewal;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Holds the node's server id. It renews the lease four times in its TTL and counts a deadline of its own, on
 * a monotonic clock, from the moment the last renewal was <em>sent</em> that was answered, or failed because Redis was
 * out of reach: past it the node serves nobody until it has tried again, however long it was stopped.
 *
 * <p>Owned by the context it was started on; {@link #held} may be asked from any thread.
 */
public final class LeaseKeeper {
    /** What is held and until when, by {@link MonotonicClock}. */
    private record Held(Lease lease, long validUntilMs) {}

    /** Who has to know that a lease was lost or got. */
    public interface Listener {
        void onAcquired(Lease lease);

        /** The lease is good again after it was in doubt: what was owned in its name may have been taken meanwhile. */
        void onRegained();

        /** Everything owned in the lease's name is somebody else's to take. */
        void onLost();
    }

    private static final Logger log = LoggerFactory.getLogger(LeaseKeeper.class);
    private static final int RENEWALS_PER_TTL = 4;
    private static final int MARGIN_PART_OF_TTL = 8;
    private static final long RETRY_AFTER_MS = 1_000;

    private final Vertx vertx;
    private final Context context;
    private final ConvoyRedis redis;
    private final LeaseSettings settings;
    private final MonotonicClock clock;
    private final IntSupplier load;
    private final Listener listener;

    private volatile @Nullable Held held;
    /** When Redis was last known to be out of reach; long ago if never. */
    private volatile long blindMs;

    private NodeState state = NodeState.JOINING;
    private boolean isStopped;
    private boolean isFenced;
    /** Written here alone. */
    private volatile long selfFences;

    private volatile long losses;
    private boolean isWarned;

    /** A keeper for the current context. {@code load} is published with every renewal. */
    public LeaseKeeper(
            Vertx vertx,
            ConvoyRedis redis,
            LeaseSettings settings,
            MonotonicClock clock,
            IntSupplier load,
            Listener listener) {
        this.vertx = vertx;
        this.context = vertx.getOrCreateContext();
        this.redis = redis;
        this.settings = settings;
        this.clock = clock;
        this.load = load;
        this.listener = listener;
        this.blindMs = clock.nowMs() - settings.ttl().toMillis() - 1;
    }

    /** Acquires a server id, however long that takes, and keeps it from then on. */
    public Future<Lease> start() {
        Promise<Lease> acquired = Promise.promise();
        acquire(acquired);
        vertx.setPeriodic(Math.max(1, settings.ttl().toMillis() / RENEWALS_PER_TTL), timer -> {
            if (isStopped) vertx.cancelTimer(timer);
            else renew();
        });
        return acquired.future();
    }

    /** The lease, or null while it is in doubt. Any thread. */
    public @Nullable Lease held() {
        Held now = held;
        return now != null && clock.nowMs() < now.validUntilMs ? now.lease : null;
    }

    /** For how much longer the lease stands without another renewal; 0 while it is in doubt or lost. Any thread. */
    public long leftMs() {
        Held now = held;
        return now == null ? 0 : Math.max(0, now.validUntilMs - clock.nowMs());
    }

    /** How often the node has stopped serving because its lease was in doubt. Any thread. */
    public long selfFences() {
        return selfFences;
    }

    /** How often the lease was found to be somebody else's. Any thread. */
    public long losses() {
        return losses;
    }

    /** Whether a lease that has run out in Redis means that its holder is gone. Any thread. */
    public boolean mayTakeOver() {
        return clock.nowMs() - blindMs > settings.ttl().toMillis();
    }

    /** Says what the node is up to, at once and with every renewal. */
    public Future<Void> become(NodeState newState) {
        state = newState;
        Held now = held;
        return now == null
                ? Future.succeededFuture()
                : publish(now.lease).map(done -> {
                    watch(redis.hints().directoryChanged());
                    return null;
                });
    }

    /** Gives the server id back; it stays reserved for this instance for a while. */
    public Future<Void> stop() {
        isStopped = true;
        Held last = held;
        held = null;
        if (last == null) return Future.succeededFuture();
        Lease lease = last.lease;
        return hop(redis.directory().remove(lease.serverId(), lease.epoch()))
                .compose(removed -> hop(redis.nodeLeases().release(lease, settings.convQuarantine())))
                .onSuccess(done -> watch(redis.hints().directoryChanged()));
    }

    private void acquire(Promise<Lease> acquired) {
        long sentMs = clock.nowMs();
        hop(redis.nodeLeases()
                        .acquire(
                                settings.instance(),
                                settings.serverIdWish(),
                                settings.address().get(),
                                settings.ttl()))
                .onSuccess(lease -> {
                    if (isStopped) {
                        watch(redis.nodeLeases().release(lease, settings.convQuarantine()));
                        return;
                    }
                    log.info("server id {} epoch {}", lease.serverId(), lease.epoch());
                    keep(lease, sentMs);
                    listener.onAcquired(lease);
                    acquired.tryComplete(lease);
                })
                .onFailure(failure -> {
                    long afterMs = failure instanceof NoServerIdFree none ? none.retryAfterMs() : RETRY_AFTER_MS;
                    log.error("no server id yet, trying again in {} ms: {}", afterMs, failure.getMessage());
                    vertx.setTimer(Math.max(1, Math.min(afterMs, RETRY_AFTER_MS)), timer -> {
                        if (!isStopped) acquire(acquired);
                    });
                });
    }

    private void renew() {
        Held now = held;
        if (now == null) return;
        noteFence(held() == null);
        long sentMs = clock.nowMs();
        Lease lease = now.lease;
        hop(redis.nodeLeases().renew(lease, state, load.getAsInt(), settings.ttl()))
                .onSuccess(renewal -> {
                    Held present = held;
                    if (isStopped || present == null || present.lease.epoch() != lease.epoch()) return;
                    if (renewal instanceof Renewal.Lost lost) onLost(lost);
                    else onRenewed(lease, sentMs);
                })
                .onFailure(failure -> {
                    goOnBlind(lease, sentMs);
                    if (!isWarned) log.warn("the lease could not be renewed: {}", failure.getMessage());
                    isWarned = true;
                });
    }

    private void onRenewed(Lease lease, long sentMs) {
        if (isWarned) log.info("the lease is renewed again");
        isWarned = false;
        boolean wasInDoubt = held() == null;
        keep(lease, sentMs);
        if (wasInDoubt && held() != null) listener.onRegained();
        watch(redis.directory().publish(row(lease)));
    }

    /**
     * Redis was out of reach when the renewal was sent. Nobody can have taken anything from us by way of a Redis that
     * is away for all; and if it is away for us alone, the routers stop sending to a server id whose lease is gone.
     * So live sessions go on, and whatever needs Redis waits. A failure that took longer than the lease says nothing:
     * this process was stopped meanwhile.
     */
    private void goOnBlind(Lease lease, long sentMs) {
        Held present = held;
        if (isStopped || present == null || present.lease.epoch() != lease.epoch()) return;
        blindMs = clock.nowMs();
        if (blindMs - sentMs < settings.ttl().toMillis() / 2) keep(lease, sentMs);
    }

    /** Counts how often the node has stopped serving because it could not be sure of its lease. */
    @SuppressWarnings("NonAtomicVolatileUpdate") // One writer.
    private void noteFence(boolean isInDoubt) {
        if (isInDoubt && !isFenced) selfFences++;
        isFenced = isInDoubt;
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // One writer.
    private void onLost(Renewal.Lost lost) {
        losses++;
        log.error("the lease is lost: epoch {} is somebody else's", lost.currentEpoch());
        held = null;
        listener.onLost();
        acquire(Promise.promise());
    }

    private void keep(Lease lease, long sentMs) {
        long ttlMs = settings.ttl().toMillis();
        long validUntilMs = sentMs + ttlMs - ttlMs / MARGIN_PART_OF_TTL;
        Held before = held;
        boolean isLater = before == null || !before.lease.equals(lease) || before.validUntilMs < validUntilMs;
        if (isLater) held = new Held(lease, validUntilMs);
    }

    private Future<Void> publish(Lease lease) {
        long sentMs = clock.nowMs();
        return hop(redis.nodeLeases().renew(lease, state, load.getAsInt(), settings.ttl()))
                .compose(renewal -> {
                    Held present = held;
                    boolean isStillHeld = !isStopped && present != null && present.lease.equals(lease);
                    if (isStillHeld && renewal instanceof Renewal.Renewed) keep(lease, sentMs);
                    return hop(redis.directory().publish(row(lease)));
                })
                .mapEmpty();
    }

    private NodeRow row(Lease lease) {
        Duration ttl = settings.ttl();
        return new NodeRow(
                lease.serverId(),
                lease.epoch(),
                lease.address().host(),
                lease.address().ports(),
                lease.address().admin(),
                state,
                load.getAsInt(),
                ttl.toMillis());
    }

    private <T> Future<T> hop(CompletionStage<T> stage) {
        return Future.fromCompletionStage(stage, context);
    }

    private static void watch(CompletionStage<?> stage) {
        stage.whenComplete((done, failure) -> {
            if (failure != null) log.debug("a notice got no answer: {}", failure.getMessage());
        });
    }
}
