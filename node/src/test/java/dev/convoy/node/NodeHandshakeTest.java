package dev.convoy.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.convoy.protocol.handshake.Accepted;
import dev.convoy.protocol.handshake.Answer;
import dev.convoy.protocol.handshake.ConnectRequest;
import dev.convoy.protocol.handshake.Envelope;
import dev.convoy.protocol.handshake.JoinRequest;
import dev.convoy.protocol.handshake.Refused;
import dev.convoy.protocol.wire.Affinity;
import dev.convoy.protocol.wire.ControlHeader;
import dev.convoy.protocol.wire.ControlType;
import dev.convoy.protocol.wire.ErrorCode;
import dev.convoy.protocol.wire.LittleEndian;
import dev.convoy.redis.TestRedis;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

/** What a node answers to a request, and to what is none. */
@TestInstance(Lifecycle.PER_CLASS)
class NodeHandshakeTest {
    private TestNode node;
    private String room = "";

    @SuppressWarnings("NullAway.Init") // The node is started before the first test.
    NodeHandshakeTest() {}

    @BeforeAll
    void start() {
        node = TestNode.start(settings -> TestNode.withShards(settings, 2));
    }

    @AfterAll
    void stop() {
        node.close();
    }

    @BeforeEach
    void freshRoom() {
        room = TestRedis.freshName("room");
    }

    @Test
    void aRepeatedConnectGetsTheSameAnswerAndJoinsOnce() {
        TestPlayer ann = node.player("ann", room);
        Envelope request = ann.connectRequest(TestPlayer.freshAttempt());
        for (int i = 0; i < 3; i++) ann.send(request.encode()); // While the first is under way.
        Answer first = ann.askOnce(request);
        assertThat(first).isInstanceOf(Accepted.class);
        for (int i = 0; i < 3; i++) assertThat(ann.askOnce(request)).isEqualTo(first);
        assertThat(ScriptedRoom.script(room).diary).containsExactly("create", "join ann");
    }

    @Test
    void aConnectRepeatedFromAnotherPortIsBoundToWhereItAskedLast() {
        TestPlayer ann = node.player("ann", room);
        long attempt = TestPlayer.freshAttempt();
        Accepted first = (Accepted) ann.askOnce(ann.connectRequest(attempt));
        ann.clientPort++;
        ann.answers.clear();
        Accepted second = (Accepted) ann.askOnce(ann.connectRequest(attempt));
        assertThat(second).isEqualTo(first);
        ann.begin(second);
        ann.say("from the new port");
        ann.awaitHeard("1:from the new port");
    }

    @Test
    void aConvInUseIsNotMovedByACopyOfItsHandshake() {
        TestPlayer ann = node.player("ann", room);
        long attempt = TestPlayer.freshAttempt();
        ann.begin((Accepted) ann.askOnce(ann.connectRequest(attempt)));
        ann.say("mine");
        ann.awaitHeard("1:mine");
        TestPlayer thief = node.player("ann", room);
        thief.clientPort = 666;
        thief.send(thief.connectRequest(attempt).encode());
        thief.await("be answered", () -> !thief.answers.isEmpty());
        ann.say("still mine");
        ann.awaitHeard("2:still mine");
    }

    @Test
    void anAffinityThatIsNotTheRoomsIsABadRequest() {
        TestPlayer ann = node.player("ann", room);
        long wrong = Affinity.ofRoom(room) + 2;
        Envelope request = Envelope.request(
                ControlType.CONNECT, 0, wrong, 1, Envelope.SUITE_PLAIN, new ConnectRequest(ann.joinRequest()).encode());
        assertRefused(ErrorCode.BAD_REQUEST, ann.askOnce(request));
    }

    @Test
    void anUnknownRoomTypeIsRefused() {
        assertRefused(ErrorCode.ROOM_TYPE_UNKNOWN, new TestPlayer(node.way(), "ann", "no-such-type", room).connect());
    }

    @Test
    void aSuiteThatTheNodeDoesNotHaveIsRefused() {
        TestPlayer ann = node.player("ann", room);
        for (int suite : new int[] {2, 255}) {
            Envelope request = Envelope.request(
                    ControlType.CONNECT,
                    0,
                    ann.affinity(),
                    suite,
                    suite,
                    new ConnectRequest(ann.joinRequest()).encode());
            assertRefused(ErrorCode.SUITE_REFUSED, ann.askOnce(request));
        }
    }

