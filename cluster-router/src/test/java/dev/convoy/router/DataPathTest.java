package dev.convoy.router;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.convoy.protocol.wire.Affinity;
import dev.convoy.protocol.wire.ControlType;
import dev.convoy.protocol.wire.LittleEndian;
import dev.convoy.protocol.wire.PathHeader;
import dev.convoy.protocol.wire.ServerId;
import dev.convoy.router.NodeRoute.State;
import io.netty.channel.epoll.Epoll;
import io.netty.util.NetUtil;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Real sockets on loopback, real event loops; the nodes are UDP sockets of the test. */
class DataPathTest {
    private static final int LARGEST = 1200;

    private final RouterFixture fixture = new RouterFixture();
    private final FakeNode one;
    private final FakeNode two;

    DataPathTest() throws IOException {
        one = new FakeNode(1, 1);
        two = new FakeNode(2, 4);
    }

    @BeforeEach
    void listBoth() {
        fixture.list(one, two);
    }

    @AfterEach
    void close() {
        fixture.close();
        one.close();
        two.close();
    }

    @ParameterizedTest
    @CsvSource({"127.0.0.1, true", "127.0.0.1, false", "::1, true", "::1, false"})
    void aDatagramReachesTheShardOfItsConvAndTheAnswerItsClient(String host, boolean isNative) throws Exception {
        InetAddress address = NetUtil.createInetAddressFromIpAddressString(host);
        assumeTrue(isBindable(Objects.requireNonNull(address)), "no " + host + " here");
        Router router = fixture.start(address, 1, isNative);
        try (FakeClient client = new FakeClient(address)) {
            for (int sequence = 0; sequence < 8; sequence++) {
                for (int length : new int[] {4, 8, 24, 700, LARGEST - 1, LARGEST}) {
                    byte[] sent = Arrays.copyOf(Datagrams.data(2, sequence, length, Math.max(8, length)), length);
                    client.send(sent, router.publicAddress());
                    FakeNode.Received received = two.take();
                    assertThat(received.shard()).isEqualTo(sequence % 4);
                    assertThat(received.bytes()).startsWith(pathHeader(address, client.port()));
                    assertThat(received.datagram()).isEqualTo(sent);
                    assertThat(client.receive(router.publicAddress())).isEqualTo(sent);
                }
            }
        }
        assertThat(router.count(Outcome.ROUTED_BY_CONV)).isEqualTo(8 * 6);
        RouterFixture.awaitCount(router, Outcome.RETURNED, 8 * 6);
        assertThat(router.count(Outcome.SEND_FAILED)).isZero();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void manyDatagramsOfManyClientsAtOnceAllComeBackUnchanged(boolean isNative) throws Exception {
        Router router = fixture.start(NetUtil.LOCALHOST4, 1, isNative);
        int burst = 500;
        List<FakeClient> clients = new ArrayList<>();
        for (int i = 0; i < 5; i++) clients.add(new FakeClient());
        SplittableRandom random = new SplittableRandom(7);
        for (int round = 0; round < 20; round++) {
            List<byte[]> sent = new ArrayList<>();
            for (int i = 0; i < burst; i++) {
                sent.add(Datagrams.data(1 + i % 2, i, i, random.nextInt(8, LARGEST + 1)));
            }
            for (int i = 0; i < burst; i++) clients.get(i % 5).send(sent.get(i), router.publicAddress());
            for (int c = 0; c < 5; c++) {
                List<byte[]> back = new ArrayList<>();
                for (int i = c; i < burst; i += 5) back.add(clients.get(c).receive(router.publicAddress()));
                back.sort((a, b) -> Integer.compare(LittleEndian.u32(a, 4), LittleEndian.u32(b, 4)));
                for (int i = 0; i < back.size(); i++) assertThat(back.get(i)).isEqualTo(sent.get(c + 5 * i));
            }
        }
        for (FakeClient client : clients) client.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {24, 128, LARGEST})
    void aBurstOfOneSizeArrivesWholeAndInOrder(int length) throws Exception {
        Router router = fixture.start(1);
        try (FakeClient client = new FakeClient()) {
            for (int round = 0; round < 20; round++) {
                // A shorter one and a longer one among them, and one for another node.
                for (int i = 0; i < 200; i++) {
                    int bytes = i % 50 == 20 ? 20 : i % 50 == 40 ? LARGEST : length;
                    int serverId = i % 70 == 35 ? 2 : 1;
                    client.send(Datagrams.data(serverId, 5, i, bytes), router.publicAddress());
                }
                int last = -1;
                for (int i = 0; i < 200; i++) {
                    if (i % 70 == 35) continue;
                    byte[] received = one.take().datagram();
                    assertThat(Datagrams.number(received)).isGreaterThan(last);
                    last = Datagrams.number(received);
                    assertThat(received).isEqualTo(Datagrams.data(1, 5, last, received.length));
                }
                assertThat(last).isEqualTo(199);
                for (int i = 0; i < 200; i++) client.receive(router.publicAddress());
            }
        }
        assertThat(router.count(Outcome.SEND_FAILED)).isZero();
    }

    @Test
    void aTableThatChangesUnderLoadDisturbsNobodyElse() throws Exception {
        Router router = fixture.start(1);
        try (FakeClient client = new FakeClient()) {
            for (int i = 0; i < 3000; i++) {
                // The hint makes it a new table each time.
                if (i % 100 == 0) {
                    if (i % 200 == 0) fixture.list(one);
                    else fixture.list(one, two);
                    two.answerProbes(i % 200 != 0);
                    router.handleHint();
                }
                byte[] sent = Datagrams.data(1, 1, i, 64);
                client.send(sent, router.publicAddress());
                assertThat(client.receive(router.publicAddress())).isEqualTo(sent);
            }
        }
        assertThat(router.count(Outcome.FAULT)).isZero();
    }

    @Test
    void aControlDatagramGoesToTheNodeItNamesElseToTheNodeOfItsRoom() throws Exception {
        Router router = fixture.start(1);
        int byAffinity = 0;
        try (FakeClient client = new FakeClient()) {
            for (int i = 0; i < 40; i++) {
                long affinity = Affinity.ofRoom("room-" + i);
                int target = i % 4; // 0 = any, 1 and 2 = one of ours, 3 = nobody
                boolean isOnesRoom = Long.compareUnsigned(Affinity.score(affinity, 1), Affinity.score(affinity, 2)) > 0;
                FakeNode expected = target == 1 || (target != 2 && isOnesRoom) ? one : two;
                if (target % 3 == 0) byAffinity++;
                byte[] sent = Datagrams.control(ControlType.RECONNECT, target, affinity);
                client.send(sent, router.publicAddress());
                FakeNode.Received received = expected.take();
                assertThat(received.datagram()).isEqualTo(sent);
                int shards = expected.addresses().size();
                assertThat(received.shard()).isEqualTo(Affinity.shard(affinity, shards));
            }
        }
        assertThat(router.count(Outcome.ROUTED_BY_AFFINITY)).isEqualTo(byAffinity);
        assertThat(router.count(Outcome.ROUTED_BY_TARGET)).isEqualTo(40 - byAffinity);
    }

    @ParameterizedTest
    @EnumSource(ControlType.class)
    void onlyWhatClientsSendIsTakenFromClients(ControlType type) throws Exception {
        Router router = fixture.start(1);
        boolean isClients = List.of(ControlType.CONNECT, ControlType.PROPOSE, ControlType.RECONNECT, ControlType.PROBE)
                .contains(type);
        try (FakeClient client = new FakeClient()) {
            client.send(Datagrams.control(type, 1, 0), router.publicAddress());
        }
        RouterFixture.awaitCount(router, isClients ? Outcome.ROUTED_BY_TARGET : Outcome.SERVER_TYPE, 1);
    }

    @Test
    void eachDatagramThatIsNobodysIsCountedAsWhatItIs() throws Exception {
        Router router = fixture.start(1);
        byte[] connect = Datagrams.control(ControlType.CONNECT, 0, 0);
        try (FakeClient client = new FakeClient()) {
            client.send(Datagrams.data(9, 1, 1, 24), router.publicAddress());
            RouterFixture.awaitCount(router, Outcome.UNKNOWN_SERVER, 1);
            client.send(Datagrams.data(0, 1, 1, 24), router.publicAddress());
            client.send(Datagrams.data(255, 1, 1, 24), router.publicAddress());
            client.send(Datagrams.data(ServerId.CONTROL, 1, 1, 24), router.publicAddress());
            client.send(new byte[0], router.publicAddress());
            client.send(new byte[] {1, 2, 1}, router.publicAddress());
            client.send(Arrays.copyOf(connect, 23), router.publicAddress());
            RouterFixture.awaitCount(router, Outcome.MALFORMED, 6);
            client.send(Datagrams.data(1, 1, 1, LARGEST + 1), router.publicAddress());
            client.send(Datagrams.data(1, 1, 1, 1500), router.publicAddress());
            RouterFixture.awaitCount(router, Outcome.OVERSIZE, 2);
            fixture.list(one);
            two.answerProbes(false);
            RouterFixture.awaitRow(router, 2, State.DEAD);
            client.send(Datagrams.data(2, 1, 1, 24), router.publicAddress());
            RouterFixture.awaitCount(router, Outcome.DEAD_SERVER, 1);
        }
        assertThat(one.received).isEmpty();
        assertThat(two.received).isEmpty();
    }

    @Test
    void withoutAnyNodeAControlDatagramIsCountedAndNothingElse() throws Exception {
        fixture.list();
        Router router = fixture.start(1);
        try (FakeClient client = new FakeClient()) {
            client.send(Datagrams.control(ControlType.CONNECT, 0, 0), router.publicAddress());
            RouterFixture.awaitCount(router, Outcome.NO_NODE, 1);
        }
    }

    @Test
    void onlyNodesOfTheTableAreForwardedToClients() throws Exception {
        Router router = fixture.start(1);
        try (FakeClient client = new FakeClient();
                FakeNode stranger = new FakeNode(3, 1)) {
            InetSocketAddress inside = insideOf(router, client);
            byte[] answer = concat(pathHeader(NetUtil.LOCALHOST4, client.port()), Datagrams.data(1, 1, 77, 50));
            stranger.send(answer, inside);
            RouterFixture.awaitCount(router, Outcome.NOT_FROM_A_NODE, 1);
            one.send(answer, inside);
            assertThat(client.receive(router.publicAddress())).isEqualTo(Datagrams.data(1, 1, 77, 50));
        }
    }

    @Test
    void answersWithoutAWholePathHeaderAreDropped() throws Exception {
        Router router = fixture.start(1);
        try (FakeClient client = new FakeClient()) {
            InetSocketAddress inside = insideOf(router, client);
            byte[] ipv4 = pathHeader(NetUtil.LOCALHOST4, client.port());
            byte[] ipv6 = pathHeader(NetUtil.LOCALHOST6, client.port());
            byte[] wrongKind = concat(ipv4, new byte[8]);
            wrongKind[0] = 5;
            byte[] notZero = concat(ipv4, new byte[8]);
            notZero[1] = 1;
            List<byte[]> bad = List.of(
                    new byte[0],
                    Arrays.copyOf(ipv4, 7),
                    ipv4,
                    Arrays.copyOf(ipv6, 19),
                    ipv6,
                    wrongKind,
                    notZero,
                    concat(pathHeader(NetUtil.LOCALHOST4, 0), new byte[8]));
            for (byte[] bytes : bad) one.send(bytes, inside);
            RouterFixture.awaitCount(router, Outcome.PATH_MALFORMED, bad.size());
            one.send(concat(ipv4, new byte[LARGEST + 1]), inside);
            RouterFixture.awaitCount(router, Outcome.ANSWER_OVERSIZE, 1);
            one.send(concat(ipv4, Datagrams.data(1, 1, 5, LARGEST)), inside);
            assertThat(client.receive(router.publicAddress())).isEqualTo(Datagrams.data(1, 1, 5, LARGEST));
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void noBytesAtAllStopTheRouter(boolean isNative) throws Exception {
        long seed = 20261120;
        Router router = fixture.start(NetUtil.LOCALHOST4, 1, isNative);
        SplittableRandom random = new SplittableRandom(seed);
        int garbage = 100_000;
        try (FakeClient attacker = new FakeClient();
                FakeClient client = new FakeClient()) {
            InetSocketAddress inside = insideOf(router, client);
            for (int i = 0; i < garbage; i++) {
                byte[] bytes = garbage(random);
                if (i % 2 == 0) attacker.send(bytes, router.publicAddress());
                else one.send(bytes, inside);
                // Not faster than the router reads, so that it gets every one of them.
                int sent = i + 3;
                if (i % 200 == 199) Eventually.until("seed " + seed + ": all received", () -> total(router) >= sent);
            }
            byte[] sent = Datagrams.data(1, 1, 4711, 100);
            client.send(sent, router.publicAddress());
            assertThat(client.receive(router.publicAddress())).isEqualTo(sent);
        }
        assertThat(router.count(Outcome.FAULT)).isZero();
        assertThat(router.count(Outcome.MALFORMED)).isPositive();
        assertThat(router.count(Outcome.PATH_MALFORMED)).isPositive();
    }

    @Test
    void twoRoutersAreInterchangeableInMidFlow() throws Exception {
        Router left = fixture.start(1);
        Router right = fixture.start(2);
        try (FakeClient client = new FakeClient()) {
            for (int i = 0; i < 200; i++) {
                Router router = i % 3 == 0 ? left : right;
                byte[] sent = Datagrams.data(2, 77, i, 64);
                client.send(sent, router.publicAddress());
                assertThat(two.take().shard()).isEqualTo(77 % 4);
                assertThat(client.receive(router.publicAddress())).isEqualTo(sent);
            }
            left.close().await();
            byte[] last = Datagrams.data(2, 77, 200, 64);
            client.send(last, right.publicAddress());
            assertThat(client.receive(right.publicAddress())).isEqualTo(last);
        }
    }

    @Test
    void severalLoopsShareOnePortAndAnswerFromIt() throws Exception {
        assumeTrue(Epoll.isAvailable());
        Router router = fixture.start(3);
        List<FakeClient> clients = new ArrayList<>();
        for (int i = 0; i < 60; i++) clients.add(new FakeClient());
        Collections.shuffle(clients, new Random(3));
        for (FakeClient client : clients) {
            byte[] sent = Datagrams.data(1, 1, client.port(), 32);
            client.send(sent, router.publicAddress());
            assertThat(client.receive(router.publicAddress())).isEqualTo(sent);
            client.close();
        }
        // More than one inside socket was seen: the kernel spreads clients over loops, wherever they come from.
        assertThat(router.count(Outcome.ROUTED_BY_CONV)).isEqualTo(60);
    }

    @Test
    void aClosedRouterHoldsNoPort() throws Exception {
        Router router = fixture.start(2);
        router.close().await();
        new DatagramSocket(router.publicAddress()).close();
    }

    private static long total(Router router) {
        return router.counters().values().stream().mapToLong(Long::longValue).sum();
    }

    /** Half of it noise, half of it almost right: a proper beginning, any length. */
    private static byte[] garbage(SplittableRandom random) {
        byte[] bytes = new byte[random.nextInt(0, random.nextInt(4) == 0 ? 1472 : 64)];
        random.nextBytes(bytes);
        if (random.nextBoolean() || bytes.length < 12) return bytes;
        int[] firstBytes = {PathHeader.KIND_IPV4, PathHeader.KIND_IPV6, 0x84, 0x86, '1', '5', '9', 'A'};
        bytes[0] = (byte) firstBytes[random.nextInt(firstBytes.length)];
        bytes[1] = random.nextBoolean() ? 0 : (byte) 'P';
        if (random.nextBoolean()) LittleEndian.putU16(bytes, 2, 'C' | 'K' << 8);
        // Addresses that a test may send to: this machine's own.
        if (bytes[0] == PathHeader.KIND_IPV4) System.arraycopy(new byte[] {127, 0, 0, 1}, 0, bytes, 4, 4);
        return bytes;
    }

    private InetSocketAddress insideOf(Router router, FakeClient client) throws Exception {
        return RouterFixture.insideOf(router, one, client);
    }

    private static byte[] pathHeader(InetAddress address, int port) {
        byte[] bytes = address.getAddress();
        byte[] header = new byte[PathHeader.ADDRESS_OFFSET + bytes.length];
        header[0] = (byte) (bytes.length == 4 ? PathHeader.KIND_IPV4 : PathHeader.KIND_IPV6);
        LittleEndian.putU16(header, PathHeader.PORT_OFFSET, port);
        System.arraycopy(bytes, 0, header, PathHeader.ADDRESS_OFFSET, bytes.length);
        return header;
    }

    private static byte[] concat(byte[] a, byte[] b) {
        byte[] both = Arrays.copyOf(a, a.length + b.length);
        System.arraycopy(b, 0, both, a.length, b.length);
        return both;
    }

    private static boolean isBindable(InetAddress address) {
        try (DatagramSocket socket = new DatagramSocket(new InetSocketAddress(address, 0))) {
            return socket.isBound();
        } catch (IOException none) {
            return false;
        }
    }
}
