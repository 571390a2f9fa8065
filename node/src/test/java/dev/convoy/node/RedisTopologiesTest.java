package dev.convoy.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.convoy.protocol.handshake.Answer;
import dev.convoy.protocol.handshake.Refused;
import dev.convoy.protocol.handshake.Resumed;
import dev.convoy.protocol.wire.ErrorCode;
import dev.convoy.redis.LocalCluster;
import dev.convoy.redis.LocalSentinels;
import dev.convoy.redis.TestRedis;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whole nodes and their players on a real Redis Cluster and under real sentinels, whose masters are killed: no session twice, none lost,
 * every message once and in order. The replica has everything when its master dies; what a failover may lose is another test's.
 */
@Timeout(180)
class RedisTopologiesTest {
    private static final int ROOMS = 6;
    private static final long LEASE_MS = 1_000;

    @Test
    void onAClusterAMasterAndThenANodeDie() throws IOException {
        try (LocalCluster cluster = new LocalCluster()) {
            live(cluster.uri(), () -> cluster.killMaster(0));
        }
    }

    @Test
    void underSentinelsTheMasterAndThenANodeDie(@TempDir Path folder) throws IOException {
        try (LocalSentinels sentinels = new LocalSentinels(folder)) {
            live(sentinels.uri(), sentinels::killMaster);
        }
    }

    private static void live(String uri, Runnable killMaster) {
        NodeSettings settings = TestNode.withTimes(TestNode.settings(uri), LEASE_MS, 60_000);
        try (TestNode first = TestNode.start(settings);
                TestNode second = TestNode.start(TestNode.withTimes(TestNode.settings(uri), LEASE_MS, 60_000))) {
            List<TestPlayer> players = new ArrayList<>();
            for (int i = 0; i < ROOMS; i++) {
                players.add(
                        first.player("player-" + i, TestRedis.freshName("room")).join());
            }
            say(players, "one");
            await(players, 1);
            killMaster.run();
            say(players, "two");
            await(players, 2); // Held back until the failover is over, then committed once.
            for (TestPlayer player : players) {
                player.await("come back", () -> isBack(player));
                player.say("three");
            }
            await(players, 3);
            first.kill();
            for (TestPlayer player : players) {
                player.way = second.way();
                player.await("come back elsewhere", () -> isBack(player));
                player.say("four");
            }
            await(players, 4);
            for (TestPlayer player : players) {
                player.pumpFor(20);
                assertThat(player.heard).containsExactly("1:one", "2:two", "3:three", "4:four");
                assertThat(ScriptedRoom.script(player.room).count("join " + player.user))
                        .isEqualTo(1);
                assertThat(ScriptedRoom.script(player.room).diary).doesNotContain("leave " + player.user + " false");
            }
        }
    }

    private static void say(List<TestPlayer> players, String text) {
        players.forEach(player -> player.say(text));
    }

    private static void await(List<TestPlayer> players, int messages) {
        TestPlayer.await(
                players,
                "hear " + messages + " messages",
                () -> players.stream().allMatch(player -> player.heard.size() >= messages));
    }

    /** Whatever a return is refused with on the way, it says that the session is there. */
    private static boolean isBack(TestPlayer player) {
        Answer answer = player.comeBack();
        if (answer instanceof Refused refused) {
            assertThat(ErrorCode.of(refused.code())).isEqualTo(ErrorCode.RETRY_LATER);
        }
        return answer instanceof Resumed;
    }
}
