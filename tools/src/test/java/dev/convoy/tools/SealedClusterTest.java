package dev.convoy.tools;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.convoy.client.ClientOptions;
import dev.convoy.client.ConvoyClient;
import dev.convoy.client.RetryPolicy;
import dev.convoy.client.Session;
import dev.convoy.protocol.handshake.ClusterKeyPair;
import dev.convoy.tools.cluster.ClusterSettings;
import dev.convoy.tools.cluster.LocalCluster;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The Java client, a router and a node, sealed: what a user sees of it. */
@Timeout(180)
class SealedClusterTest {
    private static LocalCluster cluster;
    private static Vertx vertx;

    @BeforeAll
    static void start() {
        vertx = Vertx.vertx();
        cluster = LocalCluster.start(new ClusterSettings(1, 1, 0, "strict", false), said -> {}, died -> {});
    }

    @AfterAll
    static void stop() throws Exception {
        vertx.close().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
        cluster.close();
    }

    @Test
    void aSessionGoesOnFromOtherPortsInMidStreamWithoutAReturn() throws Exception {
        List<String> heard = new CopyOnWriteArrayList<>();
        ConvoyClient client = ConvoyClient.create(vertx, options(cluster.client(), "ann"));
        Session session = get(client.join());
        session.handler(message -> heard.add(message.toString()));
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            get(session.send(Buffer.buffer("m" + i)));
            expected.add("m" + i);
            if (i % 50 == 25) get(session.rebind());
        }
        for (int tries = 0; tries < 1_000 && heard.size() < 200; tries++) Thread.sleep(10);
        assertThat(heard).containsExactlyElementsOf(expected);
        assertThat(session.stats().resumes()).isZero();
        get(client.close());
    }

    @Test
    void aWrongKeyIsNamed() {
        String wrong = ClusterKeyPair.parse("1e".repeat(32)).publicKey().toHex();
        ClientOptions.Builder builder = ClientOptions.builder().serverKey(wrong);
        assertThatThrownBy(() ->
                        get(ConvoyClient.create(vertx, options(builder, "bob")).join()))
                .hasMessageContaining("The server does not have the key that this client expects.");
    }

    @Test
    void aSessionWithoutEncryptionIsRefused() {
        assertThatThrownBy(() -> get(ConvoyClient.create(
                                vertx, options(ClientOptions.builder().plain(), "carl"))
                        .join()))
                .hasMessageContaining("security suite");
    }

    private static ClientOptions options(ClientOptions.Builder builder, String user) {
        return builder.server(ClusterSettings.HOST, cluster.routers().get(0).port())
                .user(user)
                .roomType("echo")
                .retryPolicy(RetryPolicy.DEFAULT.withJoinMs(2_000))
                .build();
    }

    private static <T> T get(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
    }
}
