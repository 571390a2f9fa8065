package dev.convoy.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.convoy.node.net.Suite;
import dev.convoy.protocol.handshake.Accepted;
import dev.convoy.protocol.handshake.Answer;
import dev.convoy.protocol.handshake.ClusterKeyPair;
import dev.convoy.protocol.handshake.Refused;
import dev.convoy.protocol.handshake.Reset;
import dev.convoy.protocol.wire.ErrorCode;
import dev.convoy.protocol.wire.LittleEndian;
import dev.convoy.redis.TestRedis;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Strangers and changed addresses, over real sockets: what a sealed session shrugs off, and what a plain one does. */
class SealedTest {
    private static TestNode node;
    private String room;

    @BeforeAll
    static void startNode() {
        node = TestNode.start(settings -> settings);
    }

    @AfterAll
    static void stopNode() {
        node.close();
    }

    @BeforeEach
    void freshRoom() {
        room = TestRedis.freshName("room");
    }

    // ---- a changed address -------------------------------------------------------------------------------

    @Test
    void aPlayerGoesOnFromAnotherAddressInMidStreamWithoutAHandshake() {
        TestPlayer ann = node.player("ann", room).join();
        int conv = ann.grant().conv();
        List<String> expected = new ArrayList<>();
        for (int i = 1; i <= 200; i++) {
            ann.say("m" + i);
            expected.add(i + ":m" + i);
            if (i % 50 == 0) ann.clientPort++;
            if (i % 7 == 0) ann.pump();
        }
        ann.awaitHeard(200);
        assertThat(ann.heard).containsExactlyElementsOf(expected);
        assertThat(ann.grant().conv()).isEqualTo(conv);
        assertThat(diary()).doesNotContain("reconnect ann", "drop ann");
    }

    @Test
    void aCopyThatIsSentFromElsewhereMovesNothing() {
        TestPlayer ann = node.player("ann", room).join();
        List<byte[]> copies = record(ann);
        ann.say("one");
        ann.awaitHeard("1:one");
        TestPlayer eve = eve();
        List<byte[]> caught = catchAll(eve);
        copies.forEach(eve::sendNow);
        ann.say("two");
        ann.awaitHeard("2:two");
        eve.pumpFor(50);
        assertThat(caught).isEmpty();
    }

    @Test
    void whoOvertakesAPacketGetsLittleAndTheNextPacketIsAnsweredAtHome() {
        TestPlayer ann = node.player("ann", room).join();
        ann.say("here");
        ann.awaitHeard("1:here");
        TestPlayer eve = eve();
        List<byte[]> caught = catchAll(eve);
        List<byte[]> withheld = new ArrayList<>();
        ann.outbound = datagram -> {
            withheld.add(datagram);
            return List.of();
        };
        ann.say("flood 500");
        ann.outbound = List::of;
        withheld.forEach(eve::sendNow);
        int spent = withheld.stream().mapToInt(datagram -> datagram.length).sum();
        eve.pumpFor(100);
        assertThat(caught.stream().mapToInt(datagram -> datagram.length).sum()).isLessThanOrEqualTo(3 * spent);
        ann.say("still here");
        ann.await("hear the rest", () -> ann.heard.contains("3:still here"));
        assertThat(diary()).doesNotContain("drop ann");
    }

    // ---- forged packets ----------------------------------------------------------------------------------

    @Test
    void aPacketWithOneBitChangedOrCutShortChangesNothing() {
        TestPlayer ann = node.player("ann", room).join();
        ann.say("one");
        ann.awaitHeard("1:one");
        List<byte[]> withheld = new ArrayList<>();
        ann.outbound = datagram -> {
            withheld.add(datagram);
            return List.of();
        };
        ann.say("two");
        byte[] packet = withheld.get(0);
        for (int bit = 0; bit < packet.length * 8; bit++) {
            byte[] flipped = packet.clone();
            flipped[bit / 8] ^= (byte) (1 << bit % 8);
            ann.sendNow(flipped);
        }
        for (int length = 4; length < packet.length; length++) ann.sendNow(Arrays.copyOf(packet, length));
        ann.sendNow(Arrays.copyOf(packet, 1_250));
        ann.pumpFor(20);
        assertThat(diary()).doesNotContain("message ann two");
        ann.outbound = List::of;
        ann.sendNow(packet);
        ann.awaitHeard("2:two");
    }

    @Test
    void everyPacketSentThreeTimesIsOneMessage() {
        TestPlayer ann = node.player("ann", room).join();
        ann.outbound = datagram -> List.of(datagram, datagram, datagram);
        for (int i = 1; i <= 30; i++) ann.say("m" + i);
        ann.awaitHeard(30);
        assertThat(diary().stream().filter(line -> line.startsWith("message"))).hasSize(30);
    }

    @Test
    void aPacketUnderAnothersConvAndAPlainDatagramAreNobodys() {
        TestPlayer ann = node.player("ann", room).join();
        TestPlayer bob = node.player("bob", room).join();
        List<byte[]> copies = record(ann);
        ann.say("ann's");
        ann.awaitHeard("1:ann's");
        for (byte[] copy : copies) {
            byte[] swapped = copy.clone();
            LittleEndian.putU32(swapped, 0, bob.grant().conv());
            ann.sendNow(swapped);
            bob.sendNow(swapped);
        }
        TestPlayer plain = node.plainPlayer("carl", room).join();
        List<byte[]> clear = record(plain);
        plain.say("in the clear");
        plain.awaitHeard("1:in the clear");
        for (byte[] copy : clear) {
            LittleEndian.putU32(copy, 0, ann.grant().conv());
            ann.sendNow(copy);
        }
        bob.say("bob's");
        bob.awaitHeard("1:bob's");
        ann.say("again");
        ann.awaitHeard("2:again");
    }

