package dev.convoy.node;

import dev.convoy.node.admin.ConsolePages;
import dev.convoy.node.admin.NodeCalls;
import dev.convoy.node.admin.NodeDesk;
import dev.convoy.node.admin.ShardDesk;
import dev.convoy.node.lease.ConvKeeper;
import dev.convoy.node.lease.LeaseKeeper;
import dev.convoy.operations.http.AdminServer;
import dev.convoy.operations.http.AdminSettings;
import dev.convoy.operations.http.Health;
import dev.convoy.operations.metrics.LoopLag;
import dev.convoy.operations.metrics.ProcessMeters;
import dev.convoy.redis.ConvoyRedis;
import dev.convoy.redis.Lease;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * A node's face for its operator: health, metrics and admin calls. It is there before anything else of the node, so
 * that it can say what the node is waiting for. Owned by the control verticle's context.
 */
final class NodeAdmin implements NodeDesk, Health {
    /** A loop that has not turned for so long will not turn again: not even a long pause of the collector is that. */
    private static final Duration STUCK = Duration.ofSeconds(20);

    private static final long HINTS_AGAIN_MS = 5_000;

    private final Vertx vertx;
    private final NodeSettings settings;
    private final Runnable drain;
    private final PrometheusMeterRegistry meters = ProcessMeters.create();
    private final NodeMeters nodeMeters = new NodeMeters(meters);
    private final List<LoopLag> loops = new ArrayList<>();
    private final List<ShardVerticle> shards = new CopyOnWriteArrayList<>();
    private final long startedNanos = System.nanoTime();
    private @Nullable AdminServer server;
    private @Nullable ConvoyRedis redis;
    private volatile @Nullable LeaseKeeper leases;
    private volatile int roomsAtDrain;
    private volatile NodePhase phase = NodePhase.CONNECTING;

    /** {@code drain}: hands over everything and ends the process. */
    NodeAdmin(Vertx vertx, NodeSettings settings, Runnable drain) {
        this.vertx = vertx;
        this.settings = settings;
        this.drain = drain;
        nodeMeters.bind(this);
        loops.add(LoopLag.watch(vertx, vertx.getOrCreateContext(), meters, "control"));
    }

    /** Opens the admin server, if there is to be one. */
    Future<Void> open() {
        Optional<AdminSettings> admin = settings.admin();
        if (admin.isEmpty()) return Future.succeededFuture();
        NodeCalls calls = new NodeCalls(vertx, this);
        return AdminServer.start(vertx, admin.get(), this, meters, given -> {
                    calls.announce(given);
                    ConsolePages.announce(given);
                })
                .onSuccess(listening -> server = listening)
                .mapEmpty();
    }

    void onRedis(ConvoyRedis connected) {
        redis = connected;
        connected.observe(nodeMeters);
        phase = NodePhase.JOINING;
        listen(connected);
    }

    void onLeases(LeaseKeeper keeper, ConvKeeper convs) {
        leases = keeper;
        nodeMeters.bind(keeper, convs);
    }

    void onShard(ShardVerticle shard) {
        shards.add(shard);
        nodeMeters.add(shard);
    }

    void become(NodePhase newPhase) {
        if (newPhase == NodePhase.DRAINING) roomsAtDrain = roomsHeld();
        phase = newPhase;
    }

    /** Any thread. */
    NodePhase phase() {
        return phase;
    }

    /** From 0, when a drain begins, to 1, when everything is handed over. Any thread. */
    double drainProgress() {
        if (phase != NodePhase.DRAINING) return 0;
        int atFirst = roomsAtDrain;
        return atFirst == 0 ? 1 : Math.max(0, 1 - (double) roomsHeld() / atFirst);
    }

    private int roomsHeld() {
        return shards.stream()
                .map(ShardVerticle::sample)
                .mapToInt(sample -> sample.rooms() - sample.moving())
                .sum();
    }

    NodeMeters nodeMeters() {
        return nodeMeters;
    }

