package dev.convoy.client;

import static dev.convoy.client.Player.await;
import static dev.convoy.client.Player.until;
import static org.assertj.core.api.Assertions.assertThat;

import dev.convoy.protocol.handshake.Redirect;
import dev.convoy.protocol.handshake.Refused;
import dev.convoy.protocol.handshake.Resumed.Place;
import dev.convoy.protocol.wire.Affinity;
import dev.convoy.protocol.wire.ControlType;
import dev.convoy.protocol.wire.ErrorCode;
import dev.convoy.protocol.wire.LittleEndian;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Coming back: after silence, to another node, in another process, and from between any two steps. */
final class ReturnTest {
    private static final RetryPolicy HASTY =
            RetryPolicy.DEFAULT.withAttempts(3).withFirstDelayMs(10).withAttemptMs(150);

    private final Vertx vertx = Vertx.vertx();
    private final LoopbackNode node = new LoopbackNode();

    @AfterEach
    void closeAll() {
        await(vertx.close());
        node.close();
    }

    @Test
    void aSessionWhoseConvFellSilentGoesOn() {
        Player ann = talking(Player.options(node).build());
        int former = silencePresentConv(ann);
        ann.send("two");
        ann.awaitMessages("one", "two");
        SessionEvent.Reconnecting reconnecting = ann.awaitEvent(SessionEvent.Reconnecting.class);
        assertThat(reconnecting.attempt() + " of " + reconnecting.attemptsMax()).isEqualTo("1 of 5");
        SessionEvent.Resumed resumed = ann.awaitEvent(SessionEvent.Resumed.class);
        assertThat(resumed.place()).isEqualTo(Place.SAME_NODE);
        assertThat(resumed.outageMs()).isGreaterThanOrEqualTo(1_000L);
        assertThat(ann.session.conv()).isNotEqualTo(former);
        assertThat(node.received(node.seat(0))).containsExactly("one", "two");
        assertThat(ann.session.stats().resumes()).isEqualTo(1);
    }

    @Test
    void theNodeOfTheOldConvIsAskedFirstUnderTheRoomsAffinity() {
        Player ann = talking(Player.options(node).build());
        int former = silencePresentConv(ann);
        ann.send("two");
        ann.awaitEvent(SessionEvent.Resumed.class);
        assertThat(node.requests(ControlType.RECONNECT)).first().satisfies(request -> {
            assertThat(request.target()).isEqualTo(former >>> 24);
            assertThat(request.affinity()).isEqualTo(Affinity.ofRoom("lobby"));
        });
    }

    @Test
    void aLostResumedIsNoTheft() {
        Player ann = talking(Player.options(node).build());
        int[] lost = new int[1];
        node.loseAnswers(answer -> lost[0]++ < 2);
        silencePresentConv(ann);
        ann.send("two");
        ann.awaitMessages("one", "two");
        assertThat(node.seat(0).returns).isEqualTo(1);
        assertThat(node.requests(ControlType.RECONNECT)).hasSize(3);
        assertThat(node.requests(ControlType.RECONNECT).stream()
                        .map(request -> request.attempt())
                        .distinct())
                .hasSize(1);
    }

    @Test
    void everyReturnHasAnAttemptOfItsOwn() {
        Player ann = talking(Player.options(node).build());
        for (int i = 2; i < 4; i++) {
            silencePresentConv(ann);
            ann.send("m" + i);
            int returns = i - 1;
            until(() -> ann.count(SessionEvent.Resumed.class) == returns);
        }
        ann.awaitMessages("one", "m2", "m3");
        assertThat(node.seat(0).returns).isEqualTo(2);
        assertThat(node.requests(ControlType.RECONNECT).stream()
                        .map(request -> request.attempt())
                        .distinct())
                .hasSize(2);
    }

    @Test
    void aDeadNodesRoomIsFoundAsSoonAsItsLeaseHasRunOut() {
        Player ann = talking(Player.options(node).build());
        node.killOwner(2_000);
        ann.send("two");
        SessionEvent.Resumed resumed = ann.awaitEvent(SessionEvent.Resumed.class);
        assertThat(resumed.place()).isEqualTo(Place.RESTORED);
        assertThat(resumed.outageMs()).isGreaterThanOrEqualTo(1_900L);
        ann.awaitMessages("one", "two");
        assertThat(ann.session.conv() >>> 24).isEqualTo(2);
    }

