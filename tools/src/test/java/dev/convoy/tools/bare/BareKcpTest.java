package dev.convoy.tools.bare;

import static org.assertj.core.api.Assertions.assertThat;

import dev.convoy.client.ClientOptions;
import dev.convoy.client.ConvoyClient;
import dev.convoy.client.Session;
import dev.convoy.protocol.wire.Affinity;
import dev.convoy.tools.cluster.ClusterSettings;
import dev.convoy.tools.cluster.LocalCluster;
import io.vertx.core.Vertx;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;

/** Somebody else's KCP and twelve bytes of our protocol, through a real router to a real node. */
@Timeout(180)
@TestInstance(Lifecycle.PER_CLASS)
class BareKcpTest {
    private static final int KCP1 = 0x4B435031;
    private static final int KCP2 = 0x4B435032;
    private static final int KCP3 = 0x4B435033;
    private static final int KCP4 = 0x4B435034;

    private LocalCluster cluster;
    private int port;

    @SuppressWarnings("NullAway.Init") // The cluster is started before the first test.
    BareKcpTest() {}

    @BeforeAll
    void start() {
        cluster = LocalCluster.start(new ClusterSettings(2, 1, 0, "strict", false), member -> {}, line -> {});
        port = cluster.routers().get(0).port();
    }

    @AfterAll
    void stop() {
        cluster.close();
    }

    @Test
    void anyKcpLibraryTalksToARoom() throws Exception {
        Set<Integer> servers = new HashSet<>();
        for (int temporary = 1; temporary <= 12; temporary++) {
            try (NettyKcpPlayer player = new NettyKcpPlayer(port)) {
                int[] answer = player.handshake(KCP1, 1, temporary);
                assertThat(answer[0]).isEqualTo(KCP2);
                assertThat(answer[2]).isZero();
                servers.add(answer[1] >>> 24);
                player.begin(answer[1]);
                for (int i = 0; i < 20; i++) player.send("message " + i + "x".repeat(i * 200));
                for (int i = 0; i < 20; i++) {
                    assertThat(new String(player.receive(), StandardCharsets.UTF_8))
                            .isEqualTo("message " + i + "x".repeat(i * 200));
                }
            }
        }
        assertThat(servers).hasSize(2); // The router spreads them.
    }

    @Test
    void aRepeatedRequestGetsTheSameConv() throws Exception {
        try (NettyKcpPlayer player = new NettyKcpPlayer(port)) {
            int conv = player.handshake(KCP1, 1, 99)[1];
            assertThat(player.handshake(KCP1, 1, 99)[1]).isEqualTo(conv);
        }
    }

    @Test
    void aProposalGoesToTheNodeWhoseSegmentItIsOf() throws Exception {
        int first = cluster.nodes().get(0).serverId();
        int wish = first << 24 | 0x00C0DE;
        try (NettyKcpPlayer player = new NettyKcpPlayer(port);
                NettyKcpPlayer other = new NettyKcpPlayer(port)) {
            assertThat(player.handshake(KCP3, wish, 0)).containsExactly(KCP4, wish, 0);
            player.begin(wish);
            player.send("mine");
            assertThat(new String(player.receive(), StandardCharsets.UTF_8)).isEqualTo("mine");
            int[] reassigned = other.handshake(KCP3, wish, 0);
            assertThat(reassigned[2]).isEqualTo(1);
            assertThat(reassigned[1]).isNotEqualTo(wish).isNotZero();
        }
    }

    @Test
    void theClientProposesItsConvByTimeAndChance() throws Exception {
        Vertx vertx = Vertx.vertx();
        try {
            String room = "proposed";
            ClientOptions options = ClientOptions.builder()
                    .server(ClusterSettings.HOST, port)
                    .plain()
                    .user("ann")
                    .roomType("echo")
                    .roomId(room)
                    .proposeConv(true)
                    .build();
            ConvoyClient client = ConvoyClient.create(vertx, options);
            long before = System.currentTimeMillis() / 1000;
            Session session =
                    client.join().toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
            long after = System.currentTimeMillis() / 1000;
            int second = session.conv() >>> 16 & 0xFF;
            assertThat((second - before) & 0xFF).isLessThanOrEqualTo(after - before);
            assertThat(session.conv() & 15).isEqualTo(Affinity.shard(Affinity.ofRoom(room), 16));
            client.close().toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
        } finally {
            vertx.close().toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
        }
    }
}
