package dev.convoy.node;

import dev.convoy.protocol.handshake.ClusterKeyPair;
import dev.convoy.redis.ConvoyRedis;
import dev.convoy.redis.NodeRow;
import dev.convoy.redis.TestRedis;
import dev.convoy.room.Durability;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A whole node in this JVM, on a Vert.x of its own, so that it can die alone. */
final class TestNode implements AutoCloseable {
    static final byte[] CLUSTER_KEY = new byte[32];
    static final ClusterKeyPair CLUSTER = ClusterKeyPair.of(new byte[] {
        1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30,
        31, 32
    });
    static final int HANDSHAKES_PER_SECOND = 100_000;
    private static final Pattern READY = Pattern.compile("server-id=(\\d+) ports=([\\d,]+) ");

    final int serverId;
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
        ports = Arrays.stream(ready.group(2).split(",")).map(Integer::valueOf).toList();
    }

    static NodeSettings settings(String redisUri) {
        return new NodeSettings(
                redisUri,
                "127.0.0.1",
                0,
                1,
                0,
                TestRedis.freshName("node"),
                CLUSTER_KEY,
                2_000,
                60_000,
                true,
                Durability.STRICT,
                1_000,
                false,
                CLUSTER,
                null,
                HANDSHAKES_PER_SECOND);
    }

    static NodeSettings withTimes(NodeSettings s, long leaseTtlMs, long windowMs) {
        return new NodeSettings(
                s.redisUri(),
                s.host(),
                0,
                s.shards(),
                0,
                s.instance(),
                s.clusterKey(),
                leaseTtlMs,
                windowMs,
                true,
                Durability.STRICT,
                1_000,
                false,
                CLUSTER,
                null,
                HANDSHAKES_PER_SECOND);
    }

    static NodeSettings withShards(NodeSettings s, int shards) {
        return new NodeSettings(
                s.redisUri(),
                s.host(),
                0,
                shards,
                0,
                s.instance(),
                s.clusterKey(),
                s.leaseTtlMs(),
                s.windowMs(),
                true,
                Durability.STRICT,
                1_000,
                false,
                CLUSTER,
                null,
                HANDSHAKES_PER_SECOND);
    }

    /** A node on the Redis that all tests share. */
    static TestNode start(UnaryOperator<NodeSettings> change) {
        return start(change.apply(settings(TestRedis.uri())));
    }

    static TestNode start(NodeSettings settings) {
        Vertx vertx =
                Vertx.vertx(new VertxOptions().setPreferNativeTransport(true).setEventLoopPoolSize(2));
        NodeVerticle node = new NodeVerticle(settings);
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

    TestPlayer player(String user, String room) {
        return new TestPlayer(way(), user, ScriptedRoom.TYPE, room);
    }

    /** The process is gone: no word to a client, no lease given back, no room released. */
    void kill() {
        if (isGone) return;
        isGone = true;
        get(vertx.close());
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