    @Test
    void whatIsSaidWhileThePlayerIsAwayArrivesOnceAndInOrder() {
        Player ann = talking(Player.options(node).build());
        node.stopEchoing();
        node.killOwner(1_200);
        LoopbackNode.Seat seat = node.seat(0);
        for (int i = 0; i < 20; i++) {
            ann.send("up" + i);
            node.push(seat, "down" + i);
        }
        until(() -> ann.messages.size() == 21 && node.received(seat).size() == 21);
        for (int i = 0; i < 20; i++) {
            assertThat(ann.messages.get(i + 1)).isEqualTo("down" + i);
            assertThat(node.received(seat).get(i + 1)).isEqualTo("up" + i);
        }
    }

    @Test
    void aBusyServiceIsAskedAgainInTheSameAttempt() {
        Player ann = talking(Player.options(node).build());
        node.refuseNext(Refused.until(ErrorCode.RETRY_LATER, 100), Refused.until(ErrorCode.RETRY_LATER, 100));
        silencePresentConv(ann);
        ann.send("two");
        ann.awaitMessages("one", "two");
        assertThat(ann.count(SessionEvent.Reconnecting.class)).isEqualTo(1);
    }

    @Test
    void aRedirectIsFollowed() {
        Player ann = talking(Player.options(node).build());
        node.redirectNext(new Redirect(7, 2_000));
        silencePresentConv(ann);
        ann.send("two");
        ann.awaitMessages("one", "two");
        assertThat(node.requests(ControlType.RECONNECT).stream().map(request -> request.target()))
                .containsExactly(1, 7);
    }

    @Test
    void aTokenUsedByAnotherEndsTheSessionAndClearsTheCredentials() {
        HeldStore store = new HeldStore();
        Player ann = talking(Player.options(node).credentialStore(store).build());
        node.refuseNext(Refused.because(ErrorCode.TOKEN_REUSED, ""));
        silencePresentConv(ann);
        ann.send("two");
        assertThat(ann.awaitEvent(SessionEvent.Closed.class).error()).isEqualTo(ErrorCode.TOKEN_REUSED);
        assertThat(store.kept()).isEmpty();
    }

    @Test
    void aLoginThatIsNoLongerValidEndsTheSessionAndKeepsTheCredentials() {
        HeldStore store = new HeldStore();
        Player ann = talking(Player.options(node).credentialStore(store).build());
        node.refuseNext(Refused.because(ErrorCode.AUTH_ERROR, ""));
        silencePresentConv(ann);
        ann.send("two");
        assertThat(ann.awaitEvent(SessionEvent.Closed.class).error()).isEqualTo(ErrorCode.AUTH_ERROR);
        assertThat(store.kept()).isPresent();
        Player again =
                Player.join(vertx, Player.options(node).credentialStore(store).build());
        assertThat(again.session.id()).isEqualTo(node.seat(0).id);
    }

    @Test
    void afterTheLastAttemptTheSessionIsGivenUpAndCanStillBeJoinedLater() {
        ClientOptions options =
                Player.options(node).retryPolicy(HASTY.withJoinMs(2_000)).build();
        Player ann = talking(options);
        node.loseRequests(request -> true);
        silencePresentConv(ann);
        ann.send("two");
        SessionEvent.Closed closed = ann.awaitEvent(SessionEvent.Closed.class);
        assertThat(closed.code()).isZero();
        assertThat(ann.events.stream()
                        .filter(SessionEvent.Reconnecting.class::isInstance)
                        .map(event -> ((SessionEvent.Reconnecting) event).attempt()))
                .containsExactly(1, 2, 3);
        node.loseRequests(null);
        Session again = await(ann.client.join());
        assertThat(again.id()).isEqualTo(node.seat(0).id);
        assertThat(again.stats().resumes()).isEqualTo(1);
    }

    @Test
    void aNodeThatGoesAwayIsSpokenToUntilThereIsAnother() {
        Player ann = talking(Player.options(node).build());
        int former = ann.session.conv();
        node.goAway(node.seat(0), 300, 9);
        SessionEvent.Reconnecting reconnecting = ann.awaitEvent(SessionEvent.Reconnecting.class);
        assertThat(reconnecting.delayMs()).isLessThanOrEqualTo(300);
        ann.send("two");
        SessionEvent.Resumed resumed = ann.awaitEvent(SessionEvent.Resumed.class);
        assertThat(resumed.outageMs()).isLessThan(1_000);
        ann.send("three");
        ann.awaitMessages("one", "two", "three");
        assertThat(ann.session.conv()).isNotEqualTo(former);
        assertThat(node.requests(ControlType.RECONNECT)).first().matches(request -> request.target() == 9);
    }

