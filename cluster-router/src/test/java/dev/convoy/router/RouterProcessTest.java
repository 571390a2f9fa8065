package dev.convoy.router;

import static org.assertj.core.api.Assertions.assertThat;

import dev.convoy.redis.ConvoyRedis;
import dev.convoy.redis.NodeRow;
import dev.convoy.redis.NodeState;
import dev.convoy.redis.RedisSettings;
import dev.convoy.redis.local.RedisServerProcess;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Router processes with a real Redis: what happens to traffic when they, or Redis, come and go. */
class RouterProcessTest {
    private static final long EPOCH = 1_763_640_000_123L;

    private final RedisServerProcess redis;
    private final FakeNode node;
    private final List<RouterProcess> routers = new ArrayList<>();

    RouterProcessTest() throws IOException {
        redis = RedisServerProcess.start();
        node = new FakeNode(7, 2);
    }

    @AfterEach
    void close() {
        routers.forEach(RouterProcess::close);
        node.close();
        redis.close();
    }

    @Test
    void aRouterThatHasNeverSeenANodeIsNotReadyAndIsAsSoonAsItHas() throws Exception {
        RouterProcess router = start(Map.of());
        assertThat(router.get("/livez").statusCode()).isEqualTo(200);
        HttpResponse<String> notReady = router.get("/readyz");
        assertThat(notReady.statusCode()).isEqualTo(503);
        assertThat(notReady.body()).isEqualTo("It has not seen any node yet.\n");
        register();
        awaitReady(router);
        assertThat(new JsonObject(router.get("/table").body())
                        .getJsonArray("rows")
                        .getJsonObject(0))
                .isEqualTo(new JsonObject()
                        .put("serverId", 7)
                        .put("epoch", EPOCH)
                        .put("state", "accepting")
                        .put("suspect", false)
                        .put(
                                "shards",
                                new JsonArray(node.addresses().stream()
                                        .map(shard -> "127.0.0.1:" + shard.getPort())
                                        .toList())));
    }

    @Test
    void metricsTellWhatBecameOfDatagrams() throws Exception {
        register();
        RouterProcess router = start(Map.of());
        awaitReady(router);
        try (FakeClient client = new FakeClient()) {
            for (int i = 0; i < 5; i++) echo(client, router, i);
            client.send(Datagrams.data(9, 1, 1, 40), router.address());
        }
        Eventually.until(
                "counted",
                () -> metrics(router)
                        .contains("convoy_router_datagrams_total{outcome=\"unknown_server\",way=\"client\"} 1.0"));
        assertThat(metrics(router))
                .contains("convoy_router_datagrams_total{outcome=\"routed_by_conv\",way=\"client\"} 5.0")
                .contains("convoy_router_datagrams_total{outcome=\"returned\",way=\"node\"} 5.0")
                .contains("convoy_router_datagrams_total{outcome=\"fault\",way=\"besides\"} 0.0")
                .contains("convoy_router_nodes{state=\"accepting\"} 1.0")
                .contains("convoy_router_nodes_suspect 0.0")
                .contains("convoy_router_directory_age_seconds ");
    }

    @Test
    void aRouterThatIsToldToEndForwardsForAWhileAndIsNotReadyMeanwhile() throws Exception {
        register();
        RouterProcess router = start(Map.of("CONVOY_ROUTER_DRAIN_MS", "6000"));
        awaitReady(router);
        try (FakeClient client = new FakeClient()) {
            echo(client, router, 1);
            router.terminate();
            Eventually.until("not ready", () -> status(router, "/readyz") == 503);
            assertThat(status(router, "/livez")).isEqualTo(200);
            for (int i = 0; i < 20; i++) echo(client, router, i);
        }
        assertThat(router.awaitStatus()).isZero();
    }

    @Test
    void whenARouterIsKilledInMidFlowTheOtherTakesOverAtOnce() throws Exception {
        register();
        RouterProcess left = start(Map.of());
        RouterProcess right = start(Map.of());
        awaitReady(left);
        awaitReady(right);
        try (FakeClient client = new FakeClient()) {
            for (int i = 0; i < 200; i++) echo(client, left, i);
            left.kill();
            for (int i = 200; i < 400; i++) echo(client, right, i);
        }
    }

    @Test
    void redisGoneThenEmptyChangesNothingForTrafficNorForReadiness() throws Exception {
        register();
        RouterProcess router = start(Map.of());
        awaitReady(router);
        try (FakeClient client = new FakeClient()) {
            redis.kill();
            TimeUnit.SECONDS.sleep(2);
            echo(client, router, 1);
            assertThat(status(router, "/readyz")).isEqualTo(200);
            redis.restart();
            Eventually.until("Redis, empty now, has been read", () -> directoryAge(router) < 1);
            assertThat(status(router, "/readyz")).isEqualTo(200);
            for (int i = 0; i < 100; i++) echo(client, router, i);
        }
    }

    private RouterProcess start(Map<String, String> settings) throws IOException {
        RouterProcess router = RouterProcess.start(redis.uri(), settings);
        routers.add(router);
        return router;
    }

    /** Lists the node, whose lease is as good as endless. */
    private void register() throws Exception {
        List<Integer> ports =
                node.addresses().stream().map(shard -> shard.getPort()).toList();
        NodeRow row = new NodeRow(node.serverId(), EPOCH, "127.0.0.1", ports, NodeState.ACCEPTING, 0, 3_600_000);
        try (ConvoyRedis directory = ConvoyRedis.connect(RedisSettings.of(redis.uri()))) {
            directory.directory().publish(row).toCompletableFuture().get(10, TimeUnit.SECONDS);
        }
    }

    private void echo(FakeClient client, RouterProcess router, int number) throws Exception {
        byte[] sent = Datagrams.data(node.serverId(), 1, number, 64);
        client.send(sent, router.address());
        assertThat(client.receive(router.address())).isEqualTo(sent);
    }

    private static void awaitReady(RouterProcess router) {
        Eventually.until("ready", () -> status(router, "/readyz") == 200);
    }

    private static double directoryAge(RouterProcess router) {
        return new JsonObject(body(router, "/table")).getDouble("directoryAgeSeconds");
    }

    private static String metrics(RouterProcess router) {
        return body(router, "/metrics");
    }

    private static int status(RouterProcess router, String path) {
        return get(router, path).statusCode();
    }

    private static String body(RouterProcess router, String path) {
        return get(router, path).body();
    }

    private static HttpResponse<String> get(RouterProcess router, String path) {
        try {
            return router.get(path);
        } catch (IOException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }
}
