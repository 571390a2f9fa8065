package dev.convoy.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.convoy.node.net.Suite;
import dev.convoy.protocol.wire.ControlHeader;
import dev.convoy.protocol.wire.LittleEndian;
import dev.convoy.protocol.wire.PathHeader;
import dev.convoy.redis.ConvoyRedis;
import dev.convoy.redis.TestRedis;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Handshakes of people who are not where they say: cheap to refuse, and nothing is left of them. */
class FloodTest {
    private static final int CONNECTS = 100_000;
    private static final int BATCH = 200;

    private final String room = TestRedis.freshName("room");

    @ParameterizedTest
    @EnumSource(
            value = Suite.class,
            names = {"PLAIN", "SEALED"})
    void aHundredThousandSpoofedConnectsLeaveNothingAndAPlayerStillGetsIn(Suite suite) {
        try (TestNode node = TestNode.start(settings -> settings.with(Map.of("CONVOY_HANDSHAKES_PER_SECOND", "0")));
                ConvoyRedis redis = TestRedis.connect()) {
            TestPlayer crowd = node.player("crowd", room);
            crowd.suite = suite;
            byte[] connect = crowd.withPath(crowd.connectRequest(7).encode());
            long[] bytes = new long[2];
            for (int sent = 0; sent < CONNECTS / 2; sent += BATCH) flood(crowd, connect, bytes);
            TestPlayer ann = node.player("ann", TestRedis.freshName("room")).join();
            for (int sent = CONNECTS / 2; sent < CONNECTS; sent += BATCH) flood(crowd, connect, bytes);
            ann.say("in the flood");
            ann.awaitHeard("1:in the flood");
            assertThat(bytes[1]).isPositive().isLessThanOrEqualTo(bytes[0]);
            assertThat(ScriptedRoom.script(room).diary).isEmpty();
            ann.await("be counted, alone", () -> node.load(redis) == 1);
        }
    }

    @Test
    void whoIsWhereTheySayIsAskedOnceAndTheOthersAreLeftInPeaceWhenItIsQuiet() {
        try (TestNode node = TestNode.start(settings -> settings.with(Map.of("CONVOY_HANDSHAKES_PER_SECOND", "20")))) {
            for (int i = 0; i < 60; i++) node.player("p" + i, room).join();
            assertThat(ScriptedRoom.script(room).diary.stream().filter(line -> line.startsWith("join")))
                    .hasSize(60);
        }
    }

    /** The same request from ever other addresses with ever other attempts. */
    private static void flood(TestPlayer crowd, byte[] connect, long[] sentAndCame) {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        for (int i = 0; i < BATCH; i++) {
            LittleEndian.putU32(connect, PathHeader.ADDRESS_OFFSET, random.nextInt());
            LittleEndian.putU64(connect, PathHeader.IPV4_BYTES + ControlHeader.ATTEMPT_OFFSET, random.nextLong());
            crowd.way.send(connect);
            sentAndCame[0] += connect.length;
        }
        byte[] answer = crowd.way.receive();
        while (answer != null) {
            sentAndCame[1] += answer.length;
            answer = crowd.way.receive();
        }
    }
}
