package dev.convoy.router;

import static org.assertj.core.api.Assertions.assertThat;

import dev.convoy.protocol.wire.Affinity;
import dev.convoy.protocol.wire.ControlType;
import dev.convoy.router.Membership.Listing;
import dev.convoy.router.NodeRoute.State;
import io.netty.util.NetUtil;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Probes and readings on a running router; the directory is set by hand. */
class LivenessTest {
    private final RouterFixture fixture = new RouterFixture();
    private final FakeNode one;
    private final FakeNode two;

    LivenessTest() throws IOException {
        one = new FakeNode(1, 1);
        two = new FakeNode(2, 2);
    }

    @AfterEach
    void close() {
        fixture.close();
        one.close();
        two.close();
    }

    @Test
    void aNodeThatMissesProbesGetsNoNewRoomsUntilItAnswersAgain() throws Exception {
        fixture.list(one, two);
        Router router = fixture.start(1);
        Eventually.until("both answer", () -> one.probesAnswered() > 0 && two.probesAnswered() > 1);
        assertThat(router.table().row(2)).matches(row -> !row.suspect());
        two.answerProbes(false);
        RouterFixture.awaitSuspect(router, 2, true);
        try (FakeClient client = new FakeClient()) {
            byte[] connect = Datagrams.control(ControlType.CONNECT, 2, roomOf(two));
            client.send(connect, router.publicAddress());
            assertThat(one.take().datagram()).isEqualTo(connect);
            byte[] data = Datagrams.data(2, 1, 1, 50);
            client.send(data, router.publicAddress());
            assertThat(two.take().datagram())
                    .as("its own sessions' datagrams go on")
                    .isEqualTo(data);
            two.answerProbes(true);
            RouterFixture.awaitSuspect(router, 2, false);
            client.send(Datagrams.control(ControlType.CONNECT, 0, roomOf(two)), router.publicAddress());
            two.take();
        }
        assertThat(router.table().row(1)).matches(row -> !row.suspect());
    }

    @Test
    void aProcessWithAnotherServerIdDoesNotVouchForTheNodeAtItsAddress() throws Exception {
        Listing wrong = new Listing(5, 1, one.addresses(), State.ACCEPTING, 2000);
        Router router = fixture.start(() -> CompletableFuture.completedStage(List.of(wrong)));
        RouterFixture.awaitSuspect(router, 5, true);
    }

    @Test
    void aHintReadsTheDirectoryAtOnce() throws Exception {
        AtomicInteger readings = new AtomicInteger();
        Router router = fixture.start(() -> {
            readings.incrementAndGet();
            return CompletableFuture.completedStage(List.of());
        });
        long start = System.nanoTime();
        int hints = 30;
        for (int i = 0; i < hints; i++) {
            int before = readings.get();
            router.handleHint();
            Eventually.until("read", () -> readings.get() > before);
        }
        // The clock alone would have read 30 times in 15 s.
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
    }

    @Test
    void readingsNeverOverlapAndAHintDuringOneIsNotLost() throws Exception {
        AtomicInteger readings = new AtomicInteger();
        CompletableFuture<List<Listing>> slow = new CompletableFuture<>();
        Router router = fixture.start(() -> {
            int number = readings.incrementAndGet();
            if (number == 1) return CompletableFuture.completedStage(List.of());
            return number == 2
                    ? slow
                    : CompletableFuture.completedStage(List.of(RouterFixture.listing(one, State.ACCEPTING)));
        });
        Eventually.until("the second is under way", () -> readings.get() == 2);
        for (int i = 0; i < 10; i++) router.handleHint();
        assertThat(readings.get()).isEqualTo(2);
        slow.complete(List.of());
        RouterFixture.awaitRow(router, 1, State.ACCEPTING);
    }

    @Test
    void aDirectoryThatNeverAnswersIsAFailedStart() {
        assertThat(failureOf(() -> CompletableFuture.failedStage(new IllegalStateException("away"))))
                .hasMessageContaining("away");
    }

    @Test
    void aPortInUseIsAFailedStartEvenIfItsHolderSharesPorts() throws Exception {
        Router holder = fixture.start(2);
        RouterSettings settings = RouterFixture.settings(
                NetUtil.LOCALHOST4, holder.publicAddress().getPort(), 2);
        assertThat(Router.start(fixture.vertx(), settings, () -> CompletableFuture.completedStage(List.of()))
                        .otherwiseEmpty()
                        .await())
                .isNull();
    }

    private Throwable failureOf(Supplier<CompletionStage<List<Listing>>> directory) {
        try {
            fixture.start(directory);
        } catch (Exception failure) {
            return failure;
        }
        throw new AssertionError("it started");
    }

    /** A room that, of both nodes, is this one's by affinity. */
    private static long roomOf(FakeNode node) {
        int other = 3 - node.serverId();
        for (int i = 0; ; i++) {
            long key = Affinity.ofRoom("room-" + i);
            long score = Affinity.score(key, node.serverId());
            if (Long.compareUnsigned(score, Affinity.score(key, other)) > 0) return key;
        }
    }
}
