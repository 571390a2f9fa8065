package dev.convoy.router;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.convoy.operations.settings.InvalidSettings;
import dev.convoy.operations.settings.Sources;
import dev.convoy.redis.local.RedisServerProcess;
import io.netty.util.NetUtil;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The router as a process: what an operator or the launcher sees of it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RouterMainTest {
    private final RedisServerProcess redis;
    private final Map<String, Process> processes = new HashMap<>();

    RouterMainTest() throws IOException {
        redis = RedisServerProcess.start();
    }

    @BeforeAll
    void redisLives() {
        assertThat(redis.isAlive()).isTrue();
    }

    @AfterEach
    void killWhatIsLeft() {
        processes.values().forEach(Process::destroyForcibly);
        processes.clear();
    }

    @AfterAll
    void stopRedis() {
        redis.close();
    }

    @Test
    void aReadyRouterSaysSoInOneLineAndEndsInOrderAtSigterm() throws Exception {
        Process router = start(Map.of("CONVOY_ROUTER_LOOPS", "2"));
        try (BufferedReader output = router.inputReader()) {
            String line = output.readLine();
            assertThat(line).matches("convoy-router ready port=\\d+ pid=" + router.pid());
            int port = Integer.parseInt(line.replaceAll(".*port=(\\d+).*", "$1"));
            assertThat(isFree(port)).isFalse();
            // By the handle: Process.destroy would close what the next line reads.
            router.toHandle().destroy();
            assertThat(output.readLine()).as("nothing else on standard output").isNull();
            assertThat(statusOf(router)).isZero();
            assertThat(isFree(port)).isTrue();
        }
    }

    @Test
    void itDiesWithItsParentWhenToldTo() throws Exception {
        Process router = start(Map.of("CONVOY_DIE_WITH_PARENT", "true"));
        try (BufferedReader output = router.inputReader()) {
            assertThat(output.readLine()).startsWith("convoy-router ready");
            router.getOutputStream().close();
            assertThat(router.waitFor(10, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void aPortInUseIsOneSentenceAndStatus1() throws Exception {
        try (DatagramSocket holder = new DatagramSocket(new InetSocketAddress(NetUtil.LOCALHOST4, 0))) {
            Process router = start(Map.of("CONVOY_ROUTER_PORT", String.valueOf(holder.getLocalPort())));
            assertThat(errorsOf(router))
                    .isEqualTo("The router cannot start: UDP 127.0.0.1:" + holder.getLocalPort()
                            + ": Address already in use\n");
            assertThat(statusOf(router)).isEqualTo(1);
        }
    }

    @Test
    void noRedisIsOneSentenceAndStatus1() throws Exception {
        String uri = "redis://127.0.0.1:" + RedisServerProcess.freePort();
        Process router = start(Map.of("CONVOY_REDIS_URI", uri));
        assertThat(errorsOf(router))
                .startsWith("The router cannot start: no Redis at ")
                .hasLineCount(1);
        assertThat(statusOf(router)).isEqualTo(1);
    }

    @Test
    void aWrongSettingIsOneSentenceAndStatus2() throws Exception {
        Process router = start(Map.of("CONVOY_ROUTER_LOOPS", "many"));
        assertThat(errorsOf(router))
                .isEqualTo("CONVOY_ROUTER_LOOPS must be a whole number from 1 to 64, not 'many'.\n");
        assertThat(statusOf(router)).isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource({
        "CONVOY_ROUTER_HOST, localhost, must be one IPv4 or IPv6 address",
        "CONVOY_ROUTER_HOST, 0.0.0.0, nor the wildcard",
        "CONVOY_ROUTER_HOST, ::, nor the wildcard",
        "CONVOY_ROUTER_INSIDE_HOST, 127.0.0, must be one IPv4 or IPv6 address",
        "CONVOY_ROUTER_PORT, 65536, must be a whole number from 0 to 65535",
        "CONVOY_ROUTER_PORT, -1, must be a whole number from 0 to 65535",
        "CONVOY_ROUTER_LOOPS, 0, must be a whole number from 1 to 64",
        "CONVOY_REDIS_URI, http://a, must be a redis://",
        "CONVOY_REDIS_URI, redis:// :, must be a redis://",
        "CONVOY_DIE_WITH_PARENT, yes, must be true or false",
        "CONVOY_ROUTER_DRAIN_MS, -1, must be a whole number from 0 to 600000",
        "CONVOY_ROUTER_CONTROL_PER_PREFIX, 0, must be a whole number from 1 to",
        "CONVOY_ROUTER_CONTROL_TOTAL, 0, must be a whole number from 1 to",
        "CONVOY_ROUTER_RESETS_PER_PREFIX, 0, must be a whole number from 1 to",
        "CONVOY_ROUTER_RESETS_TOTAL, 0, must be a whole number from 1 to",
        "CONVOY_ROUTER_DATA_PER_PREFIX, -1, must be a whole number from 0 to",
        "CONVOY_ROUTER_IPV4_PREFIX_BITS, 33, must be a whole number from 1 to 32",
        "CONVOY_ROUTER_IPV6_PREFIX_BITS, 0, must be a whole number from 1 to 64",
        "CONVOY_RESET_KEY, abc, must be 64 hexadecimal digits",
    })
    void eachSettingSaysWhatItMustBe(String name, String value, String complaint) {
        assertThatThrownBy(() -> RouterSettings.from(Sources.of(Map.of(name, value))))
                .isInstanceOf(InvalidSettings.class)
                .hasMessageStartingWith(name)
                .hasMessageContaining(complaint);
    }

    @Test
    void aPasswordIsNotRepeated() {
        assertThatThrownBy(() -> RouterSettings.from(Sources.of(Map.of("CONVOY_REDIS_URI", "amqp://user:secret@host"))))
                .isInstanceOf(InvalidSettings.class)
                .hasMessageNotContaining("secret");
    }

    private Process start(Map<String, String> environment) throws IOException {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        ProcessBuilder builder = new ProcessBuilder(
                java, "-Xmx256m", "-cp", System.getProperty("java.class.path"), RouterMain.class.getName());
        builder.environment().put("CONVOY_REDIS_URI", redis.uri());
        builder.environment().put("CONVOY_ROUTER_PORT", "0");
        builder.environment().put("CONVOY_ROUTER_DRAIN_MS", "0");
        builder.environment().putAll(environment);
        Process process = builder.start();
        processes.put("router-" + processes.size(), process);
        return process;
    }

    private static int statusOf(Process process) throws InterruptedException {
        assertThat(process.waitFor(20, TimeUnit.SECONDS)).as("it ended").isTrue();
        return process.exitValue();
    }

    private static String errorsOf(Process process) throws IOException {
        return new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    private static boolean isFree(int port) {
        try (DatagramSocket socket = new DatagramSocket(new InetSocketAddress(NetUtil.LOCALHOST4, port))) {
            return socket.isBound();
        } catch (IOException taken) {
            return false;
        }
    }
}
