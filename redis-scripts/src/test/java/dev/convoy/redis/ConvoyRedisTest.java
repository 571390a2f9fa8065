package dev.convoy.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.convoy.redis.local.RedisServerProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What happens when Redis stumbles, each on a server of its own. */
@Timeout(60)
class ConvoyRedisTest {
    private static final RoomSpec SPEC = RedisTest.SPEC;

    private static ConvoyRedis connect(RedisServerProcess server) {
        return connect(server, Duration.ofSeconds(5));
    }

    private static ConvoyRedis connect(RedisServerProcess server, Duration commandTimeout) {
        return ConvoyRedis.connect(RedisSettings.of(server.uri()).withCommandTimeout(commandTimeout));
    }

    private static <T> T get(CompletionStage<T> stage) {
        return RedisTest.get(stage);
    }

    /** Waits, by asking, until Redis answers again. */
    private static RoomClaim claimWhenBack(ConvoyRedis redis, String room) {
        for (int i = 0; i < 1000; i++) {
            try {
                return get(redis.rooms().claim(room, 1, 1, SPEC));
            } catch (RedisUnavailable e) {
                CompletableFuture.runAsync(() -> {}, CompletableFuture.delayedExecutor(10, TimeUnit.MILLISECONDS))
                        .join();
            }
        }
        throw new AssertionError("Redis did not come back");
    }