    // ---- handshakes --------------------------------------------------------------------------------------

    @Test
    void aClientOfAnotherClusterIsToldSoAndLeavesNothing() {
        TestPlayer ann = node.player("ann", room);
        ann.seal.server = ClusterKeyPair.parse("1e".repeat(32)).publicKey();
        Answer answer = ann.askOnce(ann.connectRequest(TestPlayer.freshAttempt()));
        assertCode(ErrorCode.WRONG_SERVER_KEY, answer);
        assertThat(diary()).isEmpty();
    }

    @Test
    void nobodyIsTalkedIntoASessionWithoutEncryption() {
        try (TestNode sealed = TestNode.start(settings -> settings.with(Map.of("CONVOY_PLAIN", "false")))) {
            Answer answer = sealed.plainPlayer("ann", room).connect();
            assertCode(ErrorCode.SUITE_REFUSED, answer);
            TestPlayer ann = sealed.player("ann", room).join();
            ann.say("sealed");
            ann.awaitHeard("1:sealed");
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Suite.class,
            names = {"PLAIN", "SEALED"})
    void nobodyIsSentAnythingBeforeTheyHaveUsedTheirConv(Suite suite) {
        ScriptedRoom.script(room).onJoin = session -> session.send(io.vertx.core.buffer.Buffer.buffer(new byte[5_000]));
        TestPlayer ann = node.player("ann", room);
        ann.suite = suite;
        int[] sentAndCame = count(ann);
        Answer answer = ann.askOnce(ann.connectRequest(TestPlayer.freshAttempt()));
        assertThat(answer).isInstanceOf(Accepted.class);
        ann.pumpFor(300);
        assertThat(sentAndCame[1]).isPositive().isLessThanOrEqualTo(sentAndCame[0]);
        ann.begin((Accepted) answer);
        ann.awaitHeard(1);
    }

    // ---- Resets ------------------------------------------------------------------------------------------

    @ParameterizedTest
    @EnumSource(
            value = Suite.class,
            names = {"PLAIN", "SEALED"})
    void whoSpeaksAConvThatIsGoneIsToldSoByTheTokenOfItsGrant(Suite suite) {
        TestPlayer ann = node.player("ann", room);
        ann.suite = suite;
        ann.join();
        ann.say("kick");
        ann.await("be gone", () -> ScriptedRoom.script(room).count("leave ann true") == 1);
        ann.pumpFor(50);
        List<byte[]> caught = catchAll(ann);
        ann.await("be reset", () -> {
            ann.say("anybody?");
            return caught.stream().anyMatch(datagram -> isReset(datagram, ann));
        });
        assertThat(caught).allSatisfy(datagram -> assertThat(datagram).hasSize(Reset.BYTES));
    }

    @Test
    void aConvThatNobodyHasHadIsNotReset() {
        TestPlayer ann = node.player("ann", room).join();
        List<byte[]> caught = catchAll(ann);
        for (int i = 1; i < 200; i++) {
            byte[] datagram = new byte[64];
            LittleEndian.putU32(datagram, 0, (ann.grant().conv() & 0xFF00_0000) | 0x00A0_0000 + i);
            ann.sendNow(datagram);
        }
        ann.pumpFor(100);
        assertThat(caught).noneMatch(datagram -> datagram[3] == 'K');
    }

    private static boolean isReset(byte[] datagram, TestPlayer player) {
        return Reset.isFor(
                datagram,
                0,
                datagram.length,
                player.grant().conv(),
                player.grant().resetToken());
    }

    private TestPlayer eve() {
        TestPlayer eve = node.player("eve", room);
        eve.clientPort = 666;
        return eve;
    }

    private static List<byte[]> record(TestPlayer player) {
        List<byte[]> copies = new ArrayList<>();
        player.outbound = datagram -> {
            copies.add(datagram);
            return List.of(datagram);
        };
        return copies;
    }

    private static List<byte[]> catchAll(TestPlayer player) {
        List<byte[]> caught = new ArrayList<>();
        player.inbound = datagram -> {
            caught.add(datagram);
            return List.of(datagram);
        };
        return caught;
    }

    /** Bytes sent, and bytes that came. */
    private static int[] count(TestPlayer player) {
        int[] sentAndCame = new int[2];
        player.outbound = datagram -> {
            sentAndCame[0] += datagram.length;
            return List.of(datagram);
        };
        player.inbound = datagram -> {
            sentAndCame[1] += datagram.length;
            return List.of(datagram);
        };
        return sentAndCame;
    }

    private List<String> diary() {
        return ScriptedRoom.script(room).diary;
    }

    private static void assertCode(ErrorCode expected, Answer answer) {
        assertThat(answer instanceof Refused refused ? ErrorCode.of(refused.code()) : null)
                .isEqualTo(expected);
    }
}
