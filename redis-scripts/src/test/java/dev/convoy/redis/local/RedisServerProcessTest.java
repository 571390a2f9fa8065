package dev.convoy.redis.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class RedisServerProcessTest {

    @Test
    void itDiesWithItsParentEvenIfThatIsKilled() throws Exception {
        String java = ProcessHandle.current().info().command().orElse("java");
        Process parent =
                new ProcessBuilder(java, "-cp", System.getProperty("java.class.path"), Parent.class.getName()).start();
        try (BufferedReader said = parent.inputReader(StandardCharsets.UTF_8)) {
            long pid = Long.parseLong(Objects.requireNonNull(said.readLine()));
            ProcessHandle server = ProcessHandle.of(pid).orElseThrow();
            assertThat(server.isAlive()).isTrue();
            parent.destroyForcibly().waitFor();
            server.onExit().get(10, TimeUnit.SECONDS);
        }
    }

    /** A JVM that starts a server, says its pid and waits to be killed. */
    static final class Parent {
        private Parent() {}

        public static void main(String[] args) throws Exception {
            System.out.println(RedisServerProcess.start().pid());
            Thread.sleep(60_000);
        }
    }

    @Test
    void whatWasAnsweredIsThereAfterAKillAndARestart(@TempDir Path folder) throws IOException {
        var options = RedisServerProcess.Options.inMemory().withDataFolder(folder);
        try (RedisServerProcess server = RedisServerProcess.start(options)) {
            int port = server.port();
            long pid = server.pid();
            redisCall(port, "SET x 1");
            server.kill();
            assertThat(server.isAlive()).isFalse();
            server.restart();
            assertThat(server.port()).isEqualTo(port);
            assertThat(server.pid()).isNotEqualTo(pid);
            assertThat(redisCall(port, "GET x")).isEqualTo("$1");
        }
    }

    @Test
    void aServerWithoutADataFolderLeavesNothing() throws Exception {
        RedisServerProcess server = RedisServerProcess.start();
        ProcessHandle process = ProcessHandle.of(server.pid()).orElseThrow();
        Path folder = Path.of(process.info().arguments().map(List::of).orElse(List.of()).stream()
                .filter(argument -> argument.contains("convoy-redis-") && Files.isDirectory(Path.of(argument)))
                .findFirst()
                .orElse("nowhere"));
        server.close();
        process.onExit().get(5, TimeUnit.SECONDS);
        assertThat(folder).doesNotExist();
    }

    @Test
    void aPortInUseIsOneSentence() throws IOException {
        try (RedisServerProcess server = RedisServerProcess.start()) {
            var same = RedisServerProcess.Options.inMemory().withPort(server.port());
            assertThatThrownBy(() -> RedisServerProcess.start(same).close())
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("port " + server.port());
            assertThat(server.isAlive()).isTrue();
        }
    }

    private static String redisCall(int port, String command) throws IOException {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.getOutputStream().write((command + "\r\n").getBytes(StandardCharsets.US_ASCII));
            return new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII))
                    .readLine();
        }
    }
}