    @Test
    void aConvEndedByAProtocolErrorIsReplacedAtOnce() {
        Player ann = talking(Player.options(node).build());
        node.closeConv(node.seat(0), ErrorCode.PROTOCOL_ERROR, "");
        assertThat(ann.awaitEvent(SessionEvent.Resumed.class).outageMs()).isLessThan(1_000);
        ann.send("two");
        ann.awaitMessages("one", "two");
    }

    @Test
    void aServiceThatAlwaysAcceptsAndAlwaysBreaksIsGivenUp() {
        Player ann = talking(Player.options(node).retryPolicy(HASTY).build());
        ann.session.eventHandler(event -> {
            ann.events.add(event);
            if (event instanceof SessionEvent.Resumed) node.closeConv(node.seat(0), ErrorCode.PROTOCOL_ERROR, "");
        });
        node.closeConv(node.seat(0), ErrorCode.PROTOCOL_ERROR, "");
        assertThat(ann.awaitEvent(SessionEvent.Closed.class).code()).isZero();
        assertThat(ann.count(SessionEvent.Reconnecting.class)).isBetween(3L, 4L);
    }

    @Test
    void datagramsOfAnOldConvAreNobodys() {
        Player ann = talking(Player.options(node).build());
        int former = silencePresentConv(ann);
        ann.send("two");
        ann.awaitEvent(SessionEvent.Resumed.class);
        long dropped = ann.session.stats().datagramsDropped();
        byte[] late = new byte[24];
        LittleEndian.putU32(late, 0, former);
        node.sendRaw(node.seat(0), late);
        until(() -> ann.session.stats().datagramsDropped() == dropped + 1);
    }

    @Test
    void aRestartedClientReceivesEveryMessageOnce(@TempDir Path folder) {
        Path file = folder.resolve("ann.credentials");
        Player first = talking(
                Player.options(node).credentialStore(CredentialStore.file(file)).build());
        node.stopEchoing();
        LoopbackNode.Seat seat = node.seat(0);
        for (int i = 0; i < 5; i++) node.push(seat, "before" + i);
        until(() -> first.messages.size() == 6);
        until(() -> acknowledged(seat) == 6);
        first.abandon();
        for (int i = 0; i < 5; i++) node.push(seat, "after" + i);
        Player second = Player.join(
                vertx,
                Player.options(node).credentialStore(CredentialStore.file(file)).build());
        assertThat(second.session.id()).isEqualTo(seat.id);
        second.awaitMessages("after0", "after1", "after2", "after3", "after4");
        assertThat(second.session.stats().confirmed()).isEqualTo(1);
        second.send("two");
        until(() -> node.received(seat).size() == 2);
        assertThat(node.received(seat)).containsExactly("one", "two");
    }

    @Test
    void nothingIsAcknowledgedThatARestartedClientWouldAskForAgain() {
        HeldStore store = new HeldStore();
        Player ann = talking(Player.options(node).credentialStore(store).build());
        until(() -> acknowledged(node.seat(0)) == 1);
        store.switchTo(HeldStore.Mode.HANGING, 0);
        ann.send("two");
        ann.awaitMessages("one", "two");
        until(() -> store.held() == 1);
        until(() -> ann.session.stats().unacknowledged() == 0);
        assertThat(acknowledged(node.seat(0))).isEqualTo(1);
        ann.abandon();
        store.switchTo(HeldStore.Mode.WORKING, 0);
        Player again =
                Player.join(vertx, Player.options(node).credentialStore(store).build());
        again.awaitMessages("two");
    }

