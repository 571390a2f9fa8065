package dev.convoy.client;

import static dev.convoy.client.Player.await;
import static dev.convoy.client.Player.until;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.convoy.protocol.handshake.Refused;
import dev.convoy.protocol.wire.ControlType;
import dev.convoy.protocol.wire.ErrorCode;
import dev.convoy.protocol.wire.LittleEndian;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Joining, talking and leaving. */
final class SessionTest {
    private final Vertx vertx = Vertx.vertx();
    private final LoopbackNode node = new LoopbackNode();

    @AfterEach
    void closeAll() {
        await(vertx.close());
        node.close();
    }

    @Test
    void aJoinedPlayerKnowsItsPlace() {
        Player ann = Player.join(vertx, Player.options(node).build());
        assertThat(ann.session.id()).isEqualTo(node.seat(0).id);
        assertThat(ann.session.roomId()).isEqualTo("lobby");
        assertThat(ann.session.playerId()).isEqualTo("player-ann");
        assertThat(ann.session.conv() >>> 24).isEqualTo(1);
    }

    @Test
    void everyMessageArrivesOnceAndInOrder() {
        Player ann = Player.join(vertx, Player.options(node).build());
        String[] numbers = IntStream.range(0, 500).mapToObj(String::valueOf).toArray(String[]::new);
        for (String number : numbers) ann.send(number);
        ann.awaitMessages(numbers);
        assertThat(node.received(node.seat(0))).containsExactly(numbers);
        until(() -> ann.session.stats().unacknowledged() == 0);
        assertThat(ann.session.stats().confirmed()).isEqualTo(500);
    }

