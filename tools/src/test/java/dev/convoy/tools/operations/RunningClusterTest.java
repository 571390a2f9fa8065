package dev.convoy.tools.operations;

import static org.assertj.core.api.Assertions.assertThat;

import dev.convoy.client.ClientOptions;
import dev.convoy.client.ConvoyClient;
import dev.convoy.client.Session;
import dev.convoy.tools.OperatorsTerminal;
import dev.convoy.tools.cluster.ClusterMember;
import dev.convoy.tools.cluster.ClusterSettings;
import dev.convoy.tools.cluster.LocalCluster;
import dev.convoy.tools.cluster.MemberState;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A real cluster with real players: what it measures, what the operator's commands show of it, and how its nodes end. */
@Timeout(300)
class RunningClusterTest {
    private static final Vertx VERTX = Vertx.vertx();
    private static final List<String> DIED = new ArrayList<>();
    private static LocalCluster cluster;

    @BeforeAll
    static void start() {
        cluster = LocalCluster.start(
                new ClusterSettings(2, 1, 0, "strict", false), progress -> {}, died -> DIED.add(died.name()));
    }

    @AfterAll
    static void stop() throws Exception {
        cluster.close();
        get(VERTX.close());
    }

    private static <T> T get(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS);
    }

    private static void await(String what, BooleanSupplier isSo) throws InterruptedException {
        long giveUpNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!isSo.getAsBoolean()) {
            if (System.nanoTime() > giveUpNanos) throw new AssertionError("in vain waited until " + what);
            Thread.sleep(100);
        }
    }

    /** Has said something in an echo room of its own, and heard it. */
    private static Session player(String user, String room) throws Exception {
        int port = cluster.routers().get(0).port();
        ConvoyClient client = ConvoyClient.create(
                VERTX,
                ClientOptions.builder()
                        .plain()
                        .server("127.0.0.1", port)
                        .user(user)
                        .roomId(room)
                        .roomType("echo")
                        .build());
        Session session = get(client.join());
        CompletableFuture<Buffer> echo = new CompletableFuture<>();
        session.handler(echo::complete);
        get(session.send(Buffer.buffer("hello")));
        assertThat(echo.get(60, TimeUnit.SECONDS)).isEqualTo(Buffer.buffer("hello"));
        return session;
    }

    private static OperatorsTerminal convoy(String... arguments) {
        return OperatorsTerminal.run(cluster.nodes().get(0).admin(), cluster.adminToken(), arguments);
    }

    private static JsonObject json(String... arguments) {
        OperatorsTerminal answer = convoy(arguments);
        assertThat(answer.status()).as(answer.err()).isZero();
        return new JsonObject(answer.out());
    }

    private static double sum(String metric, String labels) {
        try {
            double sum = 0;
            for (ClusterMember node : cluster.nodes()) {
                if (node.state() == MemberState.UP)
                    sum += Scrape.of(node.admin()).sum(metric, labels);
            }
            return sum;
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void whatIsMeasuredIsWhatIsDocumented() throws Exception {
        player("ann", "measured");
        OperationsPage.holds(
                "metrics:node", Scrape.of(cluster.nodes().get(0).admin()).markdown());
        OperationsPage.holds(
                "metrics:router", Scrape.of(cluster.routers().get(0).admin()).markdown());
    }

    @Test
    void realTrafficMovesTheMeters() throws Exception {
        double joins = sum("convoy_admissions_total", "joined");
        player("bob", "moved");
        assertThat(sum("convoy_admissions_total", "result=\"joined\"")).isEqualTo(joins + 1);
        assertThat(sum("convoy_messages_total", "kind=\"in\"")).isPositive();
        assertThat(sum("convoy_messages_total", "kind=\"out\"")).isPositive();
        assertThat(sum("convoy_commit_latency_seconds_count", "")).isPositive();
        assertThat(sum("convoy_commit_sessions_sum", "")).isPositive();
        assertThat(sum("convoy_redis_roundtrip_seconds_count", "")).isPositive();
        assertThat(sum("convoy_lease_left_seconds", "")).isPositive();
        assertThat(sum("convoy_convs", "free")).isPositive();
        assertThat(sum("convoy_loop_lag_seconds_count", "shard-0")).isPositive();
        assertThat(sum("convoy_node_state", "accepting")).isGreaterThanOrEqualTo(2);
        await("bob is counted", () -> sum("convoy_sessions", "online") >= 1);
        await("segments are counted", () -> sum("convoy_kcp_segments_total", "\"sent\"") > 0);
        await("round trips are measured", () -> sum("convoy_kcp_rtt_seconds_count", "") > 0);
    }

    @Test
    void theOperatorSeesAndSendsAwayWhoIsThere() throws Exception {
        Session eve = player("eve", "den");
        assertThat(convoy("nodes").out()).contains("ACCEPTING").contains("node-");
        assertThat(convoy("leases").out()).contains("ACCEPTING");
        assertThat(convoy("rooms").out()).contains("den").contains("echo").contains("strict");
        JsonObject session = json("sessions", "--user", "eve", "--json")
                .getJsonArray("sessions")
                .getJsonObject(0);
        assertThat(session.getString("room")).isEqualTo("den");
        assertThat(session.getString("id")).isEqualTo(eve.id().toString());
        assertThat(convoy("kick", session.getString("id"), "--reason", "spam").out())
                .contains("eve is sent away from den.");
        await(
                "eve is gone",
                () -> json("sessions", "--user", "eve", "--json")
                        .getJsonArray("sessions")
                        .isEmpty());
        assertThat(convoy("ban", "eve", "--seconds", "60").out()).contains("eve is banned for 60 s");
        assertThat(convoy("ban", "eve", "--lift").out()).contains("eve may come in again.");
        assertThat(convoy("revoke", "--room", "den").out()).contains("Sessions ended: 0.");
        player("eve", "den");
    }

    @Test
    void aWrongTokenOrAddressIsExplained() {
        String admin = cluster.nodes().get(0).admin();
        OperatorsTerminal wrong = OperatorsTerminal.run(admin, "not-the-admin-token", "nodes");
        assertThat(wrong.err()).contains("This is not the admin token.").doesNotContain("not-the-admin-token");
        assertThat(wrong.status()).isEqualTo(2);
        OperatorsTerminal nobody = OperatorsTerminal.run("127.0.0.1:1", cluster.adminToken(), "nodes");
        assertThat(nobody.err()).contains("Nothing answers at http://127.0.0.1:1");
        assertThat(nobody.status()).isEqualTo(1);
        assertThat(convoy("kick", "nosuch").err()).contains("There is no session nosuch.");
        assertThat(convoy("sessions", "--limit", "0").err()).contains("'limit' must be a whole number");
    }

    @Test
    void aNodeThatIsToldToDrainEndsInOrderAndAnotherTakesTrafficAtOnce() throws Exception {
        ClusterMember late = cluster.startNode();
        await("the late node is up", () -> late.state() == MemberState.UP);
        await("the others see it", () -> convoy("nodes").out().contains(late.admin()));
        OperatorsTerminal drained = convoy("drain", String.valueOf(late.serverId()));
        assertThat(drained.err()).isEmpty();
        assertThat(drained.out()).contains("Node " + late.serverId() + " is draining");
        await("it has ended with 0", () -> late.state() == MemberState.STOPPED);
        assertThat(DIED).isEmpty();
        player("zoe", "after the drain");
    }
}
