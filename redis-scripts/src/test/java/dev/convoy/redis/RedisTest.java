package dev.convoy.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

/** What the tests of the steps have in common: two clients of the shared Redis, and names for everything. */
@TestInstance(Lifecycle.PER_CLASS)
abstract class RedisTest {
    static final RoomSpec SPEC = new RoomSpec("ledger", "verifier", 0, RoomSpec.Durability.STRICT);
    static final Duration TTL = Duration.ofSeconds(20);
    static final NodeAddress ADDRESS = new NodeAddress("10.1.2.3", List.of(7001, 7002));

    /** Names that would break a step that builds its keys or replies by concatenation. */
    static Stream<String> hostileNames() {
        return Stream.of(
                "with a space",
                "quotes ' and \" and \\",
                "line\nfeed\r\n$3\r\nabc\r\n",
                "nul \0 and tab \t",
                "}braces{room:other}",
                "{x}:s:00000000000000000000000000000000:o",
                "|1|2|3|",
                "*",
                "𝔘𝔫𝔦𝔠𝔬𝔡𝔢 房间 ルーム комната éà👩‍🚀"); // 64 bytes
    }

    final ConvoyRedis redis = TestRedis.connect();
    final ConvoyRedis other = TestRedis.connect();
    final RawRedis raw = new RawRedis(TestRedis.uri());

    @BeforeAll
    void redisIsThere() {
        raw.call("PING");
    }

    @AfterAll
    void closeAll() {
        raw.close();
        redis.close();
        other.close();
    }

    static <T> T get(CompletionStage<T> stage) {
        try {
            return stage.toCompletableFuture().get(30, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new AssertionError(e.getCause());
        } catch (InterruptedException | TimeoutException e) {
            throw new AssertionError(e);
        }
    }

    static <T> T as(Class<T> type, Object value) {
        if (!type.isInstance(value)) {
            throw new AssertionError("expected " + type.getSimpleName() + ", got " + value);
        }
        return type.cast(value);
    }

    static String freshSessionId() {
        return sha256(TestRedis.freshName("session")).substring(0, 32);
    }

    static String sha256(String text) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }

    /** A room of server 7, epoch 1, and its fence. */
    Fence claimed(String roomId) {
        return claimed(roomId, SPEC);
    }

    Fence claimed(String roomId, RoomSpec spec) {
        RoomClaim claim = get(redis.rooms().claim(roomId, 7, 1, spec));
        return new Fence(7, 1, as(RoomClaim.Created.class, claim).generation());
    }

    static NewSession newSession(String sessionId) {
        return new NewSession(sessionId, "ann", "player-1", sha256(sessionId + ":0"), 0x07000001, 60_000, 3_600_000);
    }

    String admitted(String roomId, Fence fence) {
        String sessionId = freshSessionId();
        as(Admission.Admitted.class, get(redis.sessions().admit(roomId, fence, newSession(sessionId))));
        return sessionId;
    }
}
