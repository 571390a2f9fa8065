package dev.convoy.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.convoy.node.session.ShardSettings;
import dev.convoy.protocol.session.LinkTimes;
import dev.convoy.protocol.wire.ErrorCode;
import dev.convoy.redis.TestRedis;
import dev.convoy.room.AdmissionException;
import dev.convoy.room.Durability;
import dev.convoy.room.RoomContext;
import dev.convoy.room.TickWhen;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** The calls into a room: when they come, and that whatever happens in them stays there. */
class RoomCallsTest {
    private static final int STEP_MS = 20;

    private final TestShard shard = new TestShard(
            new ShardSettings(60_000, 600_000, 4_096, 4 << 20, 100, 500, LinkTimes.NODE, Durability.STRICT, 200, 50),
            9);
    private final String room = TestRedis.freshName("room");
    private final String other = TestRedis.freshName("other");
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();

    @BeforeEach
    void listen() {
        log.start();
        logger().setLevel(Level.WARN);
        logger().addAppender(log);
    }

    @AfterEach
    void nothingIsLeftBehind() {
        logger().detachAppender(log);
        logger().setLevel(null);
        try {
            assertThat(shard.failures()).isEmpty();
        } finally {
            shard.close();
        }
    }

    // ---- containment -----------------------------------------------------------------------------------

    @Test
    void aSnapshotThatThrowsClosesItsRoomAlone() {
        TestPlayer ann = talking(room);
        TestPlayer bob = talking(other);
        script().onSnapshot = RoomCallsTest::boom;
        ann.say("commit this");
        ann.await("be told", () -> ann.closed == ErrorCode.ROOM_FAILED);
        unharmed(bob);
        script().onSnapshot = () -> {};
        talking(room);
    }

    @Test
    void aTickThatThrowsClosesItsRoomAlone() {
        TestPlayer ann = talking(room);
        TestPlayer bob = talking(other);
        script().onTick = step -> boom();
        shard.run(() -> context().tickEvery(STEP_MS, TickWhen.ALWAYS));
        ann.await("be told", () -> ann.closed == ErrorCode.ROOM_FAILED);
        unharmed(bob);
    }

    @Test
    void aCallBackThatThrowsClosesItsRoomAlone() {
        TestPlayer ann = talking(room);
        TestPlayer bob = talking(other);
        shard.run(() -> context().whenComplete(Future.succeededFuture(1), done -> boom()));
        ann.await("be told", () -> ann.closed == ErrorCode.ROOM_FAILED);
        TestPlayer carl = talking(room);
        shard.run(() -> context().after(10, RoomCallsTest::boom));
        carl.await("be told", () -> carl.closed == ErrorCode.ROOM_FAILED);
        unharmed(bob);
    }

    @Test
    void aRestoreThatThrowsClosesItsRoomAlone() {
        TestPlayer ann = talking(room);
        try (TestShard next = new TestShard(TestShard.settings(), 10)) {
            TestPlayer bob = next.player("bob", other).join();
            script().onRestore = context -> {
                throw new IllegalStateException("the test asked for it");
            };
            TestPlayer carl = next.player("carl", room);
            RoomRulesTest.assertCode(ErrorCode.ROOM_FAILED, carl.connect());
            unharmed(bob);
            ann.way = next.way();
            RoomRulesTest.assertCode(ErrorCode.SESSION_LOST, ann.comeBack());
        }
    }

    @Test
    void aRestoreThatFailsForNowIsTriedAgain() {
        TestPlayer ann = talking(room);
        try (TestShard next = new TestShard(TestShard.settings(), 10)) {
            AtomicInteger trials = new AtomicInteger();
            script().onRestore = context -> trials.incrementAndGet() < 3
                    ? Future.failedFuture(new AdmissionException(ErrorCode.RETRY_LATER, 20, "the database is away"))
                    : Future.succeededFuture();
            ann.way = next.way();
            ann.resume();
            ann.say("nothing is lost");
            ann.awaitHeard("2:nothing is lost");
            assertThat(trials.get()).isEqualTo(3);
        }
    }

