package dev.convoy.node;

import dev.convoy.node.janitor.Janitor;
import dev.convoy.node.janitor.JanitorTimes;
import dev.convoy.node.lease.ConvKeeper;
import dev.convoy.node.lease.LeaseKeeper;
import dev.convoy.node.lease.LeaseSettings;
import dev.convoy.node.net.MonotonicClock;
import dev.convoy.node.session.IdentityCheck;
import dev.convoy.node.session.RoomTypes;
import dev.convoy.protocol.wire.Affinity;
import dev.convoy.redis.ConvoyRedis;
import dev.convoy.redis.Lease;
import dev.convoy.redis.NodeAddress;
import dev.convoy.redis.NodeState;
import dev.convoy.redis.RedisSettings;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A node: its leases, and a verticle for each shard. It becomes visible to routers when every shard listens,
 * the server id is held and convs are in stock; and stops in the opposite order.
 */
public final class NodeVerticle extends VerticleBase {
    private final NodeSettings settings;
    private final List<ShardVerticle> shards = new ArrayList<>();
    private ConvoyRedis redis;
    private LeaseKeeper leases;
    private ConvKeeper convs;
    private Lease lease;
    private final Runnable whenAskedToDrain;
    private NodeAdmin admin;
    private @Nullable Future<Void> drained;
    private volatile boolean isAccepting;

    /** {@code whenAskedToDrain}: an operator wants the node to hand over everything and to end; called once. */
    @SuppressWarnings("NullAway.Init") // The fields are set by start, before anybody asks for them.
    public NodeVerticle(NodeSettings settings, Runnable whenAskedToDrain) {
        this.settings = settings;
        this.whenAskedToDrain = whenAskedToDrain;
    }

    @Override
    public Future<?> start() {
        RoomTypes types = RoomTypes.load();
        Function<Vertx, IdentityCheck> logins = settings.logins();
        RedisSettings redisSettings = RedisSettings.of(settings.redisUri()).withClientName(settings.instance());
        admin = new NodeAdmin(vertx, settings, whenAskedToDrain);
        return admin.open()
                .compose(open -> vertx.executeBlocking(() -> PatientRedis.connect(redisSettings)))
                .compose(connected -> {
                    redis = connected;
                    admin.onRedis(connected);
                    return deployShards(types, logins);
                })
                .compose(deployed -> leases.start())
                .onSuccess(acquired -> lease = acquired)
                .compose(acquired -> convs.acquire())
                .compose(stocked -> leases.become(NodeState.ACCEPTING))
                .onSuccess(accepting -> {
                    isAccepting = true;
                    if (drained == null) admin.become(NodePhase.ACCEPTING);
                    new Janitor(
                            vertx,
                            redis,
                            settings.instance(),
                            JanitorTimes.of(settings.leaseTtlMs()),
                            () -> isAccepting && leases.mayTakeOver(),
                            this::adopt);
                });
    }

    /** Stops admitting, lets go of the rooms after their last commit, and gives the server id back; once. Any thread. */
    public Future<Void> drain() {
        Promise<Void> over = Promise.promise();
        context.runOnContext(now -> {
            if (drained == null) drained = drainNow();
            drained.onComplete(over);
        });
        return over.future();
    }

    private Future<Void> drainNow() {
        isAccepting = false;
        admin.become(NodePhase.DRAINING);
        if (leases == null) return Future.succeededFuture(); // Nothing is held yet.
        return leases.become(NodeState.DRAINING)
                .eventually(() -> Future.join(
                        shards.stream().map(ShardVerticle::releaseAll).toList()))
                .eventually(() -> leases.stop());
    }

    @Override
    public Future<?> stop() {
        return admin.close()
                .eventually(() -> vertx.executeBlocking(() -> {
                    redis.close();
                    return null;
                }));
    }

    /** The node's ready line, for whoever started the process. */
    String readyLine() {
        String ports = String.join(
                ",", shards.stream().map(shard -> String.valueOf(shard.port())).toList());
        String adminAddress = admin.address().isEmpty() ? "" : " admin=" + admin.address();
        return "convoy-node ready server-id=" + lease.serverId() + " ports=" + ports + adminAddress + " pid="
                + ProcessHandle.current().pid();
    }

    private Future<?> deployShards(RoomTypes types, Function<Vertx, IdentityCheck> logins) {
        Duration quarantine = Duration.ofMillis(settings.windowMs());
        LeaseSettings leaseSettings = new LeaseSettings(
                settings.instance(),
                settings.serverIdWish(),
                this::address,
                Duration.ofMillis(settings.leaseTtlMs()),
                quarantine);
        leases = new LeaseKeeper(vertx, redis, leaseSettings, MonotonicClock.SYSTEM, this::load, listener());
        convs = new ConvKeeper(vertx, redis, leases::held, quarantine);
        for (int shard = 0; shard < settings.shards(); shard++) {
            shards.add(new ShardVerticle(settings, types, logins, leases, convs.addShard(), shard, admin));
        }
        admin.onLeases(leases, convs);
        return Future.join(shards.stream().map(vertx::deployVerticle).toList())
                .onSuccess(deployed -> shards.forEach(admin::onShard));
    }

    private void adopt(String roomId, int deadServerId) {
        shards.get(Affinity.shard(Affinity.ofRoom(roomId), shards.size())).adopt(roomId, deadServerId);
    }

    private NodeAddress address() {
        return new NodeAddress(
                settings.host(), shards.stream().map(ShardVerticle::port).toList(), admin.address());
    }

    private LeaseKeeper.Listener listener() {
        return new LeaseKeeper.Listener() {
            @Override
            public void onAcquired(Lease acquired) {
                convs.acquire();
            }

            @Override
            public void onRegained() {
                shards.forEach(ShardVerticle::lookAfterRooms);
            }

            @Override
            public void onLost() {
                shards.forEach(ShardVerticle::abandonAll);
            }
        };
    }

    private int load() {
        return shards.stream().mapToInt(ShardVerticle::sessionCount).sum();
    }
}
