package dev.convoy.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.convoy.node.net.Suite;
import dev.convoy.protocol.handshake.Answer;
import dev.convoy.protocol.handshake.Envelope;
import dev.convoy.protocol.handshake.Grant;
import dev.convoy.protocol.handshake.ReconnectRequest;
import dev.convoy.protocol.handshake.ReconnectToken;
import dev.convoy.protocol.handshake.Refused;
import dev.convoy.protocol.handshake.Resumed;
import dev.convoy.protocol.wire.ControlType;
import dev.convoy.protocol.wire.ErrorCode;
import dev.convoy.redis.TestRedis;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Players who come back to a node that has been there all along. */
@TestInstance(Lifecycle.PER_CLASS)
class NodeReturnTest {
    private TestNode node;
    private String room = "";

    @SuppressWarnings("NullAway.Init") // The node is started before the first test.
    NodeReturnTest() {}

    @BeforeAll
    void start() {
        node = TestNode.start(settings -> settings);
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
    void aReturnHasAnotherConvAndTheSameSession() {
        TestPlayer ann = node.player("ann", room).join();
        Grant first = ann.grant();
        ann.say("before");
        ann.awaitHeard("1:before");
        Resumed resumed = ann.resume();
        assertThat(resumed.grant().conv()).isNotEqualTo(first.conv());
        assertThat(resumed.grant().token()).isNotEqualTo(first.token());
        assertThat(resumed.grant().generation()).isEqualTo(2);
        assertThat(resumed.place()).isEqualTo(Resumed.Place.SAME_NODE);
        ann.say("after");
        ann.awaitHeard("2:after");
        assertThat(ann.heard).containsExactly("1:before", "2:after");
        assertThat(ScriptedRoom.script(room).count("reconnect ann")).isEqualTo(1);
    }

    @Test
    void aWrongTokenChangesNothingAndTheSeatStays() {
        TestPlayer ann = node.player("ann", room).join();
        Grant real = ann.grant();
        for (int i = 0; i < 10; i++) {
            byte[] guess = real.token().toBytes();
            guess[i]++;
            assertCode(ErrorCode.TOKEN_INVALID, askWith(ann, ReconnectToken.of(guess), TestPlayer.freshAttempt()));
        }
        ann.say("not disturbed");
        ann.awaitHeard("1:not disturbed");
        ann.resume();
        ann.say("and back");
        ann.awaitHeard("2:and back");
    }

    @Test
    void anotherUsersNameDoesNotFitTheToken() {
        TestPlayer ann = node.player("ann", room).join();
        TestPlayer bob = node.player("bob", room);
        bob.session = ann.session;
        bob.grant = ann.grant();
        assertCode(ErrorCode.WRONG_USER, bob.comeBack());
        ann.resume();
    }

    @ParameterizedTest
    @EnumSource(Suite.class)
    void aLostAnswerAndARetryAreNoTheft(Suite suite) {
        TestPlayer ann = node.player("ann", room);
        ann.suite = suite;
        ann.join();
        Envelope request = ann.reconnectRequest(ann.nextAttempt);
        List<byte[]> lost = new ArrayList<>();
        ann.inbound = datagram -> {
            if (datagram[3] == 'K') lost.add(datagram);
            return List.of();
        };
        for (int i = 0; i < 3; i++) ann.send(request.encode());
        ann.await("be answered, unheard", () -> !lost.isEmpty());
        ann.inbound = List::of;
        ann.resume();
        ann.say("no thief");
        ann.awaitHeard("1:no thief");
        assertThat(ScriptedRoom.script(room).count("reconnect ann")).isEqualTo(1);
    }

    @Test
    void aSpentTokenWithAnotherAttemptEndsTheSessionAndItsHolderIsTold() {
        TestPlayer ann = node.player("ann", room).join();
        ReconnectToken spent = ann.grant().token();
        ann.resume();
        ann.say("the holder");
        ann.awaitHeard("1:the holder");
        TestPlayer thief = node.player("ann", room);
        thief.clientPort = 666;
        thief.session = ann.session;
        thief.grant = ann.grant();
        assertCode(ErrorCode.TOKEN_REUSED, askWith(thief, spent, TestPlayer.freshAttempt()));
        ann.await("be told", () -> ann.closed == ErrorCode.TOKEN_REUSED);
        assertThat(ann.comeBack()).isInstanceOf(Refused.class);
        assertThat(ScriptedRoom.script(room).count("leave ann true")).isEqualTo(1);
    }

    @Test
    void lateDatagramsOfTheOldConvChangeNothing() {
        TestPlayer ann = node.player("ann", room).join();
        List<byte[]> kept = new ArrayList<>();
        ann.outbound = datagram -> {
            kept.add(datagram);
            return List.of();
        };
        ann.say("from the old conv");
        ann.leave(); // The closing of the old conv, delayed on its way.
        ann.outbound = List::of;
        ann.resume();
        ann.awaitHeard("1:from the old conv");
        kept.forEach(ann::sendNow);
        ann.say("from the new");
        ann.awaitHeard("2:from the new");
        assertThat(ann.closed).isNull();
        assertThat(ann.heard).containsExactly("1:from the old conv", "2:from the new");
    }

    @Test
    void aPlainSessionIsBoundToItsAddress() {
        TestPlayer ann = node.plainPlayer("ann", room).join();
        ann.clientPort++;
        ann.say("from elsewhere");
        ann.pumpFor(100);
        assertThat(ann.heard).isEmpty();
        assertThat(ScriptedRoom.script(room).diary).containsExactly("create", "join ann");
        ann.resume();
        ann.awaitHeard("1:from elsewhere");
    }

    @Test
    void anotherRouterIsAnsweredFromTheNextDatagramOn() {
        TestPlayer ann = node.player("ann", room).join();
        ann.say("through one");
        ann.awaitHeard("1:through one");
        ann.way.close();
        ann.way = node.way();
        ann.say("through another");
        ann.awaitHeard("2:through another");
    }

    @Test
    void everyMessageOnceAndInOrderOverManyReturnsOnABadNetwork() {
        long seed = System.nanoTime();
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        TestPlayer ann = node.player("ann", room).join();
        List<String> expected = new ArrayList<>();
        ann.outbound = datagram -> sometimes(random, datagram);
        ann.inbound = datagram -> sometimes(random, datagram);
        for (int i = 1; i <= 300; i++) {
            ann.say("m" + i);
            expected.add(i + ":m" + i);
            if (random.nextInt(4) == 0) ann.pump();
            if (random.nextInt(15) == 0) ann.resume();
        }
        ann.outbound = List::of;
        ann.inbound = List::of;
        ann.resume();
        ann.awaitHeard(300);
        ann.pumpFor(50);
        assertThat(ann.heard).containsExactlyElementsOf(expected);
        assertThat(ScriptedRoom.script(room).diary.stream().filter(line -> line.startsWith("message")))
                .containsExactlyElementsOf(IntStream.rangeClosed(1, 300)
                        .mapToObj(i -> "message ann m" + i)
                        .toList());
    }

    private static List<byte[]> sometimes(Random random, byte[] datagram) {
        return switch (random.nextInt(10)) {
            case 0, 1 -> List.of();
            case 2 -> List.of(datagram, datagram);
            default -> List.of(datagram);
        };
    }

    private static Answer askWith(TestPlayer player, ReconnectToken token, long attempt) {
        ReconnectRequest record = new ReconnectRequest(
                player.session,
                token,
                player.grant().conv(),
                player.grant().generation(),
                player.inbox.received(),
                player.joinRequest());
        return player.ask(player.request(ControlType.RECONNECT, attempt, record.encode()));
    }

    private static void assertCode(ErrorCode expected, Answer answer) {
        assertThat(answer).isInstanceOf(Refused.class);
        assertThat(Arrays.asList(expected, ErrorCode.of(((Refused) answer).code())))
                .containsOnly(expected);
    }
}