    @Test
    void aRoomThatIsNeverReadyIsAnsweredAndIsNotKept() {
        Promise<Void> never = Promise.promise();
        script().onCreate = context -> never.future();
        RoomRulesTest.assertCode(ErrorCode.RETRY_LATER, askOnce(shard.player("ann", room)));
        script().onCreate = context -> Future.failedFuture("no");
        RoomRulesTest.assertCode(
                ErrorCode.ROOM_FAILED, shard.player("ann", room).connect());
        script().onCreate =
                context -> Future.failedFuture(new AdmissionException(ErrorCode.BAD_REQUEST, "no such map"));
        RoomRulesTest.assertCode(
                ErrorCode.BAD_REQUEST, shard.player("ann", room).connect());
        script().onCreate = context -> context.vertx().timer(50).mapEmpty();
        talking(room);
    }

    @Test
    void anOnDisposeThatThrowsOrNeverEndsKeepsNobodyOut() {
        script().onDispose = () -> {
            throw new IllegalStateException("the test asked for it");
        };
        leave(talking(room), 1);
        Promise<Void> never = Promise.promise();
        script().onDispose = never::future;
        leave(talking(room), 2);
        talking(room);
    }

    @Test
    void aKickWhileTheRoomLooksAtItsPlayersIsDoneAfterwards() {
        TestPlayer ann = talking(room);
        script().onTick = step -> {
            context().sessions().forEach(session -> session.kick("all out"));
            context().broadcast(io.vertx.core.buffer.Buffer.buffer("too late"));
            script().diary.add("tick is over");
        };
        shard.run(() -> context().tickEvery(STEP_MS, TickWhen.ALWAYS));
        ann.await("be told", () -> ann.closed == ErrorCode.KICKED);
        assertThat(ann.heard).doesNotContain("too late");
        assertThat(RoomRulesTest.last(script().diary, 3)).containsExactly("tick is over", "leave ann true", "dispose");
    }

    // ---- the clock -------------------------------------------------------------------------------------

    @Test
    void theClockDoesNotDrift() {
        talking(room);
        List<Long> behind = new CopyOnWriteArrayList<>();
        shard.run(() -> {
            long sinceMs = shard.nowMs();
            script().onTick = step -> behind.add((shard.nowMs() - sinceMs) / STEP_MS - step);
            context().tickEvery(STEP_MS, TickWhen.ALWAYS);
        });
        until("forty steps", () -> behind.size() >= 40);
        assertThat(behind).as("steps that each came late by, and none early").allMatch(steps -> steps >= 0);
        assertThat(RoomRulesTest.last(behind, 20)).as("lateness is made up for").anyMatch(steps -> steps <= 1);
    }

    @Test
    void aClockThatWasHeldUpMakesUpForAFewStepsAndGivesUpTheRest() {
        talking(room);
        List<Long> steps = new CopyOnWriteArrayList<>();
        shard.run(() -> {
            script().onTick = steps::add;
            context().tickEvery(1_000, TickWhen.ALWAYS);
        });
        shard.skip(20_500);
        assertThat(steps).containsExactly(1L, 2L, 3L, 4L, 5L, 6L);
        shard.skip(1_000);
        assertThat(steps).endsWith(6L, 21L);
    }

    @Test
    void aClockSleepsWhileNobodyIsThereIfItSaysSo() {
        TestPlayer ann = talking(room);
        List<Long> steps = new CopyOnWriteArrayList<>();
        shard.run(() -> {
            script().onTick = steps::add;
            context().tickEvery(10_000, TickWhen.SOMEBODY_ONLINE);
        });
        shard.skip(LinkTimes.NODE.idleMs() + 1);
        assertThat(script().diary).endsWith("drop ann");
        int before = steps.size();
        shard.skip(20_000);
        assertThat(steps).hasSize(before);
        ann.resume();
        shard.skip(10_001);
        assertThat(steps).hasSize(before + 1);
        shard.run(() -> context().stopTicking());
        shard.skip(15_000);
        assertThat(steps).hasSize(before + 1);
    }

    // ---- the loop --------------------------------------------------------------------------------------

