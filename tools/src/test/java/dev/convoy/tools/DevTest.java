package dev.convoy.tools;

import static org.assertj.core.api.Assertions.assertThat;

import dev.convoy.redis.local.RedisServerProcess;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code convoy dev} and {@code convoy chat} as processes of their own, as a person starts them. */
@Timeout(180)
class DevTest {
    @TempDir
    private Path folder;

    private final List<Process> started = new ArrayList<>();

    @AfterEach
    void endWhatIsLeft() {
        started.forEach(Process::destroyForcibly);
    }

    @Test
    void nothingOutlivesAKilledLauncher() throws Exception {
        Process dev = dev(freePort());
        List<ProcessHandle> all = dev.descendants().toList();
        assertThat(all).as("Redis with its shell, two nodes, a router").hasSizeGreaterThanOrEqualTo(5);
        dev.destroyForcibly();
        for (ProcessHandle each : all) each.onExit().get(10, TimeUnit.SECONDS);
    }

    @Test
    void twoPeopleTalkAndTheClusterEndsWhenAsked() throws Exception {
        int port = freePort();
        Process dev = dev(port);
        List<ProcessHandle> all = dev.descendants().toList();
        Process ann = chat(port, "ann");
        Process bob = chat(port, "bob");
        awaitLine(ann, "you are ann in lobby");
        awaitLine(bob, "you are bob in lobby");
        say(ann, "hello");
        awaitLine(bob, "ann: hello");
        say(bob, "/quit");
        assertThat(bob.waitFor()).isZero();
        ann.outputWriter().close();
        assertThat(ann.waitFor()).isZero();

        dev.destroy();
        dev.waitFor();
        for (ProcessHandle each : all) each.onExit().get(10, TimeUnit.SECONDS);
    }

    private Process dev(int port) throws IOException {
        Process dev = convoy("dev", "--nodes", "2", "--port", Integer.toString(port));
        awaitLine(dev, "Talk to it");
        return dev;
    }

    private Process chat(int port, String user) throws IOException {
        return convoy("chat", "--server", "127.0.0.1:" + port, "--room", "lobby", "--user", user);
    }

    private Process convoy(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                ConvoyCommand.class.getName()));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command)
                .redirectError(folder.resolve("errors.log").toFile())
                .start();
        started.add(process);
        return process;
    }

    private static void say(Process chat, String line) throws IOException {
        Writer keyboard = new OutputStreamWriter(chat.getOutputStream(), StandardCharsets.UTF_8);
        keyboard.write(line + "\n");
        keyboard.flush();
    }

    private static void awaitLine(Process process, String text) throws IOException {
        BufferedReader lines = process.inputReader();
        List<String> seen = new ArrayList<>();
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            if (line.contains(text)) return;
            seen.add(line);
        }
        throw new AssertionError("'" + text + "' was never said, but: " + seen);
    }

    /** Free for TCP a moment ago, and then very likely for UDP as well. */
    private static int freePort() throws IOException {
        return RedisServerProcess.freePort();
    }
}
