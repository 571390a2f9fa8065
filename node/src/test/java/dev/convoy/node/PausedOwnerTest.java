package dev.convoy.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.convoy.protocol.handshake.Answer;
import dev.convoy.protocol.handshake.Resumed;
import dev.convoy.redis.ConvoyRedis;
import dev.convoy.redis.TestRedis;
import io.vertx.core.Future;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A node process that is stopped (SIGSTOP) for longer than its lease, and wakes up when its room has another owner. */
@Timeout(120)
class PausedOwnerTest {
    private static final long LEASE_MS = 1_000;
    private static final Pattern READY = Pattern.compile("server-id=(\\d+) ports=([\\d,]+) ");

    @Test
    void aPausedOwnerFindsItselfFencedAndSaysNothingThatCounts() throws Exception {
        String room = TestRedis.freshName("room");
        Process process = startNode();
        try (ConvoyRedis redis = TestRedis.connect();
                TestNode heir = TestNode.start(settings -> TestNode.withTimes(settings, LEASE_MS, 60_000))) {
            Matcher ready = readyLine(process);
            int sleeperId = Integer.parseInt(ready.group(1));
            List<Integer> ports = Arrays.stream(ready.group(2).split(","))
                    .map(Integer::valueOf)
                    .toList();
            TestPlayer ann = new TestPlayer(new SocketWay(ports), "ann", ScriptedRoom.TYPE, room).join();
            TestPlayer late = new TestPlayer(new SocketWay(ports), "late", ScriptedRoom.TYPE, room).join();
            ann.say("one");
            ann.awaitHeard("1:one");
            signal(process, "STOP");
            late.say("to the sleeper"); // Waits in its socket.
            ann.pumpFor(2 * LEASE_MS);
            ann.way = heir.way();
            ann.await("be let in by the heir", () -> ann.comeBack() instanceof Resumed);
            ann.say("two");
            ann.awaitHeard("2:two");
            signal(process, "CONT");
            late.pumpFor(3 * LEASE_MS); // It renews its lease, finds out about the room, and closes it.
            assertThat(late.heard).isEmpty();
            assertThat(late.outbox.acknowledged()).isZero();
            Answer elsewhere = late.comeBack();
            assertThat(elsewhere)
                    .as("the way to the room's owner")
                    .hasFieldOrPropertyWithValue("serverId", heir.serverId);
            late.way = heir.way();
            late.resume();
            late.awaitHeard("1:to the sleeper");
            ann.say("three");
            ann.awaitHeard("3:three");
            assertThat(ann.heard).containsExactly("1:one", "2:two", "3:three");
            assertThat(late.heard).containsExactly("1:to the sleeper");
            assertThat(TestNode.get(
                            Future.fromCompletionStage(redis.nodeLeases().read(sleeperId))))
                    .as("the sleeper serves others again")
                    .isPresent();
            TestPlayer bob =
                    new TestPlayer(new SocketWay(ports), "bob", ScriptedRoom.TYPE, TestRedis.freshName("room")).join();
            bob.say("hello");
            bob.awaitHeard("1:hello");
        } finally {
            process.destroyForcibly();
        }
    }

    private Process startNode() throws IOException {
        ProcessBuilder builder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx128m",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        NodeMain.class.getName())
                .redirectError(Redirect.DISCARD);
        builder.environment()
                .putAll(Map.of(
                        "CONVOY_REDIS_URI",
                        TestRedis.uri(),
                        "CONVOY_NODE_INSTANCE",
                        TestRedis.freshName("sleeper"),
                        "CONVOY_TOKEN_KEY",
                        HexFormat.of().formatHex(TestNode.CLUSTER_KEY),
                        "CONVOY_PLAIN",
                        "true",
                        "CONVOY_LEASE_TTL_MS",
                        "" + LEASE_MS,
                        "CONVOY_DIE_WITH_PARENT",
                        "true"));
        return builder.start();
    }

    private static Matcher readyLine(Process process) {
        try {
            BufferedReader lines =
                    new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                Matcher ready = READY.matcher(line);
                if (ready.find()) return ready;
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        throw new AssertionError("the node ended before it was ready");
    }

    private static void signal(Process process, String name) throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-" + name, String.valueOf(process.pid()))
                .start()
                .waitFor();
    }
}
