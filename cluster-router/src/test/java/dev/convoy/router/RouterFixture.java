package dev.convoy.router;

import dev.convoy.operations.settings.Sources;
import dev.convoy.router.Membership.Listing;
import dev.convoy.router.NodeRoute.State;
import io.netty.util.NetUtil;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Routers on real sockets, with a directory set by hand. */
final class RouterFixture implements AutoCloseable {
    private final List<Vertx> vertxes = new ArrayList<>();
    private volatile List<Listing> listings = List.of();

    Router start(InetAddress host, int loops, boolean isNative) throws Exception {
        return start(host, loops, isNative, () -> CompletableFuture.completedStage(listings));
    }

    Router start(Supplier<CompletionStage<List<Listing>>> directory) throws Exception {
        return start(NetUtil.LOCALHOST4, 1, true, directory);
    }

    static RouterSettings settings(InetAddress host, int port, int loops) {
        return RouterSettings.from(Sources.of(Map.of(
                "CONVOY_ROUTER_HOST", host.getHostAddress(),
                "CONVOY_ROUTER_PORT", String.valueOf(port),
                "CONVOY_ROUTER_LOOPS", String.valueOf(loops),
                "CONVOY_ROUTER_INSIDE_HOST", NetUtil.LOCALHOST4.getHostAddress(),
                "CONVOY_REDIS_URI", "redis://unused")));
    }

    /** With these settings besides. */
    Router start(Map<String, String> settings, boolean isNative) throws Exception {
        Map<String, String> all = new HashMap<>(
                Map.of("CONVOY_ROUTER_PORT", "0", "CONVOY_ROUTER_LOOPS", "1", "CONVOY_REDIS_URI", "redis://unused"));
        all.putAll(settings);
        return start(RouterSettings.from(Sources.of(all)), isNative, () -> CompletableFuture.completedStage(listings));
    }

    private Router start(
            InetAddress host, int loops, boolean isNative, Supplier<CompletionStage<List<Listing>>> directory)
            throws Exception {
        return start(settings(host, 0, loops), isNative, directory);
    }

    private Router start(RouterSettings settings, boolean isNative, Supplier<CompletionStage<List<Listing>>> directory)
            throws Exception {
        return Router.start(vertx(settings.loops() + 1, isNative), settings, directory)
                .await(10, TimeUnit.SECONDS);
    }

    Router start(int loops) throws Exception {
        return start(NetUtil.LOCALHOST4, loops, true);
    }

    Vertx vertx() {
        return vertx(3, true);
    }

    private Vertx vertx(int loops, boolean isNative) {
        Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(loops).setPreferNativeTransport(isNative));
        vertxes.add(vertx);
        return vertx;
    }

    /** The directory from now on; the routers read it within half a second. */
    void list(FakeNode... nodes) {
        listings = List.of(nodes).stream()
                .map(node -> listing(node, State.ACCEPTING))
                .toList();
    }

    static Listing listing(FakeNode node, State state) {
        return new Listing(node.serverId(), 1, node.addresses(), state, 2000);
    }

    static void awaitRow(Router router, int serverId, State state) {
        Eventually.until("row " + serverId + " " + state, () -> {
            NodeRoute row = router.table().row(serverId);
            return row != null && row.state() == state;
        });
    }

    static void awaitSuspect(Router router, int serverId, boolean suspect) {
        Eventually.until("row " + serverId + " suspect: " + suspect, () -> {
            NodeRoute row = router.table().row(serverId);
            return row != null && row.suspect() == suspect;
        });
    }

    static void awaitCount(Router router, Outcome outcome, long count) {
        Eventually.until(outcome + " " + count + ", was " + router.counters(), () -> router.count(outcome) == count);
    }

    /** The inside address of a router's loop, learnt as a node learns it. */
    static InetSocketAddress insideOf(Router router, FakeNode node, FakeClient client) throws Exception {
        client.send(Datagrams.data(node.serverId(), 0, 0, 8), router.publicAddress());
        client.receive(router.publicAddress());
        return node.take().router();
    }

    @Override
    public void close() {
        for (Vertx vertx : vertxes) vertx.close().await();
    }
}
