package dev.convoy.router;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.convoy.redis.ConvoyRedis;
import dev.convoy.redis.NodeRow;
import dev.convoy.redis.NodeState;
import dev.convoy.redis.RedisSettings;
import dev.convoy.redis.local.RedisServerProcess;
import dev.convoy.router.NodeRoute.State;
import io.netty.util.NetUtil;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The table over a real redis-server of the test's own, which it kills and empties. */
class RedisDirectoryTest {
    private static final long LEASE_MS = 1000;
    private static final long RENEW_MS = 200;
    /** That many probes take longer than a lease, and than a router keeps a row that the directory denies. */
    private static final int PROBES_OF_A_LONG_TIME = 20;

    private final RouterFixture fixture = new RouterFixture();
    private final RedisServerProcess server;
    private final ConvoyRedis nodesRedis;
    private final RedisDirectory directory;
    private final FakeNode one;
    private final FakeNode two;
    private final Map<Integer, FakeNode> renewing = new ConcurrentHashMap<>();
    private final ScheduledExecutorService renewal = Executors.newSingleThreadScheduledExecutor();

    RedisDirectoryTest() throws IOException {
        server = RedisServerProcess.start(RedisServerProcess.Options.inMemory());
        nodesRedis = ConvoyRedis.connect(RedisSettings.of(server.uri()));
        directory = RedisDirectory.connect(server.uri());
        one = new FakeNode(1, 1);
        two = new FakeNode(2, 2);
    }

    @BeforeEach
    void bothHaveALease() throws Exception {
        renewing.put(1, one);
        renewing.put(2, two);
        get(publish(row(one, NodeState.ACCEPTING)));
        get(publish(row(two, NodeState.ACCEPTING)));
        var unused = renewal.scheduleAtFixedRate(this::renew, 0, RENEW_MS, TimeUnit.MILLISECONDS);
    }

    @AfterEach
    void close() {
        renewal.shutdownNow();
        fixture.close();
        directory.close();
        nodesRedis.close();
        server.close();
        one.close();
        two.close();
    }

    @Test
    void theTableIsKeptWhileRedisIsGoneAndGoesOnWhenItIsBack() throws Exception {
        Router router = fixture.start(directory::read);
        assertForwards(router, one, two);
        server.kill();
        awaitProbes(PROBES_OF_A_LONG_TIME);
        assertThat(router.table().rows()).allMatch(row -> row.state() == State.ACCEPTING && !row.suspect());
        assertForwards(router, one, two);
        renewing.remove(2);
        two.answerProbes(false);
        server.restart();
        RouterFixture.awaitRow(router, 2, State.DEAD);
        assertForwards(router, one);
    }

    @Test
    void theTableIsKeptWhenRedisIsEmptyAndWhileNodesWriteThemselvesBack() throws Exception {
        Router router = fixture.start(directory::read);
        renewing.clear();
        awaitEmptied();
        awaitProbes(PROBES_OF_A_LONG_TIME);
        assertThat(router.table().rows()).allMatch(row -> row.state() == State.ACCEPTING && !row.suspect());
        assertForwards(router, one, two);
        RouteTable before = router.table();
        renewing.put(1, one);
        awaitProbes(4);
        renewing.put(2, two);
        awaitProbes(PROBES_OF_A_LONG_TIME);
        assertThat(router.table()).as("not one row was ever in doubt").isSameAs(before);
    }

    @Test
    void aKilledNodeIsRemovedWhenItsLeaseEndsWhileOthersLive() throws Exception {
        Router router = fixture.start(directory::read);
        assertForwards(router, two);
        renewing.remove(2);
        two.close();
        RouterFixture.awaitRow(router, 2, State.DEAD);
        RouterFixture.awaitRow(router, 1, State.ACCEPTING);
        assertForwards(router, one);
    }