    @Test
    void aClientKilledBeforeItKeptItsFirstTokenGetsTheSameSession() {
        HeldStore store = new HeldStore();
        ClientOptions options = Player.options(node).credentialStore(store).build();
        store.switchTo(HeldStore.Mode.HANGING, 1);
        ConvoyClient killed = ConvoyClient.create(vertx, options);
        var neverJoined = killed.join();
        until(() -> store.held() == 1);
        assertThat(node.seatCount()).isEqualTo(1);
        killed.abandon();
        until(neverJoined::failed);
        store.switchTo(HeldStore.Mode.WORKING, 0);
        Player ann = Player.join(vertx, options);
        assertThat(node.seatCount()).isEqualTo(1);
        ann.send("one");
        ann.awaitMessages("one");
    }

    @Test
    void aClientKilledBeforeItKeptItsNextTokenComesBackWithTheOldOne() {
        HeldStore store = new HeldStore();
        ClientOptions options = Player.options(node).credentialStore(store).build();
        Player killed = talking(options);
        until(() -> acknowledged(node.seat(0)) == 1);
        store.switchTo(HeldStore.Mode.HANGING, 0);
        silencePresentConv(killed);
        await(killed.session.send(Buffer.buffer("lost with the client")));
        until(() -> store.held() == 1);
        assertThat(node.seat(0).returns).isEqualTo(1);
        killed.abandon();
        store.switchTo(HeldStore.Mode.WORKING, 0);
        Player ann = Player.join(vertx, options);
        assertThat(ann.session.id()).isEqualTo(node.seat(0).id);
        assertThat(node.seat(0).returns).isEqualTo(1);
        ann.send("two");
        ann.awaitMessages("two");
        assertThat(node.received(node.seat(0))).containsExactly("one", "two");
    }

    @Test
    void aTokenThatCannotBeKeptIsNotUsed() {
        HeldStore store = new HeldStore();
        Player ann = talking(Player.options(node)
                .credentialStore(store)
                .retryPolicy(HASTY.withAttempts(50))
                .build());
        until(() -> acknowledged(node.seat(0)) == 1);
        store.switchTo(HeldStore.Mode.FAILING, 0);
        silencePresentConv(ann);
        ann.send("two");
        until(() -> ann.count(SessionEvent.Reconnecting.class) > 2);
        store.switchTo(HeldStore.Mode.WORKING, 0);
        ann.awaitMessages("one", "two");
        assertThat(node.seat(0).returns).isEqualTo(1);
    }

    @Test
    void credentialsOfASessionThatIsGoneLeadToANewOne() {
        HeldStore store = new HeldStore();
        ClientOptions options = Player.options(node).credentialStore(store).build();
        talking(options).abandon();
        LoopbackNode.Seat former = node.seat(0);
        node.forget(former);
        Player ann = Player.join(vertx, options);
        assertThat(ann.session.id()).isNotEqualTo(former.id);
        assertThat(ann.session.stats().resumes()).isZero();
    }

    @Test
    void whoNamesNoRoomComesBackToTheFormerOne() {
        HeldStore store = new HeldStore();
        talking(Player.options(node).credentialStore(store).build()).abandon();
        Player ann = Player.join(
                vertx, Player.options(node).roomId("").credentialStore(store).build());
        assertThat(ann.session.id()).isEqualTo(node.seat(0).id);
    }

    @Test
    void whoNamesAnotherRoomJoinsThatOne() {
        HeldStore store = new HeldStore();
        talking(Player.options(node).credentialStore(store).build()).abandon();
        Player ann = Player.join(
                vertx,
                Player.options(node).roomId("kitchen").credentialStore(store).build());
        assertThat(ann.session.roomId()).isEqualTo("kitchen");
        assertThat(node.seatCount()).isEqualTo(2);
    }

    @Test
    void whoLeftDoesNotComeBack(@TempDir Path folder) {
        Path file = folder.resolve("ann.credentials");
        ClientOptions options =
                Player.options(node).credentialStore(CredentialStore.file(file)).build();
        Player ann = talking(options);
        await(ann.client.close());
        until(() -> !Files.exists(file));
        assertThat(Player.join(vertx, options).session.id()).isEqualTo(node.seat(1).id);
    }

    private Player talking(ClientOptions options) {
        Player ann = Player.join(vertx, options);
        ann.send("one");
        ann.awaitMessages("one");
        return ann;
    }

    private int silencePresentConv(Player player) {
        int conv = player.session.conv();
        node.loseData(lost -> lost == conv);
        return conv;
    }

    private long acknowledged(LoopbackNode.Seat seat) {
        synchronized (node) {
            return seat.outbox.acknowledged();
        }
    }
}
