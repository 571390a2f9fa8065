package dev.convoy.node;

import dev.convoy.node.net.Suite;
import dev.convoy.operations.settings.Sources;
import dev.convoy.protocol.handshake.ClusterKeyPair;
import dev.convoy.redis.ConvoyRedis;
import dev.convoy.redis.NodeRow;
import dev.convoy.redis.TestRedis;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A whole node in this JVM, on a Vert.x of its own, so that it can die alone. */
final class TestNode implements AutoCloseable {
    static final byte[] CLUSTER_KEY = new byte[32];
    static final ClusterKeyPair CLUSTER = ClusterKeyPair.parse("0f".repeat(32));
    static final int HANDSHAKES_PER_SECOND = 100_000;
    static final String ADMIN_TOKEN = "an-admin-token-for-tests";
    private static final Pattern READY = Pattern.compile("server-id=(\\d+) ports=([\\d,]+) (?:admin=(\\S+) )?");

    final int serverId;
    /** Where its admin server is; empty when it has none. */
    final String admin;

    private final Vertx vertx;
    private final NodeVerticle node;
    private final List<Integer> ports;
    private boolean isGone;

    private TestNode(Vertx vertx, NodeVerticle node) {
        this.vertx = vertx;
        this.node = node;
        Matcher ready = READY.matcher(node.readyLine());
        if (!ready.find()) throw new AssertionError(node.readyLine());
        serverId = Integer.parseInt(ready.group(1));
        admin = Objects.requireNonNullElse(ready.group(3), "");
        ports = Arrays.stream(ready.group(2).split(",")).map(Integer::valueOf).toList();
    }

    static NodeSettings settings(String redisUri) {
        return NodeSettings.from(Sources.of(Map.of(
                "CONVOY_REDIS_URI",
                redisUri,
                "CONVOY_NODE_INSTANCE",
                TestRedis.freshName("node"),
                "CONVOY_TOKEN_KEY",
                HexFormat.of().formatHex(CLUSTER_KEY),
                "CONVOY_CLUSTER_KEY",
                CLUSTER.privateHex(),
                "CONVOY_HANDSHAKES_PER_SECOND",
                "" + HANDSHAKES_PER_SECOND,
                "CONVOY_AUTH",
                "anonymous",
                "CONVOY_PLAIN",
                "true")));
    }

    static NodeSettings withTimes(NodeSettings settings, long leaseTtlMs, long windowMs) {
        return settings.with(Map.of("CONVOY_LEASE_TTL_MS", "" + leaseTtlMs, "CONVOY_WINDOW_MS", "" + windowMs));
    }

    static NodeSettings withAdmin(NodeSettings settings) {
        return settings.with(Map.of("CONVOY_ADMIN_PORT", "0", "CONVOY_ADMIN_TOKEN", ADMIN_TOKEN));
    }

    static NodeSettings withShards(NodeSettings settings, int shards) {
        return settings.with(Map.of("CONVOY_NODE_SHARDS", "" + shards));
    }

    /** A node on the Redis that all tests share. */
    static TestNode start(UnaryOperator<NodeSettings> change) {
        return start(change.apply(settings(TestRedis.uri())));
    }

    static TestNode start(NodeSettings settings) {
        Vertx vertx =
                Vertx.vertx(new VertxOptions().setPreferNativeTransport(true).setEventLoopPoolSize(2));
        NodeVerticle node = new NodeVerticle(settings, () -> {});
        try {
            get(vertx.deployVerticle(node));
            return new TestNode(vertx, node);
        } catch (RuntimeException | Error e) {
            get(vertx.close());
            throw e;
        }
    }

    static <T> T get(Future<T> future) {
        try {
            return future.toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    Way way() {
        return new SocketWay(ports);
    }

    SocketWay socketWay() {
        return new SocketWay(ports);
    }

    /** Without encryption. */
    TestPlayer plainPlayer(String user, String room) {
        TestPlayer player = player(user, room);
        player.suite = Suite.PLAIN;
        return player;
    }

    TestPlayer player(String user, String room) {
        return new TestPlayer(way(), user, ScriptedRoom.TYPE, room);
    }

    /** The process is gone: no word to a client, no lease given back, no room released. */
    void kill() {
        if (isGone) return;
        isGone = true;
        get(vertx.close());
    }

    /** Begins to leave in order. */
    void beginDrain() {
        var unused = node.drain();
    }

    /** Leaves in order. */
    void drain() {
        get(node.drain());
        kill();
    }

    /** Sessions that the node says it has, in the routers' directory. */
    int load(ConvoyRedis redis) {
        List<NodeRow> rows = get(Future.fromCompletionStage(redis.directory().read()));
        return rows.stream()
                .filter(row -> row.serverId() == serverId)
                .mapToInt(NodeRow::load)
                .findFirst()
                .orElse(-1);
    }

    @Override
    public void close() {
        kill();
    }
}
