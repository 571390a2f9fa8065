package dev.convoy.client;

import static dev.convoy.client.Player.await;
import static dev.convoy.client.Player.until;
import static org.assertj.core.api.Assertions.assertThat;

import dev.convoy.protocol.handshake.Envelope;
import dev.convoy.protocol.handshake.ReconnectRequest;
import dev.convoy.protocol.wire.ControlType;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a client says that it has, is what its user has taken and its store has kept: not less and not more. */
final class PositionTest {
    private final Vertx vertx = Vertx.vertx();
    private final LoopbackNode node = new LoopbackNode();

    @AfterEach
    void closeAll() {
        await(vertx.close());
        node.close();
    }

    @Test
    void everythingTakenIsKeptBeforeTheServiceIsAskedToGoOnBehindIt() {
        HeldStore store = new HeldStore();
        Player ann = joined(Player.options(node).credentialStore(store).build());
        store.switchTo(HeldStore.Mode.FAILING, 0);
        for (int i = 0; i < 5; i++) node.push(node.seat(0), "m" + i);
        until(() -> ann.messages.size() == 5);
        until(() -> store.held() == 1);
        node.killOwner(0);
        store.switchTo(HeldStore.Mode.WORKING, 0);
        ann.send("hello");
        ann.awaitEvent(SessionEvent.Resumed.class);
        assertThat(positionsAsked()).containsOnly(5L);
    }

    @Test
    void aPositionThatCannotBeKeptIsNotAskedBehind() {
        HeldStore store = new HeldStore();
        Player ann = joined(Player.options(node)
                .credentialStore(store)
                .retryPolicy(RetryPolicy.DEFAULT.withFirstDelayMs(10).withAttempts(100))
                .build());
        store.switchTo(HeldStore.Mode.FAILING, 0);
        node.push(node.seat(0), "one");
        until(() -> store.held() == 1);
        node.killOwner(0);
        ann.send("hello");
        until(() -> ann.count(SessionEvent.Reconnecting.class) > 3);
        assertThat(positionsAsked()).isEmpty();
        store.switchTo(HeldStore.Mode.WORKING, 0);
        ann.awaitEvent(SessionEvent.Resumed.class);
        assertThat(positionsAsked()).containsOnly(1L);
    }

    @Test
    void whatNobodyHasTakenComesOnceMoreAndIsTakenOnce() {
        ConvoyClient client = ConvoyClient.create(vertx, Player.options(node).build());
        List<SessionEvent> events = new CopyOnWriteArrayList<>();
        Session session = await(client.join().onSuccess(joined -> joined.eventHandler(events::add)));
        node.stopEchoing();
        for (int i = 0; i < 5; i++) node.push(node.seat(0), "m" + i);
        until(() -> node.isDelivered(node.seat(0)));
        node.killOwner(0);
        await(session.send(Buffer.buffer("hello")));
        until(() -> events.stream().anyMatch(SessionEvent.Resumed.class::isInstance));
        assertThat(positionsAsked()).containsOnly(0L);
        List<String> messages = new CopyOnWriteArrayList<>();
        session.handler(message -> messages.add(message.toString()));
        node.push(node.seat(0), "last");
        until(() -> messages.contains("last"));
        assertThat(messages).containsExactly("m0", "m1", "m2", "m3", "m4", "last");
    }

    @Test
    void whoIsAskingTakesNothingMoreFromTheOldConv() {
        Player ann = joined(Player.options(node).build());
        node.loseRequests(request -> request.type() == ControlType.RECONNECT);
        node.goAway(node.seat(0), 0, 0);
        until(() -> !node.requests(ControlType.RECONNECT).isEmpty());
        node.push(node.seat(0), "while it asks");
        until(() -> node.isDelivered(node.seat(0)));
        assertThat(ann.messages).isEmpty();
        node.loseRequests(null);
        ann.awaitMessages("while it asks");
        assertThat(positionsAsked()).containsOnly(0L);
    }

    private Player joined(ClientOptions options) {
        node.stopEchoing();
        return Player.join(vertx, options);
    }

    private List<Long> positionsAsked() {
        return node.requests(ControlType.RECONNECT).stream()
                .map(Envelope::payload)
                .map(payload ->
                        Objects.requireNonNull(ReconnectRequest.parse(payload)).received())
                .toList();
    }
}
