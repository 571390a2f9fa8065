package dev.convoy.router;

import static org.assertj.core.api.Assertions.assertThat;

import dev.convoy.protocol.conv.BareHandshake;
import dev.convoy.protocol.handshake.Reset;
import dev.convoy.protocol.handshake.ResetToken;
import dev.convoy.protocol.wire.ControlType;
import dev.convoy.router.NodeRoute.State;
import io.netty.util.NetUtil;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What clients get that no node knows (any more or yet), and what floods get; through both kinds of socket. */
class StrangersTest {
    private static final byte[] RESET_KEY = "0123456789abcdef0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
    private static final String RESET_KEY_HEX = HexFormat.of().formatHex(RESET_KEY);
    private static final int SEQUENCE = 77;

    private final RouterFixture fixture = new RouterFixture();
    private final FakeNode one;
    private final FakeNode two;

    StrangersTest() throws IOException {
        one = new FakeNode(1, 1);
        two = new FakeNode(2, 4);
        fixture.list(one, two);
    }

    @AfterEach
    void close() {
        fixture.close();
        one.close();
        two.close();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void theClientsOfADeadNodeAreToldSoInAWayThatOnlyTheClusterCan(boolean isNative) throws Exception {
        Router router = fixture.start(Map.of("CONVOY_RESET_KEY", RESET_KEY_HEX), isNative);
        try (FakeClient client = new FakeClient()) {
            nodeTwoDies(router);
            for (int length : new int[] {Reset.BYTES, 25, 700, 1200}) {
                client.send(Datagrams.data(2, SEQUENCE, 1, length), router.publicAddress());
                byte[] reset = client.receive(router.publicAddress());
                byte[] token = ResetToken.of(RESET_KEY, 2 << 24 | SEQUENCE, 1);
                assertThat(Reset.isFor(reset, 0, reset.length, 2 << 24 | SEQUENCE, token))
                        .isTrue();
            }
            // Smaller than a Reset, or never heard of: nothing.
            client.send(Datagrams.data(2, SEQUENCE, 1, Reset.BYTES - 1), router.publicAddress());
            client.send(Datagrams.data(9, SEQUENCE, 1, 100), router.publicAddress());
            RouterFixture.awaitCount(router, Outcome.UNKNOWN_SERVER, 1);
            byte[] alive = Datagrams.data(1, SEQUENCE, 1, 100);
            client.send(alive, router.publicAddress());
            assertThat(client.receive(router.publicAddress()))
                    .as("nothing came before it")
                    .isEqualTo(alive);
        }
        assertThat(router.count(Outcome.DEAD_SERVER)).isEqualTo(5);
        assertThat(router.count(Outcome.RESET_SENT)).isEqualTo(4);
        assertThat(router.count(Outcome.FAULT)).isZero();
    }

    @Test
    void withoutAKeyNobodyIsTold() throws Exception {
        Router router = fixture.start(Map.of(), true);
        try (FakeClient client = new FakeClient()) {
            nodeTwoDies(router);
            client.send(Datagrams.data(2, SEQUENCE, 1, 100), router.publicAddress());
            RouterFixture.awaitCount(router, Outcome.DEAD_SERVER, 1);
        }
        assertThat(router.count(Outcome.RESET_SENT)).isZero();
    }

    @Test
    void resetsAreLimitedForAPrefixAndAnotherStillGetsThem() throws Exception {
        Router router =
                fixture.start(Map.of("CONVOY_RESET_KEY", RESET_KEY_HEX, "CONVOY_ROUTER_RESETS_PER_PREFIX", "5"), true);
        nodeTwoDies(router);
        try (FakeClient attacker = new FakeClient();
                FakeClient player = new FakeClient(address("127.0.1.1"))) {
            flood(router, attacker, Datagrams.data(2, SEQUENCE, 1, 100), 1000);
            player.send(Datagrams.data(2, SEQUENCE, 1, 100), router.publicAddress());
            assertThat(player.receive(router.publicAddress())).hasSize(Reset.BYTES);
        }
        assertThat(router.count(Outcome.RESET_LIMITED)).isPositive();
        assertThat(router.count(Outcome.RESET_SENT)).isLessThan(900);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aFloodOfHandshakesFromOnePrefixDoesNotStarveAnotherNorAnybodysData(boolean isNative) throws Exception {
        Router router = fixture.start(Map.of("CONVOY_ROUTER_CONTROL_PER_PREFIX", "20"), isNative);
        try (FakeClient attacker = new FakeClient();
                FakeClient neighbour = new FakeClient(address("127.0.0.9"));
                FakeClient player = new FakeClient(address("127.0.1.1"))) {
            flood(router, attacker, Datagrams.control(ControlType.CONNECT, 1, 0), 5000);
            long limited = router.count(Outcome.LIMITED_PREFIX);
            assertThat(limited).isPositive();
            one.received.clear();
            byte[] connect = Datagrams.control(ControlType.CONNECT, 1, 4711);
            player.send(connect, router.publicAddress());
            assertThat(player.receive(router.publicAddress())).isEqualTo(connect);
            // A session that stands goes on, even where the flood is from.
            byte[] data = Datagrams.data(1, 5, 6, 70);
            neighbour.send(data, router.publicAddress());
            assertThat(neighbour.receive(router.publicAddress())).isEqualTo(data);
        }
        assertThat(router.count(Outcome.LIMITED_TOTAL)).isZero();
    }

    @Test
    void everybodyTogetherHasALimitToo() throws Exception {
        Router router = fixture.start(Map.of("CONVOY_ROUTER_CONTROL_TOTAL", "20"), true);
        try (FakeClient client = new FakeClient()) {
            flood(router, client, Datagrams.control(ControlType.CONNECT, 1, 0), 2000);
        }
        assertThat(router.count(Outcome.LIMITED_TOTAL)).isPositive();
        assertThat(router.count(Outcome.LIMITED_PREFIX)).isZero();
    }

    @Test
    void dataIsLimitedOnlyIfSomebodySaysSo() throws Exception {
        Router router = fixture.start(Map.of("CONVOY_ROUTER_DATA_PER_PREFIX", "20"), true);
        Router open = fixture.start(Map.of(), true);
        try (FakeClient attacker = new FakeClient();
                FakeClient player = new FakeClient(address("127.0.1.1"))) {
            flood(router, attacker, Datagrams.data(1, 3, 4, 50), 2000);
            flood(open, attacker, Datagrams.data(1, 3, 4, 50), 2000);
            byte[] data = Datagrams.data(1, 5, 6, 70);
            player.send(data, router.publicAddress());
            assertThat(player.receive(router.publicAddress())).isEqualTo(data);
        }
        assertThat(router.count(Outcome.LIMITED_PREFIX)).isPositive();
        assertThat(open.count(Outcome.LIMITED_PREFIX)).isZero();
    }

    @Test
    void aBareConnectGoesToOneNodeHoweverOftenAndThroughWhateverRouter() throws Exception {
        Router left = fixture.start(Map.of(), true);
        Router right = fixture.start(Map.of("CONVOY_ROUTER_LOOPS", "2"), false);
        boolean[] isUsed = new boolean[3];
        for (int temporary = 0; temporary < 30; temporary++) {
            try (FakeClient client = new FakeClient()) {
                byte[] connect = BareHandshake.connect(temporary).encode();
                client.send(connect, left.publicAddress());
                assertThat(client.receive(left.publicAddress())).isEqualTo(connect);
                FakeNode node = one.received.isEmpty() ? two : one;
                int shard = node.take().shard();
                for (Router router : new Router[] {right, left, right}) {
                    client.send(connect, router.publicAddress());
                    assertThat(node.take().shard()).isEqualTo(shard);
                    assertThat(client.receive(router.publicAddress())).isEqualTo(connect);
                }
                isUsed[node.serverId()] = true;
            }
        }
        assertThat(isUsed[1] && isUsed[2]).as("they are spread").isTrue();
    }

    @Test
    void aBareProposeGoesToWhereTheDataOfItsConvWillGo() throws Exception {
        Router router = fixture.start(Map.of(), true);
        try (FakeClient client = new FakeClient()) {
            for (int sequence = 0; sequence < 8; sequence++) {
                byte[] propose = BareHandshake.propose(2 << 24 | sequence, 99).encode();
                client.send(propose, router.publicAddress());
                FakeNode.Received received = two.take();
                assertThat(received.datagram()).isEqualTo(propose);
                assertThat(received.shard()).isEqualTo(sequence % 4);
            }
            // Of nobody: to anybody, who will offer another.
            client.send(BareHandshake.propose(9 << 24 | 1, 99).encode(), router.publicAddress());
            RouterFixture.awaitCount(router, Outcome.ROUTED_BY_AFFINITY, 1);
            byte[] reconnect = BareHandshake.connect(1).encode();
            reconnect[0] = '5';
            client.send(reconnect, router.publicAddress());
            RouterFixture.awaitCount(router, Outcome.MALFORMED, 1);
        }
    }

    private void nodeTwoDies(Router router) {
        two.answerProbes(false);
        fixture.list(one);
        RouterFixture.awaitRow(router, 2, State.DEAD);
    }

    /** All of it arrives: the router is waited for now and then. */
    private static void flood(Router router, FakeClient from, byte[] datagram, int count) throws IOException {
        long before = arrived(router);
        for (int i = 1; i <= count; i++) {
            from.send(datagram, router.publicAddress());
            int sent = i;
            if (i % 100 == 0) Eventually.until("the flood arrives", () -> arrived(router) - before >= sent);
        }
    }

    private static long arrived(Router router) {
        return router.counters().entrySet().stream()
                .filter(entry -> entry.getKey().way() == Outcome.Way.CLIENT)
                .mapToLong(Map.Entry::getValue)
                .sum();
    }

    private static InetAddress address(String text) {
        return Objects.requireNonNull(NetUtil.createInetAddressFromIpAddressString(text));
    }
}