    @Test
    void aRoomThatHoldsItsLoopUpIsNamed() {
        TestPlayer ann = talking(room);
        script().onTick = step -> sleep(120);
        shard.run(() -> context().tickEvery(60_000, TickWhen.ALWAYS));
        shard.skip(60_001);
        ann.await("a warning", () -> warned("type scripted held its event loop up for 1", "in onTick"));
    }

    @Test
    void aRoomThatIsStuckIsNamedWhileItIs() {
        talking(room);
        script().onTick = step -> sleep(2_500);
        shard.run(() -> context().tickEvery(60_000, TickWhen.ALWAYS));
        CompletableFuture<Void> stuck = CompletableFuture.runAsync(() -> shard.skip(60_001));
        long giveUp = System.nanoTime() + 10_000_000_000L;
        while (!warned("type scripted has been holding", "and still does") && System.nanoTime() < giveUp) sleep(10);
        assertThat(warned("type scripted has been holding", "and still does")).isTrue();
        stuck.join();
    }

    @Test
    void allCallsAreOnOneLoopAndNeverAtTheSameTime() {
        script().onTick = step -> {};
        List<TestPlayer> players = new CopyOnWriteArrayList<>();
        for (int i = 0; i < 8; i++) players.add(shard.player("p" + i, room).join());
        shard.run(() -> context().tickEvery(5, TickWhen.ALWAYS));
        AtomicInteger back = new AtomicInteger();
        for (int i = 1; i <= 100; i++) {
            for (TestPlayer player : players) player.say("m" + i);
            shard.run(() -> context()
                    .whenComplete(
                            Future.fromCompletionStage(CompletableFuture.supplyAsync(() -> 1)),
                            done -> script().enter(back::incrementAndGet)));
            for (TestPlayer player : players) player.pump();
        }
        TestPlayer.await(players, "hear all", () -> players.stream().allMatch(player -> player.heard.size() >= 100));
        until("all callbacks", () -> back.get() == 100);
        assertThat(script().overlaps.get()).isZero();
        assertThat(script().threads).hasSize(1);
        for (int i = 0; i < players.size(); i++)
            assertThat(players.get(i).heard.get(99)).isEqualTo("100:m100");
    }

    @Test
    void anotherThreadIsToldAndSpoilsNothing() {
        TestPlayer ann = talking(room);
        assertThatThrownBy(() -> context().broadcast(io.vertx.core.buffer.Buffer.buffer("x")))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("whenComplete");
        unharmed(ann);
    }

    @Test
    void whatARoomSendsOutsideOfItsCallsLeavesToo() {
        TestPlayer ann = talking(room);
        shard.run(() -> {
            RoomContext context = context();
            context.vertx().setTimer(5, timer -> context.broadcast(io.vertx.core.buffer.Buffer.buffer("by a timer")));
        });
        ann.awaitHeard("by a timer");
    }

    private boolean warned(String... parts) {
        return List.copyOf(log.list).stream()
                .map(ILoggingEvent::getFormattedMessage)
                .anyMatch(message -> List.of(parts).stream().allMatch(message::contains));
    }

    private static dev.convoy.protocol.handshake.Answer askOnce(TestPlayer player) {
        return player.askOnce(player.connectRequest(TestPlayer.freshAttempt()));
    }

    private TestPlayer talking(String where) {
        TestPlayer player = shard.player("ann", where).join();
        player.say("hello");
        player.awaitHeard("1:hello");
        return player;
    }

    private void leave(TestPlayer player, int disposals) {
        player.leave();
        player.await("be gone", () -> script().count("dispose") == disposals);
    }

    private static void unharmed(TestPlayer player) {
        int heard = player.heard.size();
        player.say("unharmed");
        player.awaitHeard(heard + 1);
    }

    private void until(String what, java.util.function.BooleanSupplier isSo) {
        shard.player("nobody", room).await(what, isSo);
    }

    private ScriptedRoom.Script script() {
        return ScriptedRoom.script(room);
    }

    private RoomContext context() {
        return Objects.requireNonNull(script().context);
    }

    private static void boom() {
        throw new IllegalStateException("the test asked for it");
    }

    private static void sleep(long ms) {
        try {
            Thread.sleep(ms);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static Logger logger() {
        return (Logger) LoggerFactory.getLogger("dev.convoy.node.session.LoopWatch");
    }
}
