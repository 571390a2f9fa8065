package dev.convoy.tools.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two hosts behind a NAT each, in network namespaces of their own, and the service in a third: real sockets, and no way from
 * one host to the other but the one that they punch. Needs Linux, root, {@code ip} and {@code python3}; skipped elsewhere.
 */
@Timeout(240)
class NatTest {
    private static final String NAME = "cv" + ProcessHandle.current().pid();
    private static final String WORLD = NAME + "w";
    private static final String ROUTER = "10.77.0.1";
    private static final int ROUTER_PORT = 7000;
    private static final int PATIENCE_S = 90;

    @TempDir
    private Path folder;

    private final List<String> namespaces = new ArrayList<>();
    private final List<Process> processes = new ArrayList<>();

    @BeforeEach
    void lookAround() {
        boolean isRoot = "root".equals(System.getProperty("user.name"));
        assumeTrue(
                isRoot && isThere("ip", "netns") && isThere("python3", "--version"),
                "two NATed hosts take Linux, root, ip and python3: not shown here");
        assumeTrue(isNamespaceAllowed(), "this machine lets nobody make a network namespace: not shown here");
    }

    @AfterEach
    void clearAway() throws Exception {
        for (Process process : processes) process.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
        Collections.reverse(namespaces);
        for (String namespace : namespaces) run("ip", "netns", "del", namespace);
    }

    @Test
    void hostsBehindNatsPunchThrough() throws Exception {
        assertThat(talk(false)).isEqualTo("talked DIRECT true");
    }

    @Test
    void hostsBehindNatsThatTakeAnotherPortForEveryDestinationGoThroughTheRoom() throws Exception {
        assertThat(talk(true)).isEqualTo("talked ROOM true");
    }

    private String talk(boolean isSymmetric) throws Exception {
        namespace(WORLD);
        run("ip", "-n", WORLD, "link", "add", "br0", "type", "bridge");
        run("ip", "-n", WORLD, "addr", "add", ROUTER + "/24", "dev", "br0");
        run("ip", "-n", WORLD, "link", "set", "br0", "up");
        host("a", 2, isSymmetric);
        host("b", 3, isSymmetric);
        world();
        player("b", "ben").awaitLine("joined ben");
        return player("a", "ann", "ben").awaitLine("talked ");
    }

    /** A host with a private address behind a NAT with a public one. */
    private void host(String name, int number, boolean isSymmetric) throws Exception {
        String nat = NAME + "n" + name;
        String host = NAME + name;
        namespace(nat);
        namespace(host);
        String outside = "10.77.0." + number;
        run("ip", "-n", WORLD, "link", "add", "to" + name, "type", "veth", "peer", "name", "out", "netns", nat);
        run("ip", "-n", WORLD, "link", "set", "to" + name, "master", "br0", "up");
        run("ip", "-n", nat, "addr", "add", outside + "/24", "dev", "out");
        run("ip", "-n", nat, "link", "set", "out", "up");
        run("ip", "-n", nat, "link", "add", "in", "type", "veth", "peer", "name", "eth", "netns", host);
        run("ip", "-n", nat, "addr", "add", "192.168.1.1/24", "dev", "in");
        run("ip", "-n", nat, "link", "set", "in", "up");
        run("ip", "-n", host, "addr", "add", "192.168.1." + number + "/24", "dev", "eth");
        run("ip", "-n", host, "link", "set", "eth", "up");
        run("ip", "-n", host, "route", "add", "default", "via", "192.168.1.1");
        Path script = folder.resolve("nat.py");
        try (var source = Objects.requireNonNull(NatTest.class.getResourceAsStream("nat.py"))) {
            Files.write(script, source.readAllBytes());
        }
        List<String> command = new ArrayList<>(List.of("python3", script.toString(), "in", outside));
        if (isSymmetric) command.add("symmetric");
        start(nat, command, Map.of()).awaitLine("nat ready");
    }

    private void world() throws Exception {
        Map<String, String> environment = Map.of(
                "CONVOY_REDIS_URI",
                "redis://127.0.0.1:" + NatWorld.REDIS_PORT,
                "CONVOY_NODE_HOST",
                "127.0.0.1",
                "CONVOY_TOKEN_KEY",
                "ab".repeat(32),
                "CONVOY_PLAIN",
                "true",
                "CONVOY_AUTH",
                "anonymous",
                "CONVOY_DURABILITY",
                "memory",
                "CONVOY_ROUTER_HOST",
                ROUTER,
                "CONVOY_ROUTER_PORT",
                String.valueOf(ROUTER_PORT),
                "CONVOY_ROUTER_LOOPS",
                "1");
        Running world = start(WORLD, java(NatWorld.class), environment);
        world.awaitLine("convoy-");
        world.awaitLine("convoy-");
    }

    private Running player(String host, String... names) throws IOException {
        List<String> command = java(NatPlayer.class);
        command.addAll(List.of(ROUTER, String.valueOf(ROUTER_PORT)));
        command.addAll(Arrays.asList(names));
        return start(NAME + host, command, Map.of());
    }

    private static List<String> java(Class<?> main) {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        return new ArrayList<>(List.of(java, "-Xmx256m", "-cp", System.getProperty("java.class.path"), main.getName()));
    }

    private void namespace(String name) throws Exception {
        run("ip", "netns", "add", name);
        namespaces.add(name);
        run("ip", "-n", name, "link", "set", "lo", "up");
    }

    private Running start(String namespace, List<String> command, Map<String, String> environment) throws IOException {
        List<String> inside = new ArrayList<>(List.of("ip", "netns", "exec", namespace));
        inside.addAll(command);
        ProcessBuilder builder = new ProcessBuilder(inside).redirectError(ProcessBuilder.Redirect.DISCARD);
        builder.environment().putAll(environment);
        Process process = builder.start();
        processes.add(process);
        return new Running(process, process.inputReader(StandardCharsets.UTF_8));
    }

    /** A process, and what it says. */
    private record Running(Process process, BufferedReader out) {
        /** The next line that begins so. */
        String awaitLine(String beginning) throws IOException {
            long giveUpNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_S);
            while (System.nanoTime() < giveUpNanos) {
                String line = out.readLine();
                if (line == null) break;
                if (line.startsWith(beginning)) return line;
            }
            throw new AssertionError("a process never said '" + beginning + "'");
        }
    }

    private static void run(String... command) throws Exception {
        if (status(command) != 0) throw new AssertionError("failed: " + String.join(" ", command));
    }

    private static boolean isThere(String... command) {
        try {
            return status(command) == 0;
        } catch (Exception e) {
            return false;
        }
    }

    private static boolean isNamespaceAllowed() {
        String trial = NAME + "t";
        return isThere("ip", "netns", "add", trial) && isThere("ip", "netns", "del", trial);
    }

    private static int status(String... command) throws Exception {
        Process process = new ProcessBuilder(command)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        return process.waitFor(20, TimeUnit.SECONDS) ? process.exitValue() : -1;
    }
}
