package dev.convoy.tools.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.convoy.client.PeerLine;
import dev.convoy.client.RefusedException;
import dev.convoy.protocol.conv.Conv;
import dev.convoy.protocol.wire.ErrorCode;
import dev.convoy.tools.cluster.ClusterSettings;
import dev.convoy.tools.cluster.LocalCluster;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;

/** Two players of a room and the line between them: real clients, a real node, a real router, all on loopback. */
@Timeout(180)
@TestInstance(Lifecycle.PER_CLASS)
class PeerLineTest {
    private static final int MESSAGES = 300;

    private final Vertx vertx = Vertx.vertx();
    private LocalCluster cluster;
    private int port;

    @SuppressWarnings("NullAway.Init") // The cluster is started before the first test.
    PeerLineTest() {}

    @BeforeAll
    void start() {
        cluster = PeerPlayer.cluster(new ClusterSettings(1, 1, 0, "memory", false));
        port = cluster.routers().get(0).port();
    }

    @AfterAll
    void stop() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
        cluster.close();
    }

    @Test
    void twoPlayersSpeakDirectly() {
        try (PeerPlayer ann = player("ann", "direct", false);
                PeerPlayer ben = player("ben", "direct", false)) {
            PeerLine line = ann.open(ben);
            assertThat(line.path()).isEqualTo(PeerLine.Path.DIRECT);
            assertThat(Conv.isLegal(line.conv())).isTrue();
            assertThat(ben.taken().conv()).isEqualTo(line.conv());
            assertThat(ben.taken().playerId()).isEqualTo("ann");
            talkBothWays(ann, ben, line);
        }
    }

    @Test
    void withoutAWayTheRoomCarriesIt() {
        try (PeerPlayer ann = player("ann", "through", true);
                PeerPlayer ben = player("ben", "through", false)) {
            PeerLine line = ann.open(ben);
            assertThat(line.path()).isEqualTo(PeerLine.Path.ROOM);
            talkBothWays(ann, ben, line);
            assertThat(line.path()).isEqualTo(PeerLine.Path.ROOM);
        }
    }

    @Test
    void whoeverTakesNoLinesIsNotBothered() {
        try (PeerPlayer ann = player("ann", "shy", false);
                PeerPlayer ben = player("ben", "shy", false)) {
            ben.session.peerLineHandler(null);
            assertRefused(ErrorCode.PEER_REFUSED, ann, "ben");
            assertRefused(ErrorCode.PEER_AWAY, ann, "nobody");
            assertRefused(ErrorCode.PEER_AWAY, ann, "ann");
        }
    }

    @Test
    void aLineEndsWhenAPlayerLeavesOrClosesIt() {
        try (PeerPlayer ann = player("ann", "ends", false);
                PeerPlayer ben = player("ben", "ends", false)) {
            PeerLine line = ann.open(ben);
            String[] why = new String[1];
            ben.taken().closeHandler(sentence -> why[0] = sentence);
            PeerPlayer.get(line.send(Buffer.buffer("the last")));
            PeerPlayer.get(line.close());
            PeerPlayer.await("be told that it is closed", () -> why[0] != null);
            assertThat(ben.heard).containsExactly("the last");

            PeerLine second = ann.open(ben);
            String[] gone = new String[1];
            second.closeHandler(sentence -> gone[0] = sentence);
            ben.leave();
            PeerPlayer.await("be told that ben left", () -> gone[0] != null);
        }
    }

    @Test
    void strangersAtThePunchedPortChangeNothing() throws Exception {
        try (PeerPlayer ann = player("ann", "siege", false);
                PeerPlayer ben = player("ben", "siege", false);
                DatagramSocket stranger = new DatagramSocket()) {
            PeerLine line = ann.open(ben);
            Random random = new Random(7);
            List<Integer> ports = List.of(line.localPort(), ben.taken().localPort());
            for (int i = 0; i < 2_000; i++) {
                byte[] forged = new byte[random.nextInt(200)];
                random.nextBytes(forged);
                if (forged.length >= 4) {
                    for (int b = 0; b < 4; b++) forged[b] = (byte) (line.conv() >>> (8 * b));
                }
                stranger.send(
                        new DatagramPacket(forged, forged.length, InetAddress.getLoopbackAddress(), ports.get(i % 2)));
            }
            talkBothWays(ann, ben, line);
            assertThat(line.path()).isEqualTo(PeerLine.Path.DIRECT);
            assertThat(ann.session.stats().datagramsDropped()).isPositive();
        }
    }

    private PeerPlayer player(String user, String room, boolean throughRoom) {
        return PeerPlayer.join(vertx, ClusterSettings.HOST, port, user, "lines-" + room, throughRoom);
    }

    private static void talkBothWays(PeerPlayer ann, PeerPlayer ben, PeerLine line) {
        line.handler(message -> ann.heard.add(message.toString()));
        for (int i = 1; i <= MESSAGES; i++) {
            PeerPlayer.get(line.send(Buffer.buffer("to ben " + i)));
            PeerPlayer.get(ben.taken().send(Buffer.buffer("to ann " + i)));
        }
        PeerPlayer.await("hear everything", () -> ann.heard.size() >= MESSAGES && ben.heard.size() >= MESSAGES);
        assertThat(ann.heard).isEqualTo(PeerPlayer.numbered("to ann ", MESSAGES));
        assertThat(ben.heard).isEqualTo(PeerPlayer.numbered("to ben ", MESSAGES));
    }

    private static void assertRefused(ErrorCode expected, PeerPlayer asking, String player) {
        assertThatThrownBy(() -> PeerPlayer.get(asking.session.openPeerLine(player)))
                .rootCause()
                .isInstanceOfSatisfying(
                        RefusedException.class,
                        refused -> assertThat(refused.error()).isEqualTo(expected));
    }
}