    PrometheusMeterRegistry meters() {
        return meters;
    }

    /** A loop to watch: one that is stuck makes the node one that is to be killed. */
    void watch(LoopLag loop) {
        loops.add(loop);
    }

    Future<Void> close() {
        return server == null ? Future.succeededFuture() : server.close();
    }

    /** {@code host:port} by which other nodes reach the admin server; empty when there is none. */
    String address() {
        if (server == null) return "";
        InetAddress host = settings.admin().map(AdminSettings::host).orElseThrow();
        if (!host.isAnyLocalAddress()) return server.address();
        String reached = settings.host();
        return (reached.contains(":") ? "[" + reached + "]" : reached) + ":" + server.port();
    }

    /** Hints to end somebody's sessions. None yet is no reason not to start: a lost one is made up for. */
    private void listen(ConvoyRedis connected) {
        Future.fromCompletionStage(
                        connected.hints().onKick(user -> shards.forEach(shard -> shard.look(user))),
                        vertx.getOrCreateContext())
                .onFailure(away -> vertx.setTimer(HINTS_AGAIN_MS, again -> listen(connected)));
    }

    // ---- health --------------------------------------------------------------------------------------------

    @Override
    public Optional<String> notStarted() {
        return Optional.ofNullable(phase.waitsFor);
    }

    @Override
    public Optional<String> notReady() {
        if (phase.waitsFor != null) return notStarted();
        if (phase == NodePhase.DRAINING) return Optional.of("It is draining.");
        return leases == null || leases.held() == null
                ? Optional.of("Its lease is lost or in doubt.")
                : Optional.empty();
    }

    @Override
    public Optional<String> notAlive() {
        return loops.stream().anyMatch(loop -> loop.isStuck(STUCK))
                ? Optional.of("An event loop has not turned for " + STUCK.toSeconds() + " s.")
                : Optional.empty();
    }

    // ---- what calls ask ------------------------------------------------------------------------------------

    @Override
    public Future<JsonObject> describe() {
        return Future.all(shards.stream().map(ShardVerticle::count).toList()).map(counts -> describe(counts.list()));
    }

    private JsonObject describe(List<JsonObject> counts) {
        Lease lease = leases == null ? null : leases.held();
        JsonObject sum = new JsonObject();
        for (JsonObject count : counts) {
            count.forEach(entry ->
                    sum.put(entry.getKey(), sum.getLong(entry.getKey(), 0L) + ((Number) entry.getValue()).longValue()));
        }
        return new JsonObject()
                .put("serverId", serverId())
                .put("epoch", lease == null ? null : lease.epoch())
                .put("instance", settings.instance())
                .put("version", version())
                .put("state", lease == null && phase == NodePhase.ACCEPTING ? "IN_DOUBT" : phase.name())
                .put("ready", notReady().isEmpty())
                .put("notReadyBecause", notReady().orElse(null))
                .put("leaseMsLeft", leases == null ? 0 : leases.leftMs())
                .put("host", settings.host())
                .put(
                        "ports",
                        new JsonArray(shards.stream()
                                .map(shard -> (Object) shard.port())
                                .toList()))
                .put("admin", address())
                .put("shards", shards.size())
                .put("uptimeSeconds", (System.nanoTime() - startedNanos) / 1_000_000_000)
                .mergeIn(sum);
    }

    private static String version() {
        String version = NodeAdmin.class.getPackage().getImplementationVersion();
        return version == null ? "unpackaged" : version;
    }

    @Override
    public int serverId() {
        Lease lease = leases == null ? null : leases.held();
        return lease == null ? 0 : lease.serverId();
    }

    @Override
    public Optional<ConvoyRedis> redis() {
        return Optional.ofNullable(redis);
    }

    @Override
    public List<ShardDesk> shards() {
        return List.copyOf(shards);
    }

    @Override
    public void drain() {
        if (phase != NodePhase.DRAINING) drain.run();
    }
}