    @Test
    void aNodeThatLostItsLeaseAndDoesNotKnowIsRemovedToo() throws Exception {
        Router router = fixture.start(directory::read);
        renewing.remove(2);
        RouterFixture.awaitRow(router, 2, State.DEAD);
        assertThat(router.table().row(2)).as("it answered to the last").matches(row -> !row.suspect());
        renewing.put(2, two);
        RouterFixture.awaitRow(router, 2, State.ACCEPTING);
    }

    @Test
    void aChangeOfStateIsFollowed() throws Exception {
        Router router = fixture.start(directory::read);
        directory.subscribe(router::handleHint).toCompletableFuture().get(20, TimeUnit.SECONDS);
        renewing.remove(2);
        get(publish(row(two, NodeState.DRAINING)));
        get(nodesRedis.hints().directoryChanged());
        RouterFixture.awaitRow(router, 2, State.DRAINING);
    }

    @Test
    void rowsThatNobodyCanRouteToAreLeftOut() throws Exception {
        List<NodeRow> bad = List.of(
                new NodeRow(3, 1, "node-3.example", List.of(7000), NodeState.ACCEPTING, 0, LEASE_MS),
                new NodeRow(4, 1, "127.0.0.1", List.of(7000, 7001, 7002), NodeState.ACCEPTING, 0, LEASE_MS),
                new NodeRow(5, 1, "127.0.0.1", List.of(0), NodeState.ACCEPTING, 0, LEASE_MS),
                new NodeRow(6, 1, "127.0.0.1", List.of(65536), NodeState.ACCEPTING, 0, LEASE_MS));
        for (NodeRow row : bad) get(publish(row));
        assertThat(get(directory.read()))
                .extracting(Membership.Listing::serverId)
                .containsExactlyInAnyOrder(1, 2);
    }

    private void renew() {
        renewing.values().forEach(node -> {
            var unused = publish(row(node, NodeState.ACCEPTING));
        });
    }

    /** Empties Redis until it stays empty: a renewal may have been under way. */
    private void awaitEmptied() {
        Eventually.until("empty", () -> {
            flushAll();
            awaitProbes(1);
            try {
                return get(directory.read()).isEmpty();
            } catch (Exception failure) {
                throw new AssertionError(failure);
            }
        });
    }

    private void flushAll() {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(NetUtil.LOCALHOST4, server.port()));
            socket.getOutputStream().write("FLUSHALL\r\n".getBytes(US_ASCII));
            assertThat(new String(socket.getInputStream().readNBytes(5), US_ASCII))
                    .isEqualTo("+OK\r\n");
        } catch (IOException failure) {
            throw new AssertionError(failure);
        }
    }

    /** Waits until the first node has answered that many more probes: 250 ms each, as the router's clock has it. */
    private void awaitProbes(int probes) {
        int enough = one.probesAnswered() + probes;
        Eventually.until(probes + " probes", () -> one.probesAnswered() >= enough);
    }

    private static void assertForwards(Router router, FakeNode... nodes) throws Exception {
        try (FakeClient client = new FakeClient()) {
            for (FakeNode node : nodes) {
                byte[] sent = Datagrams.data(node.serverId(), 1, 1, 100);
                client.send(sent, router.publicAddress());
                assertThat(client.receive(router.publicAddress())).isEqualTo(sent);
            }
        }
    }

    private CompletionStage<Boolean> publish(NodeRow row) {
        return nodesRedis.directory().publish(row);
    }

    private static NodeRow row(FakeNode node, NodeState state) {
        List<Integer> ports =
                node.addresses().stream().map(InetSocketAddress::getPort).toList();
        return new NodeRow(node.serverId(), 1, "127.0.0.1", ports, state, 0, LEASE_MS);
    }

    private static <T> T get(CompletionStage<T> stage)
            throws InterruptedException, ExecutionException, TimeoutException {
        return stage.toCompletableFuture().get(20, TimeUnit.SECONDS);
    }
}