    @Test
    void theLargestMessageArrivesAndALargerOneIsRefused() {
        Player ann = Player.join(vertx, Player.options(node).build());
        String largest = "x".repeat(Session.MESSAGE_BYTES_MAX);
        ann.send(largest);
        ann.awaitMessages(largest);
        assertThatThrownBy(() -> ann.send(largest + "x")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aLostRequestAndALostAnswerAreRepeatedWithTheSameAttempt() {
        int[] lost = new int[2];
        node.loseRequests(request -> lost[0]++ < 1);
        node.loseAnswers(answer -> lost[1]++ < 1);
        Player.join(vertx, Player.options(node).build());
        assertThat(node.seatCount()).isEqualTo(1);
        assertThat(node.requests(ControlType.CONNECT))
                .hasSize(3)
                .allMatch(request -> request.attempt() == node.requests.get(0).attempt());
    }

    @Test
    void answersThatComeTwiceChangeNothing() {
        node.copyAnswers(3);
        Player ann = Player.join(vertx, Player.options(node).build());
        ann.send("one");
        ann.awaitMessages("one");
        assertThat(node.requests(ControlType.CONNECT)).hasSize(1);
    }

    @Test
    void aRefusalFailsTheJoinWithItsCode() {
        node.refuseNext(Refused.because(ErrorCode.PASSWORD_ERROR, "try swordfish"));
        assertThatThrownBy(() -> Player.join(vertx, Player.options(node).build()))
                .isInstanceOfSatisfying(RefusedException.class, refused -> {
                    assertThat(refused.error()).isEqualTo(ErrorCode.PASSWORD_ERROR);
                    assertThat(refused.detail()).isEqualTo("try swordfish");
                });
    }

    @Test
    void afterARefusalTheNextJoinIsAnotherAttempt() {
        CredentialStore store = CredentialStore.memory();
        ClientOptions options = Player.options(node).credentialStore(store).build();
        node.refuseNext(Refused.because(ErrorCode.PASSWORD_ERROR, ""));
        assertThatThrownBy(() -> Player.join(vertx, options)).isInstanceOf(RefusedException.class);
        Player.join(vertx, options);
        List<Long> attempts = node.requests(ControlType.CONNECT).stream()
                .map(request -> request.attempt())
                .toList();
        assertThat(attempts).doesNotHaveDuplicates().hasSize(2);
    }

    @Test
    void aBusyServiceIsAskedAgainWhenItSaidSo() {
        node.refuseNext(Refused.until(ErrorCode.RETRY_LATER, 400));
        long begunNs = System.nanoTime();
        Player.join(vertx, Player.options(node).build());
        assertThat((System.nanoTime() - begunNs) / 1_000_000).isGreaterThanOrEqualTo(400L);
        assertThat(node.requests(ControlType.CONNECT)).hasSize(2);
    }

    @Test
    void aServiceThatNeverAnswersIsUnreachable() {
        node.loseRequests(request -> true);
        RetryPolicy hasty = RetryPolicy.DEFAULT.withJoinMs(600);
        assertThatThrownBy(() -> Player.join(
                        vertx, Player.options(node).retryPolicy(hasty).build()))
                .isInstanceOf(ServiceUnreachableException.class)
                .hasMessageContaining("127.0.0.1:" + node.port());
    }

    @Test
    void theNextServerIsAskedAfterATimeout() {
        try (LoopbackNode deaf = new LoopbackNode()) {
            deaf.loseRequests(request -> true);
            Player.join(vertx, Player.options(deaf, node).build());
            assertThat(deaf.requests(ControlType.CONNECT)).hasSize(1);
            assertThat(node.requests(ControlType.CONNECT)).hasSize(1);
        }
    }

    @Test
    void theLocalPortChangesAfterThreeTimeouts() {
        int[] asked = new int[1];
        node.loseRequests(request -> asked[0]++ < 4);
        Player.join(vertx, Player.options(node).build());
        List<Integer> ports = node.requestPorts();
        assertThat(ports.subList(0, 3)).containsOnly(ports.get(0));
        assertThat(ports.get(4)).isNotEqualTo(ports.get(0));
    }

    @Test
    void aFullOutboxIsAnErrorOfTheSender() {
        Player ann =
                Player.join(vertx, Player.options(node).outboxBounds(3, 1_000).build());
        node.loseData(conv -> true);
        for (int i = 0; i < 3; i++) ann.send("m" + i);
        assertThatThrownBy(() -> ann.send("one too many")).isInstanceOf(OutboxFullException.class);
        node.loseData(null);
        until(() -> ann.session.stats().unacknowledged() == 0);
        ann.send("room again");
        ann.awaitMessages("m0", "m1", "m2", "room again");
    }

    @Test
    void messagesWaitForTheirHandler() {
        ConvoyClient client = ConvoyClient.create(vertx, Player.options(node).build());
        Session session = await(client.join());
        for (int i = 0; i < 3; i++) await(session.send(Buffer.buffer("m" + i)));
        until(() -> session.stats().unacknowledged() == 0);
        List<String> messages = new CopyOnWriteArrayList<>();
        session.handler(message -> messages.add(message.toString()));
        until(() -> messages.size() == 3);
        assertThat(messages).containsExactly("m0", "m1", "m2");
    }

    @Test
    void aHandlerThatFailsIsReportedAndHarmsNothing() {
        List<Throwable> reported = new CopyOnWriteArrayList<>();
        ConvoyClient client = ConvoyClient.create(vertx, Player.options(node).build());
        List<String> messages = new CopyOnWriteArrayList<>();
        Session session = await(client.join().onSuccess(joined -> {
            Vertx.currentContext().exceptionHandler(reported::add);
            joined.handler(message -> {
                messages.add(message.toString());
                if (messages.size() == 1) throw new IllegalStateException("a bug of the user's");
            });
        }));
        await(session.send(Buffer.buffer("one")));
        await(session.send(Buffer.buffer("two")));
        until(() -> messages.size() == 2);
        assertThat(messages).containsExactly("one", "two");
        assertThat(reported).hasSize(1).first().isInstanceOf(IllegalStateException.class);
    }

    @Test
    void handlersRunOnTheContextThatJoined() {
        List<Context> contexts = new CopyOnWriteArrayList<>();
        Context context = vertx.getOrCreateContext();
        context.runOnContext(turn -> ConvoyClient.create(
                        vertx, Player.options(node).build())
                .join()
                .onSuccess(session -> {
                    contexts.add(Vertx.currentContext());
                    session.handler(message -> contexts.add(Vertx.currentContext()));
                    session.send(Buffer.buffer("hello"));
                }));
        until(() -> contexts.size() == 2);
        assertThat(contexts).containsOnly(context);
    }

    @Test
    void whoLeavesTellsTheServiceAndCanJoinAgain() {
        ConvoyClient client = ConvoyClient.create(vertx, Player.options(node).build());
        Session first = await(client.join());
        await(first.send(Buffer.buffer("last words")));
        await(client.close());
        until(() -> node.seat(0).left == ErrorCode.LEFT);
        assertThat(node.received(node.seat(0))).containsExactly("last words");
        assertThatThrownBy(() -> await(first.send(Buffer.buffer("too late"))))
                .isInstanceOf(SessionClosedException.class);
        assertThat(await(client.join()).id()).isEqualTo(node.seat(1).id);
    }

    @Test
    void aPlayerThatIsKickedIsToldAndDoesNotComeBack() {
        Player ann = Player.join(vertx, Player.options(node).build());
        ann.send("hello");
        ann.awaitMessages("hello");
        node.closeConv(node.seat(0), ErrorCode.KICKED, "bad manners");
        SessionEvent.Closed closed = ann.awaitEvent(SessionEvent.Closed.class);
        assertThat(closed.error()).isEqualTo(ErrorCode.KICKED);
        assertThat(closed.detail()).isEqualTo("bad manners");
        assertThat(node.requests(ControlType.RECONNECT)).isEmpty();
    }

    @Test
    void aPlayerConfirmsThatItWasToldOfTheEnd() {
        Player ann = Player.join(vertx, Player.options(node).build());
        ann.send("hello");
        ann.awaitMessages("hello");
        node.closeConv(node.seat(0), ErrorCode.KICKED, "");
        ann.awaitEvent(SessionEvent.Closed.class);
        until(() -> node.isDelivered(node.seat(0)));
    }

    @Test
    void foreignAndDamagedDatagramsAreDropped() {
        Player ann = Player.join(vertx, Player.options(node).build());
        ann.send("one");
        ann.awaitMessages("one");
        LoopbackNode.Seat seat = node.seat(0);
        for (int length = 0; length < 64; length++) {
            byte[] garbage = new byte[length];
            new Random(length).nextBytes(garbage);
            node.sendRaw(seat, garbage);
            if (length >= 4) {
                LittleEndian.putU32(garbage, 0, ann.session.conv());
                node.sendRaw(seat, garbage);
            }
        }
        ann.send("two");
        ann.awaitMessages("one", "two");
        until(() -> ann.session.stats().datagramsDropped() >= 60);
    }

    @Test
    void anAbandonedClientSaysNothingMore() {
        Player ann = Player.join(vertx, Player.options(node).build());
        ann.send("hello");
        ann.awaitMessages("hello");
        ann.client.abandon();
        assertThatThrownBy(() -> ann.send("gone")).isInstanceOf(SessionClosedException.class);
        assertThat(node.seat(0).left).isNull();
        assertThat(ann.events).isEmpty();
    }

    @Test
    void aClientHasOneSessionAtATime() {
        ConvoyClient client = ConvoyClient.create(vertx, Player.options(node).build());
        Future<Session> first = client.join();
        assertThatThrownBy(() -> await(client.join())).isInstanceOf(IllegalStateException.class);
        await(first);
    }

    @Test
    void volatileMessagesArriveWhileTheLinkIsUp() {
        Player ann = Player.join(vertx, Player.options(node).build());
        List<VolatileMessage> seen = new CopyOnWriteArrayList<>();
        ann.session.volatileHandler(seen::add);
        Player.until(() -> {
            ann.session.sendVolatile(9, Buffer.buffer("here I am"));
            return !seen.isEmpty();
        });
        assertThat(seen).containsOnly(new VolatileMessage(9, Buffer.buffer("here I am")));
        ann.send("hello");
        ann.awaitMessages("hello");
        assertThat(ann.session.stats().confirmed()).isLessThanOrEqualTo(1);
    }

    @Test
    void aVolatileMessageThatCannotBeIsRefusedAtOnce() {
        Player ann = Player.join(vertx, Player.options(node).build());
        Buffer larger = Buffer.buffer(new byte[Session.VOLATILE_BYTES_MAX + 1]);
        assertThatThrownBy(() -> ann.session.sendVolatile(larger)).isInstanceOf(IllegalArgumentException.class);
        Buffer fits = Buffer.buffer("fits");
        assertThatThrownBy(() -> ann.session.sendVolatile(256, fits)).isInstanceOf(IllegalArgumentException.class);
    }
}
