package dev.convoy.tools.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class BenchSealCommandTest {
    @TempDir
    private Path folder;

    @Test
    void measuresBothSuitesOnTwoJdks() throws IOException {
        Path json = folder.resolve("seal.json");
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        int status = new CommandLine(new BenchSealCommand())
                .execute("--seconds", "4", "--java", java.toString(), "--json", json.toString());
        assertThat(status).isZero();
        JsonObject result = new JsonObject(Files.readString(json));
        assertThat(result.getDouble("goalSealedToPlain")).isEqualTo(0.7);
        assertThat(result.getJsonArray("jdks")).hasSize(2).allSatisfy(each -> {
            JsonObject jdk = (JsonObject) each;
            assertThat(jdk.getString("java")).isEqualTo(Runtime.version().toString());
            assertThat(jdk.getDouble("udpSealedToPlain")).isPositive();
            assertThat(jdk.getBoolean("reachesGoal")).isNotNull();
            assertThat(jdk.getJsonArray("cipher")).hasSize(2).allSatisfy(BenchSealCommandTest::isCipher);
            assertThat(jdk.getJsonArray("echo")).hasSize(8).allSatisfy(BenchSealCommandTest::isEcho);
        });
    }

    private static void isCipher(Object each) {
        JsonObject cipher = (JsonObject) each;
        assertThat(cipher.getInteger("datagramBytes")).isIn(100, 1_000);
        isCost(cipher.getJsonObject("seal"));
        isCost(cipher.getJsonObject("open"));
    }

    private static void isEcho(Object each) {
        JsonObject echo = (JsonObject) each;
        assertThat(echo.getString("over")).isIn("memory", "udp");
        assertThat(echo.getInteger("messageBytes")).isIn(100, 1_000);
        assertThat(echo.getInteger("messagesAtOnce")).isIn(1, 32);
        isCost(echo.getJsonObject("plain"));
        isCost(echo.getJsonObject("sealed"));
        assertThat(echo.getDouble("sealedToPlain")).isPositive();
    }

    private static void isCost(JsonObject cost) {
        assertThat(cost.getDouble("nsPerMessage")).isPositive();
        assertThat(cost.getDouble("nsPerPacket")).isPositive();
        assertThat(cost.getDouble("bytesAllocatedPerPacket")).isNotNegative();
    }

    @Test
    void findsTheNewestJdkAndNoOlderOne() throws IOException {
        Path old = jdk("old", "11.0.2");
        jdk("mine", "17.0.1");
        Path newest = jdk("newest", "25");
        jdk("newer", "21.0.3");
        jdk("odd", "early");
        assertThat(OtherJdk.newest(folder, 17)).isEqualTo(newest);
        assertThat(OtherJdk.newest(folder, 25)).isNull();
        assertThat(OtherJdk.newest(old, 17)).isNull();
    }

    private Path jdk(String name, String version) throws IOException {
        Path home = folder.resolve(name);
        Path java = Files.createDirectories(home.resolve("bin")).resolve("java");
        Files.createFile(java);
        assertThat(java.toFile().setExecutable(true)).isTrue();
        Files.writeString(home.resolve("release"), "IMPLEMENTOR=\"nobody\"\nJAVA_VERSION=\"" + version + "\"\n");
        return java;
    }
}