    @Test
    void aServerThatForgotItsScriptsIsTaughtThemAgain() throws IOException {
        try (RedisServerProcess server = RedisServerProcess.start();
                ConvoyRedis redis = connect(server);
                RawRedis raw = new RawRedis(server.uri())) {
            get(redis.rooms().claim("room", 1, 1, SPEC));
            raw.call("SCRIPT", "FLUSH", "SYNC");
            List<CompletionStage<RoomClaim>> stages = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                stages.add(redis.rooms().claim("room-" + i, 1, 1, SPEC));
            }
            stages.forEach(stage -> assertThat(get(stage)).isInstanceOf(RoomClaim.Created.class));
            assertThat(raw.text("INFO", "commandstats")).contains("cmdstat_evalsha", "cmdstat_eval:");
        }
    }

    @Test
    void withoutRedisEverythingFailsAtOnceAndWorksAgainWhenItIsBackWithItsData(@TempDir Path folder)
            throws IOException {
        var options = RedisServerProcess.Options.inMemory().withDataFolder(folder);
        try (RedisServerProcess server = RedisServerProcess.start(options);
                ConvoyRedis redis = connect(server)) {
            RoomClaim.Created created =
                    RedisTest.as(RoomClaim.Created.class, get(redis.rooms().claim("room", 1, 1, SPEC)));
            server.kill();
            assertThatThrownBy(() -> get(redis.rooms().claim("room", 1, 1, SPEC)))
                    .isInstanceOf(RedisUnavailable.class);
            long beforeNs = System.nanoTime();
            for (int i = 0; i < 100; i++) {
                assertThatThrownBy(() -> get(redis.rooms().claim("room", 1, 1, SPEC)))
                        .isInstanceOf(RedisUnavailable.class);
            }
            assertThat(Duration.ofNanos(System.nanoTime() - beforeNs)).isLessThan(Duration.ofSeconds(5));
            server.restart();
            assertThat(claimWhenBack(redis, "room")).isEqualTo(new RoomClaim.Mine(created.generation()));
        }
    }

    @Test
    void aRedisThatComesBackEmptyIsGivenBackWhatItsNodesHold() throws IOException {
        try (RedisServerProcess server = RedisServerProcess.start();
                ConvoyRedis redis = connect(server)) {
            Lease lease = get(redis.nodeLeases().acquire("node", 5, RedisTest.ADDRESS, RedisTest.TTL));
            RoomClaim claim = get(redis.rooms().claim("room", 5, lease.epoch(), SPEC));
            Fence fence = new Fence(
                    5,
                    lease.epoch(),
                    RedisTest.as(RoomClaim.Created.class, claim).generation());
            String id = RedisTest.freshSessionId();
            get(redis.sessions().admit("room", fence, RedisTest.newSession(id)));
            SessionDelta delta = new SessionDelta(id, 3, 1, 0, List.of(new OutboxEntry(1, new byte[] {7})));
            get(redis.rooms().commit("room", fence, new byte[] {9}, true, List.of(delta)));
            RoomImage held = get(redis.rooms().load("room", fence));
            server.kill();
            server.restart();

            claimWhenBack(redis, "another room");
            assertThat(get(redis.nodeLeases().renew(lease, NodeState.ACCEPTING, 0, RedisTest.TTL)))
                    .isEqualTo(new Renewal.Renewed(RedisTest.TTL.toMillis(), true));
            Redeem redeem =
                    new Redeem(id, "ann", RedisTest.sha256(id + ":0"), RedisTest.sha256(id + ":1"), 7, 2, 1, 0, 60_000);
            assertThat(get(redis.sessions().redeem("room", fence, redeem))).isEqualTo(new Forgotten(List.of()));
            assertThat(get(redis.rooms().restore("room", fence, held))).isEqualTo(new RoomStep.Done());
            Redemption.Resumed resumed = RedisTest.as(
                            Redemption.Rotated.class, get(redis.sessions().redeem("room", fence, redeem)))
                    .session();
            assertThat(List.of(resumed.received(), resumed.sent())).containsExactly(3L, 1L);
            assertThat(get(redis.rooms().load("room", fence)).snapshot()).isEqualTo(new byte[] {9});
        }
    }

    @Test
    void aRedisThatDoesNotAnswerIsUnavailableAfterTheTimeout() throws IOException {
        try (RedisServerProcess server = RedisServerProcess.start();
                ConvoyRedis redis = connect(server, Duration.ofMillis(300))) {
            get(redis.rooms().claim("room", 1, 1, SPEC));
            signal(server, "STOP");
            try {
                assertThatThrownBy(() -> get(redis.rooms().claim("other", 1, 1, SPEC)))
                        .isInstanceOf(RedisUnavailable.class)
                        .hasMessageContaining("room/claim in time");
            } finally {
                signal(server, "CONT");
            }
            assertThat(claimWhenBack(redis, "other"))
                    .as("a time-out does not undo: the claim may have been made")
                    .isInstanceOfAny(RoomClaim.Created.class, RoomClaim.Mine.class);
        }
    }

    private static void signal(RedisServerProcess server, String signal) throws IOException {
        try {
            new ProcessBuilder("/bin/sh", "-c", "kill -" + signal + " " + server.pid())
                    .start()
                    .waitFor();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void theQueueIsBounded() throws IOException {
        try (RedisServerProcess server = RedisServerProcess.start();
                ConvoyRedis redis = ConvoyRedis.connect(RedisSettings.of(server.uri())
                        .withQueuedCommandsMax(10)
                        .withCommandTimeout(Duration.ofMillis(300)))) {
            signal(server, "STOP");
            List<CompletableFuture<RoomClaim>> stages = new ArrayList<>();
            try {
                for (int i = 0; i < 200; i++) {
                    stages.add(redis.rooms().claim("room-" + i, 1, 1, SPEC).toCompletableFuture());
                }
                assertThat(stages.stream()
                                .filter(CompletableFuture::isCompletedExceptionally)
                                .count())
                        .as("refused at once; Lettuce has two queues of that size")
                        .isGreaterThan(100);
            } finally {
                signal(server, "CONT");
            }
        }
    }

    @Test
    void theFirstCallAfterConnectingIsTaken() throws IOException {
        try (RedisServerProcess server = RedisServerProcess.start()) {
            for (int i = 0; i < 30; i++) {
                try (ConvoyRedis redis = connect(server)) {
                    get(redis.rooms().claim("room-" + i, 1, 1, SPEC));
                }
            }
        }
    }

    @Test
    void aBatchGoesOutTogether() throws IOException {
        try (RedisServerProcess server = RedisServerProcess.start();
                ConvoyRedis redis = connect(server)) {
            List<CompletionStage<RoomClaim>> stages = new ArrayList<>();
            redis.batch(() -> {
                for (int i = 0; i < 20; i++) {
                    stages.add(redis.rooms().claim("room-" + i, 1, 1, SPEC));
                }
                assertThat(stages)
                        .noneMatch(stage -> stage.toCompletableFuture().isDone());
            });
            stages.forEach(stage -> assertThat(get(stage)).isInstanceOf(RoomClaim.Created.class));
            assertThat(get(redis.rooms().claim("room-0", 1, 1, SPEC))).isInstanceOf(RoomClaim.Mine.class);
        }
    }

    @Test
    void aStepThatFailsIsAFaultOfOurs() throws IOException {
        try (RedisServerProcess server = RedisServerProcess.start();
                ConvoyRedis redis = connect(server);
                RawRedis raw = new RawRedis(server.uri())) {
            raw.call("SET", "{room:x}", "not a hash");
            assertThatThrownBy(() -> get(redis.rooms().claim("x", 1, 1, SPEC)))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("room/claim");
        }
    }

    @Test
    void aFullRedisIsUnavailable() throws IOException {
        try (RedisServerProcess server = RedisServerProcess.start();
                ConvoyRedis redis = connect(server);
                RawRedis raw = new RawRedis(server.uri())) {
            raw.call("CONFIG", "SET", "maxmemory", "1");
            assertThatThrownBy(() -> get(redis.nodeLeases().acquire("node", 1, RedisTest.ADDRESS, RedisTest.TTL)))
                    .isInstanceOf(RedisUnavailable.class);
        }
    }

    @Test
    void whereThereIsNoRedisThereIsOneSentence() throws IOException {
        String uri = "redis://127.0.0.1:" + RedisServerProcess.freePort();
        assertThatThrownBy(() -> ConvoyRedis.connect(RedisSettings.of(uri)))
                .isInstanceOf(RedisUnavailable.class)
                .hasMessageStartingWith("no Redis at " + uri);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "http://x",
                "127.0.0.1:6379",
                "redis-sentinel://127.0.0.1:26379",
                "redis-cluster://",
                "redis://"
            })
    void whatIsNoUriIsRefused(String uri) {
        assertThatThrownBy(() -> ConvoyRedis.connect(RedisSettings.of(uri)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aPasswordIsGivenAndNotShown() throws IOException {
        var options = RedisServerProcess.Options.inMemory().withArguments("--requirepass", "secret");
        try (RedisServerProcess server = RedisServerProcess.start(options)) {
            String at = "127.0.0.1:" + server.port();
            try (ConvoyRedis redis = ConvoyRedis.connect(RedisSettings.of("redis://:secret@" + at))) {
                get(redis.rooms().claim("x", 1, 1, SPEC));
                get(redis.hints().directoryChanged());
            }
            assertThatThrownBy(() -> ConvoyRedis.connect(RedisSettings.of("redis://:wrong@" + at)))
                    .isInstanceOf(RedisUnavailable.class)
                    .hasMessageNotContaining("wrong@");
            assertThatThrownBy(() -> ConvoyRedis.connect(RedisSettings.of("rds://:secret@" + at)))
                    .hasMessageNotContaining("secret");
        }
    }

    @Test
    void aHintReachesWhoListens() throws Exception {
        try (RedisServerProcess server = RedisServerProcess.start();
                ConvoyRedis redis = connect(server);
                ConvoyRedis other = connect(server)) {
            CompletableFuture<Void> heard = new CompletableFuture<>();
            Hints.Subscription subscription = get(other.hints().onDirectoryChanged(() -> heard.complete(null)));
            get(redis.hints().directoryChanged());
            heard.get(5, TimeUnit.SECONDS);
            get(subscription.end());
            CompletableFuture<String> kicked = new CompletableFuture<>();
            CompletableFuture<String> drained = new CompletableFuture<>();
            get(other.hints().onKick(kicked::complete));
            get(other.hints().onDrain(drained::complete));
            get(redis.hints().kick("ann"));
            get(redis.hints().drain("node-1"));
            assertThat(kicked.get(5, TimeUnit.SECONDS)).isEqualTo("ann");
            assertThat(drained.get(5, TimeUnit.SECONDS)).isEqualTo("node-1");
        }
    }

    @Test
    void aHintWithoutRedisFailsAndHurtsNobody() throws IOException {
        try (RedisServerProcess server = RedisServerProcess.start();
                ConvoyRedis redis = connect(server)) {
            server.kill();
            assertThatThrownBy(() -> get(redis.hints().directoryChanged())).isInstanceOf(RedisUnavailable.class);
            server.restart();
            claimWhenBack(redis, "room");
            get(redis.hints().directoryChanged());
        }
    }
}