    @Test
    void aRequestThatIsNoneIsABadRequest() {
        TestPlayer ann = node.player("ann", room);
        byte[] whole = new ConnectRequest(ann.joinRequest()).encode();
        byte[] cut = Arrays.copyOf(whole, whole.length - 1);
        byte[] noUser = new ConnectRequest(new JoinRequest("", new byte[0], "echo", room, "", new byte[0])).encode();
        long attempt = 1;
        for (byte[] record : List.of(cut, noUser, new byte[0])) {
            for (ControlType type : List.of(ControlType.CONNECT, ControlType.RECONNECT)) {
                Envelope request = Envelope.request(type, 0, ann.affinity(), attempt++, Envelope.SUITE_PLAIN, record);
                assertRefused(ErrorCode.BAD_REQUEST, ann.askOnce(request));
            }
        }
    }

    @Test
    void whatCouldBeAnsweredLargerOrIsOfAnotherVersionIsDropped() {
        TestPlayer ann = node.player("ann", room);
        byte[] request = ann.connectRequest(7).encode();
        ann.send(Arrays.copyOf(request, Envelope.REQUEST_BYTES_MIN - 1));
        byte[] version2 = request.clone();
        version2[ControlHeader.VERSION_OFFSET] = 2;
        ann.send(version2);
        byte[] unknownType = request.clone();
        unknownType[0] = 'Z';
        ann.send(unknownType);
        byte[] answerType = request.clone();
        answerType[0] = '2';
        ann.send(answerType);
        ann.way.send(request); // Without a path header: not from a router.
        assertProbeAnswered(ann);
        assertThat(ann.answers).hasSize(1);
        assertThat(ScriptedRoom.script(room).diary).isEmpty();
    }

    @Test
    void aProbeOfThisNodeComesBackWithItsNonce() {
        assertProbeAnswered(node.player("ann", room));
    }

    @Test
    void aProbeOfAnotherNodeIsNotAnswered() {
        TestPlayer ann = node.player("ann", room);
        ann.send(probe(node.serverId + 1, 1));
        ann.send(probe(0, 2));
        ann.send(probe(node.serverId, 3));
        ann.await("be answered", () -> !ann.answers.isEmpty());
        assertThat(ann.answers).extracting(Envelope::attempt).containsExactly(3L);
    }

    @Test
    void aRequestForAnotherShardIsNotServedByThisOne() {
        SocketWay way = node.socketWay();
        TestPlayer ann = new TestPlayer(way, "ann", ScriptedRoom.TYPE, room);
        byte[] request = ann.withPath(ann.connectRequest(9).encode());
        way.send(request, 1 - Affinity.shard(ann.affinity(), 2));
        ann.join();
        assertThat(ScriptedRoom.script(room).diary).containsExactly("create", "join ann");
        assertThat(ann.answers).extracting(Envelope::attempt).doesNotContain(9L);
    }

    private void assertProbeAnswered(TestPlayer player) {
        byte[] probe = probe(node.serverId, 0x1234_5678_9ABC_DEFL);
        player.send(probe);
        List<byte[]> raw = new ArrayList<>();
        player.inbound = datagram -> {
            raw.add(datagram);
            return List.of(datagram);
        };
        player.await("be answered", () -> !raw.isEmpty());
        byte[] expected = probe.clone();
        LittleEndian.putU32(expected, 0, ControlType.PROBE_REPLY.magic());
        assertThat(raw).hasSize(1);
        assertThat(raw.get(0)).isEqualTo(expected);
    }

    private static byte[] probe(int target, long nonce) {
        byte[] probe = new byte[ControlHeader.BYTES + 5];
        ControlHeader.write(probe, 0, ControlType.PROBE, target, 0, nonce);
        probe[ControlHeader.BYTES] = 42;
        return probe;
    }

    private static void assertRefused(ErrorCode expected, @Nullable Answer answer) {
        assertThat(answer).isInstanceOf(Refused.class);
        assertThat(ErrorCode.of(((Refused) java.util.Objects.requireNonNull(answer)).code()))
                .isEqualTo(expected);
    }
}
