package dev.convoy.tools;

import static org.assertj.core.api.Assertions.assertThat;

import dev.convoy.tools.cluster.ClusterMember;
import dev.convoy.tools.cluster.ClusterSettings;
import dev.convoy.tools.cluster.LocalCluster;
import io.vertx.core.json.JsonObject;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code convoy load} against a real cluster. Nothing is asserted about speed. */
@Timeout(180)
class LoadTest {
    @TempDir
    private Path folder;

    private final StringWriter err = new StringWriter();

    @Test
    void everyMessageIsAnsweredAndTheResultSaysWhatItIsWorth() throws Exception {
        try (LocalCluster cluster = LocalCluster.start(cluster(1), said -> {}, died -> {})) {
            JsonObject result = load(cluster, 0, "--players", "20", "--rate", "20", "--seconds", "3", "--ramp", "1");
            assertThat(result.getBoolean("clean")).isTrue();
            assertThat(result.getInteger("joined")).isEqualTo(20);
            assertThat(result.getLong("sent")).isBetween(1_100L, 1_300L).isEqualTo(result.getLong("answered"));
            assertThat(result.getLong("unanswered")).isZero();
            assertThat(result.getLong("skipped") + result.getLong("repeated")).isZero();
            assertThat(result.getJsonObject("fromDueMs").getDouble("p50")).isPositive();
            assertThat(result.getJsonArray("fromDueMsHistogram").stream()
                            .mapToLong(bucket -> ((JsonObject) bucket).getLong("count"))
                            .sum())
                    .isEqualTo(result.getLong("answered"));
            assertThat(result.getDouble("datagramsPerMessage")).isGreaterThan(1);
            assertThat(result.getJsonObject("generator").getBoolean("isBottleneck"))
                    .isEqualTo(!result.getJsonObject("generator")
                            .getJsonArray("why")
                            .isEmpty());
        }
    }

    @Test
    void playersComeBackFromAKilledNodeAndThatIsCounted() throws Exception {
        try (LocalCluster cluster = LocalCluster.start(cluster(2), said -> {}, died -> {})) {
            CompletableFuture.delayedExecutor(4, TimeUnit.SECONDS)
                    .execute(() -> cluster.nodes().forEach(LoadTest::killFirst));
            JsonObject result = load(
                    cluster,
                    0,
                    "--room-type",
                    "ledger",
                    "--players",
                    "16",
                    "--players-per-room",
                    "2",
                    "--rate",
                    "10",
                    "--seconds",
                    "10",
                    "--ramp",
                    "1");
            assertThat(result.getLong("resumes")).isPositive();
            assertThat(result.getJsonObject("outageMs").getDouble("p50")).isPositive();
            assertThat(result.getLong("sent")).isEqualTo(result.getLong("answered"));
        }
    }

    private static void killFirst(ClusterMember node) {
        if (node.name().equals("node 1")) node.kill();
    }

    @Test
    void whereNobodyAnswersItSaysSoAndEnds() throws Exception {
        int status = ConvoyCommand.commandLine()
                .setErr(new PrintWriter(err, true))
                .execute("load", "--server", "127.0.0.1:9", "--players", "1", "--ramp", "0", "--seconds", "1");
        assertThat(status).isEqualTo(1);
        assertThat(err.toString())
                .startsWith("convoy: None of 1 players could join: is there a router at 127.0.0.1:9")
                .hasLineCount(1);
    }

    private JsonObject load(LocalCluster cluster, int status, String... arguments) throws Exception {
        Path json = folder.resolve("load.json");
        String[] all = new String[arguments.length + 5];
        all[0] = "load";
        all[1] = "--server";
        all[2] = ClusterSettings.HOST + ":" + cluster.routers().get(0).port();
        all[3] = "--json";
        all[4] = json.toString();
        System.arraycopy(arguments, 0, all, 5, arguments.length);
        int got = ConvoyCommand.commandLine().setErr(new PrintWriter(err, true)).execute(all);
        assertThat(got).as(err.toString()).isEqualTo(status);
        return new JsonObject(Files.readString(json));
    }

    private static ClusterSettings cluster(int nodes) {
        return new ClusterSettings(nodes, 1, 0, "strict", false);
    }
}
