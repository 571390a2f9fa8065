package dev.convoy.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.convoy.protocol.handshake.Accepted;
import dev.convoy.protocol.handshake.Answer;
import dev.convoy.protocol.handshake.Envelope;
import dev.convoy.protocol.handshake.Refused;
import dev.convoy.protocol.handshake.Resumed;
import dev.convoy.protocol.wire.ErrorCode;
import dev.convoy.redis.ConvoyRedis;
import dev.convoy.redis.RedisSettings;
import dev.convoy.redis.TestRedis;
import dev.convoy.redis.local.RedisServerProcess;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a shard does while its Redis is stopped, gone, or back without its data. */
class RedisAwayTest {
    /** Longer than a command waits. */
    private static final long LONG_MS = 1_000;

    @TempDir
    private Path folder = Path.of("");

    private RedisServerProcess server;
    private TestShard shard;
    private String room = "";

    @SuppressWarnings("NullAway.Init") // Both are started before each test.
    RedisAwayTest() {}

    @BeforeEach
    void start() throws IOException {
        server = RedisServerProcess.start(RedisServerProcess.Options.inMemory().withDataFolder(folder.resolve("data")));
        ConvoyRedis redis = ConvoyRedis.connect(RedisSettings.of(server.uri()));
        shard = new TestShard(TestShard.settings(), 9, redis);
        room = TestRedis.freshName("room");
    }

    @AfterEach
    void stop() throws Exception {
        signal("CONT");
        assertThat(shard.failures()).isEmpty();
        shard.close();
        server.close();
    }

    @Test
    void anAnswerDoesNotLeaveBeforeItIsInRedis() throws Exception {
        TestPlayer ann = shard.player("ann", room).join();
        ann.say("hello");
        ann.awaitHeard("1:hello");
        signal("STOP");
        ann.say("held");
        ann.await("be heard by the room", () -> ScriptedRoom.script(room).diary.contains("message ann held"));
        ann.pumpFor(200);
        assertThat(ann.heard).containsExactly("1:hello");
        assertThat(ann.outbox.acknowledged()).isEqualTo(1);
        signal("CONT");
        ann.awaitHeard("2:held");
        ann.await("be acknowledged", () -> ann.outbox.acknowledged() == 2);
    }

    @Test
    void aCommitWithoutAnAnswerIsRepeatedAndCountsOnce() throws Exception {
        TestPlayer ann = shard.player("ann", room).join();
        signal("STOP");
        ann.say("one");
        ann.pumpFor(LONG_MS);
        ann.say("two");
        ann.pumpFor(LONG_MS);
        assertThat(ann.heard).isEmpty();
        signal("CONT");
        ann.awaitHeard(2);
        ann.say("three");
        ann.awaitHeard(3);
        ann.pumpFor(100);
        assertThat(ann.heard).containsExactly("1:one", "2:two", "3:three");
    }

    @Test
    void whoComesInMeanwhileIsAskedToTryLaterAndIsLetInOnceByTheSameAttempt() throws Exception {
        TestPlayer ann = shard.player("ann", room).join();
        TestPlayer bob = shard.player("bob", room);
        signal("STOP");
        Envelope connect = bob.connectRequest(TestPlayer.freshAttempt());
        Envelope reconnect = ann.reconnectRequest(ann.nextAttempt);
        bob.send(connect.encode());
        assertRetryLater(ann.askOnce(reconnect));
        assertRetryLater(bob.askOnce(connect));
        signal("CONT");
        Answer back = ann.ask(reconnect);
        assertThat(back).isInstanceOf(Resumed.class);
        ann.begin((Resumed) back);
        Answer in = bob.ask(connect);
        assertThat(in).isInstanceOf(Accepted.class);
        bob.begin((Accepted) in);
        ann.say("ann");
        ann.awaitHeard("1:ann");
        bob.say("bob");
        bob.awaitHeard("1:bob");
        assertThat(ScriptedRoom.script(room).count("join bob")).isEqualTo(1);
        assertThat(ScriptedRoom.script(room).count("reconnect ann")).isEqualTo(1);
    }

    @Test
    void aRedisThatWasKilledAndIsBackWithItsDataIsCarriedOnWith() throws Exception {
        TestPlayer ann = shard.player("ann", room).join();
        ann.say("before");
        ann.awaitHeard("1:before");
        server.kill();
        ann.say("meanwhile");
        ann.pumpFor(200);
        assertThat(ann.heard).containsExactly("1:before");
        server.restart();
        ann.awaitHeard("2:meanwhile");
        ann.resume();
        ann.say("after");
        ann.awaitHeard("3:after");
        assertThat(ann.heard).containsExactly("1:before", "2:meanwhile", "3:after");
    }

    @Test
    void aRedisThatIsBackEmptyIsToldEverythingAgain() throws Exception {
        TestPlayer ann = shard.player("ann", room).join();
        TestPlayer bob = shard.player("bob", room).join();
        ann.resume();
        ann.say("one");
        ann.awaitHeard("1:one");
        bob.inbound = datagram -> List.of(); // What bob is sent stays unacknowledged.
        bob.say("unheard");
        bob.await("be heard", () -> ScriptedRoom.script(room).diary.contains("message bob unheard"));
        forgetEverything();
        ann.say("two");
        ann.awaitHeard("2:two");
        ConvoyRedis another = ConvoyRedis.connect(RedisSettings.of(server.uri()));
        try (TestShard heir = new TestShard(TestShard.settings(), 10, another)) {
            bob.inbound = List::of;
            ann.way = heir.way();
            bob.way = heir.way();
            ann.resume();
            bob.resume();
            bob.awaitHeard("1:unheard");
            ann.say("three");
            ann.awaitHeard("3:three");
            assertThat(ann.heard).containsExactly("1:one", "2:two", "3:three");
            assertThat(bob.heard).containsExactly("1:unheard");
            assertThat(ScriptedRoom.script(room).count("join ann")).isEqualTo(1);
        }
    }

    @Test
    void whoComesToARoomThatRedisHasForgottenFindsItAsItWas() throws Exception {
        TestPlayer ann = shard.player("ann", room).join();
        ann.say("one");
        ann.awaitHeard("1:one");
        forgetEverything();
        ann.resume();
        ann.say("two");
        ann.awaitHeard("2:two");
        forgetEverything();
        TestPlayer bob = shard.player("bob", room).join();
        bob.say("bob");
        bob.awaitHeard("1:bob");
        ann.say("three");
        ann.awaitHeard("3:three");
        assertThat(ScriptedRoom.script(room).count("create")).isEqualTo(1);
        assertThat(ScriptedRoom.script(room).count("restore")).isZero();
    }

    private void forgetEverything() throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            socket.getOutputStream().write("FLUSHALL\r\n".getBytes(StandardCharsets.US_ASCII));
            assertThat((char) socket.getInputStream().read()).isEqualTo('+');
        }
    }

    private void signal(String name) throws IOException, InterruptedException {
        if (!server.isAlive()) return;
        new ProcessBuilder("kill", "-" + name, String.valueOf(server.pid()))
                .start()
                .waitFor();
    }

    private static void assertRetryLater(Answer answer) {
        assertThat(answer).isInstanceOf(Refused.class);
        assertThat(((Refused) answer).code()).isEqualTo(ErrorCode.RETRY_LATER.code());
        assertThat(((Refused) answer).retryAfterMs()).isPositive();
    }
}
