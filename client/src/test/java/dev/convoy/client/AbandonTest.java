package dev.convoy.client;

import static dev.convoy.client.Player.await;
import static dev.convoy.client.Player.until;
import static org.assertj.core.api.Assertions.assertThat;

import dev.convoy.protocol.wire.ErrorCode;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One client after another, in one process and on one store: the former leaves nothing behind that harms the next. */
final class AbandonTest {
    private final Vertx vertx = Vertx.vertx();
    private final LoopbackNode node = new LoopbackNode();

    @AfterEach
    void closeAll() {
        await(vertx.close());
        node.close();
    }

    @Test
    void aClientJoinsAgainRightAfterItWasAbandoned() {
        ConvoyClient client = ConvoyClient.create(vertx, Player.options(node).build());
        for (int i = 0; i < 20; i++) {
            Session session = await(client.join());
            assertThat(session.id()).isEqualTo(node.seat(0).id);
            client.abandon();
        }
        assertThat(node.seatCount()).isEqualTo(1);
    }

    @Test
    void aClientJoinsAgainRightAfterItBeganToLeave() {
        ConvoyClient client = ConvoyClient.create(vertx, Player.options(node).build());
        await(client.join());
        client.close();
        assertThat(await(client.join()).id()).isEqualTo(node.seat(1).id);
    }

    @Test
    void aClientThatWasAbandonedBeforeItBeganJoinsLater() {
        ConvoyClient client = ConvoyClient.create(vertx, Player.options(node).build());
        Future<Session> never = client.join();
        Future<Void> gone = client.abandon();
        assertThat(await(client.join()).id()).isEqualTo(node.seat(0).id);
        await(gone);
        assertThat(never.failed()).isTrue();
    }

    @Test
    void whenItIsGoneNothingIsOnItsWayToTheStore() {
        SlowStore store = new SlowStore();
        Player ann =
                Player.join(vertx, Player.options(node).credentialStore(store).build());
        store.isSlow = true;
        ann.send("one");
        until(() -> store.waiting.size() == 1);
        Future<Void> gone = ann.client.abandon();
        ann.send("said by nobody", SessionClosedException.class);
        assertThat(gone.isComplete()).isFalse();
        store.letThrough();
        await(gone);
        assertThat(store.saves.get()).isEqualTo(store.saved.get());
    }

    @Test
    void aSaveThatHadNotBegunNeverDoes() {
        SlowStore store = new SlowStore();
        Player ann = Player.join(
                vertx,
                Player.options(node)
                        .credentialStore(store)
                        .retryPolicy(RetryPolicy.DEFAULT.withFirstDelayMs(10))
                        .build());
        store.isSlow = true;
        ann.send("one"); // its echo is taken, and the position behind it waits for the store
        until(() -> store.waiting.size() == 1);
        int conv = ann.session.conv();
        node.loseData(lost -> lost == conv);
        node.closeConv(node.seat(0), ErrorCode.PROTOCOL_ERROR, "");
        ann.send("two");
        ann.awaitEvent(SessionEvent.Reconnecting.class);
        await(vertx.timer(150)); // its first attempt begins within 50 ms, and with that another save that has to wait
        int saves = store.saves.get();
        Future<Void> gone = ann.client.abandon();
        store.isSlow = false;
        store.letThrough();
        await(gone);
        assertThat(store.saves.get()).isEqualTo(saves);
    }

    @Test
    void aStoreThatNeverAnswersHoldsNobodyUpForEver() {
        HeldStore store = new HeldStore();
        Player ann =
                Player.join(vertx, Player.options(node).credentialStore(store).build());
        store.switchTo(HeldStore.Mode.HANGING, 0);
        ann.send("one");
        until(() -> store.held() == 1);
        await(ann.client.abandon());
    }

    @Test
    void clientsOnOneFileFollowEachOther(@TempDir Path folder) {
        Path file = folder.resolve("ann.credentials");
        for (int i = 0; i < 20; i++) {
            ClientOptions options = Player.options(node)
                    .credentialStore(CredentialStore.file(file))
                    .build();
            ConvoyClient client = ConvoyClient.create(vertx, options);
            Session session = await(client.join());
            assertThat(session.id()).isEqualTo(node.seat(0).id);
            await(session.send(Buffer.buffer("m" + i)));
            await(client.abandon());
        }
        assertThat(node.seatCount()).isEqualTo(1);
    }

    /** A store whose saves can be made to wait. */
    private static final class SlowStore implements CredentialStore {
        volatile boolean isSlow;
        final AtomicInteger saves = new AtomicInteger();
        final AtomicInteger saved = new AtomicInteger();
        final List<Promise<Void>> waiting = new ArrayList<>();
        private byte @Nullable [] bytes;

        @Override
        public synchronized Future<Optional<byte[]>> load() {
            return Future.succeededFuture(Optional.ofNullable(bytes));
        }

        @Override
        public synchronized Future<Void> save(byte[] credentials) {
            saves.incrementAndGet();
            if (!isSlow) {
                keep(credentials);
                return Future.succeededFuture();
            }
            Promise<Void> promise = Promise.promise();
            waiting.add(promise);
            return promise.future().onSuccess(through -> keep(credentials));
        }

        @Override
        public synchronized Future<Void> clear() {
            bytes = null;
            return Future.succeededFuture();
        }

        synchronized void letThrough() {
            List<Promise<Void>> all = List.copyOf(waiting);
            waiting.clear();
            all.forEach(Promise::complete);
        }

        private void keep(byte[] credentials) {
            bytes = credentials;
            saved.incrementAndGet();
        }
    }
}
