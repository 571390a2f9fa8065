package dev.convoy.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.convoy.protocol.handshake.Answer;
import dev.convoy.protocol.handshake.Redirect;
import dev.convoy.protocol.handshake.Refused;
import dev.convoy.protocol.handshake.Resumed;
import dev.convoy.protocol.wire.ErrorCode;
import dev.convoy.redis.ConvoyRedis;
import dev.convoy.redis.Lease;
import dev.convoy.redis.NodeAddress;
import dev.convoy.redis.RedisSettings;
import dev.convoy.redis.TestRedis;
import dev.convoy.redis.local.RedisServerProcess;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Whole nodes and the leases that they live by, on a Redis of their own. */
@Timeout(120)
class NodeLeaseTest {
    private static final int SERVER_IDS = 253;
    private static final long LEASE_MS = 600;
    private static final NodeAddress ELSEWHERE = new NodeAddress("127.0.0.1", List.of(1));

    private RedisServerProcess server;
    private ConvoyRedis redis;
    private String room = "";

    @SuppressWarnings("NullAway.Init") // Both are started before each test.
    NodeLeaseTest() {}

    @BeforeEach
    void start() throws IOException {
        server = RedisServerProcess.start();
        redis = ConvoyRedis.connect(RedisSettings.of(server.uri()).withCommandTimeout(Duration.ofSeconds(10)));
        room = TestRedis.freshName("room");
    }

    @AfterEach
    void stop() {
        redis.close();
        server.close();
    }

    @Test
    void aNodeWaitsForAServerIdWhenAllAreTakenAndIsNotReadyMeanwhile() {
        List<Lease> others = new ArrayList<>();
        for (int i = 0; i < SERVER_IDS; i++) {
            others.add(get(redis.nodeLeases().acquire("other-" + i, 0, ELSEWHERE, Duration.ofMinutes(1))));
        }
        assertThat(others).extracting(Lease::serverId).doesNotHaveDuplicates().doesNotContain(0, 0x4B, 255);
        Vertx vertx = Vertx.vertx();
        try {
            NodeVerticle node = new NodeVerticle(settings(), () -> {});
            Future<String> deployed = vertx.deployVerticle(node);
            pause(1_500); // It asks every second.
            assertThat(deployed.isComplete()).isFalse();
            assertThat(get(redis.directory().read())).isEmpty();
            Lease given = others.get(100);
            get(redis.nodeLeases().release(given, Duration.ZERO));
            TestNode.get(deployed);
            assertThat(node.readyLine()).contains("server-id=" + given.serverId() + " ");
        } finally {
            TestNode.get(vertx.close());
        }
    }

    @Test
    void aRestartedNodeGivesNoConvTwiceAndBeginsElsewhere() {
        NodeSettings settings = settings();
        Set<Integer> before = new HashSet<>();
        int serverId;
        try (TestNode first = TestNode.start(settings)) {
            serverId = first.serverId;
            for (int i = 0; i < 50; i++) {
                TestPlayer player = first.player("user-" + i, room).join();
                before.add(player.grant().conv());
                player.leave(); // Leased or in quarantine.
            }
            first.kill();
        }
        Set<Integer> after = new HashSet<>();
        try (TestNode again = TestNode.start(settings)) {
            assertThat(again.serverId).isEqualTo(serverId);
            String next = TestRedis.freshName("room");
            for (int i = 0; i < 50; i++) {
                after.add(again.player("user-" + i, next).join().grant().conv());
            }
        }
        assertThat(before).hasSize(50);
        assertThat(after).hasSize(50).doesNotContainAnyElementsOf(before);
        int highest = before.stream().mapToInt(conv -> conv & 0xffffff).max().orElseThrow();
        assertThat(after).allMatch(conv -> (conv & 0xffffff) > highest);
    }

    @Test
    void afterAnOutageOfRedisNoRoomIsTakenFromTheLiving() throws Exception {
        try (TestNode owner = TestNode.start(settings());
                TestNode other = TestNode.start(settings())) {
            TestPlayer ann = owner.player("ann", room).join();
            ann.say("before");
            ann.awaitHeard("1:before");
            signal("STOP");
            ann.pumpFor(3 * LEASE_MS); // Redis counts on: every lease is over when it wakes.
            TestPlayer bob = other.player("bob", room);
            signal("CONT");
            bob.await("be sent to the owner", () -> {
                Answer answer = bob.askOnce(bob.connectRequest(TestPlayer.freshAttempt()));
                if (answer instanceof Refused refused) {
                    assertThat(ErrorCode.of(refused.code())).isEqualTo(ErrorCode.RETRY_LATER);
                    return false;
                }
                assertThat(answer).isInstanceOf(Redirect.class);
                return true;
            });
            ann.say("after");
            ann.awaitHeard("2:after");
            assertThat(ScriptedRoom.script(room).count("restore")).isZero();
        }
    }

    @Test
    void aRedisThatComesBackEmptyGetsLeasesRoomsAndSessionsBack() throws Exception {
        try (TestNode owner = TestNode.start(settings());
                TestNode heir = TestNode.start(settings())) {
            TestPlayer ann = owner.player("ann", room).join();
            ann.say("one");
            ann.awaitHeard("1:one");
            server.kill();
            ann.say("two");
            ann.pumpFor(300);
            server.restart(); // It kept nothing.
            ann.awaitHeard("2:two");
            ann.await(
                    "see both nodes in the directory",
                    () -> get(redis.directory().read()).size() == 2);
            assertThat(get(redis.nodeLeases().read(owner.serverId))).isPresent();
            TestPlayer bob = heir.player("bob", room);
            bob.await("be sent to the owner", () -> bob.connect() instanceof Redirect);
            owner.kill();
            ann.way = heir.way();
            ann.await("be let in by the heir", () -> ann.comeBack() instanceof Resumed);
            ann.say("three");
            ann.awaitHeard("3:three");
            assertThat(ann.heard).containsExactly("1:one", "2:two", "3:three");
        }
    }

    @Test
    void aNodeThatStartsBeforeItsRedisWaitsForIt() throws Exception {
        server.kill();
        Vertx vertx = Vertx.vertx();
        try {
            NodeVerticle node = new NodeVerticle(settings(), () -> {});
            Future<String> deployed = vertx.deployVerticle(node);
            pause(1_000);
            assertThat(deployed.isComplete()).isFalse();
            server.restart();
            TestNode.get(deployed);
            assertThat(node.readyLine()).contains("ready");
        } finally {
            TestNode.get(vertx.close());
        }
    }

    private NodeSettings settings() {
        return TestNode.withTimes(TestNode.settings(server.uri()), LEASE_MS, 60_000);
    }

    private void signal(String name) throws Exception {
        new ProcessBuilder("kill", "-" + name, String.valueOf(server.pid()))
                .start()
                .waitFor();
    }

    /** Time in which something must not happen. */
    private static void pause(long ms) {
        try {
            Thread.sleep(ms);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static <T> T get(CompletionStage<T> stage) {
        return TestNode.get(Future.fromCompletionStage(stage));
    }
}
