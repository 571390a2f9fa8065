package dev.convoy.k8s;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubernetes.client.openapi.models.V1PodSpec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The Dockerfile and the image's entry, as far as they can be tested without a container engine. */
class ImageTest {
    private static final Path ROOT = Manifests.root();
    private static final Path ENTRY = ROOT.resolve("k8s/image/convoy");

    @ParameterizedTest
    @CsvSource({
        "node, node/src/main/java/dev/convoy/node/NodeMain.java",
        "router, cluster-router/src/main/java/dev/convoy/router/RouterMain.java",
        "demo, tools/src/main/java/dev/convoy/tools/ConvoyCommand.java",
    })
    void theEntryStartsAClassThatIsThere(String command, Path source, @TempDir Path folder) throws Exception {
        assertThat(ROOT.resolve(source)).exists();
        String main = source.subpath(4, source.getNameCount())
                .toString()
                .replace('/', '.')
                .replaceFirst("\\.java$", "");
        assertThat(started(folder, command)).contains(main);
    }

    @Test
    void aToolGetsItsArgumentsAndAnOperatorsOptionsWin(@TempDir Path folder) throws Exception {
        assertThat(started(folder, "load", "--server", "a b:7000"))
                .containsSubsequence("dev.convoy.tools.ConvoyCommand", "load", "--server", "a b:7000");
        assertThat(started(folder, "node")).containsSubsequence("-XX:+UseSerialGC", "-XX:+UseZGC", "-cp");
        assertThat(started(folder, "node")).doesNotContain("node");
    }

    /** With a process that takes its time to end, as a node does that drains. */
    @Test
    @Timeout(60)
    void thePreStopHookAsksForADrainAndWaitsUntilItIsOver() throws Exception {
        Process node = new ProcessBuilder(
                        "/bin/sh", "-c", "trap 'sleep 1; exit 0' TERM; echo up; while :; do sleep 0.1; done")
                .start();
        try {
            assertThat(node.inputReader().readLine()).isEqualTo("up");
            ProcessBuilder hook = new ProcessBuilder("/bin/sh", ENTRY.toString(), "drain-here").inheritIO();
            hook.environment().put("CONVOY_NODE_PID", String.valueOf(node.pid()));
            Process hooked = hook.start();
            assertThat(hooked.waitFor()).isZero();
            assertThat(node.isAlive()).as("the node when the hook is over").isFalse();
            assertThat(node.exitValue()).isZero();
        } finally {
            node.destroyForcibly();
        }
    }

    /** The entry, with a java that only says what it was called with. */
    private static List<String> started(Path folder, String... arguments) throws IOException, InterruptedException {
        Path java = Files.createDirectories(folder.resolve("bin")).resolve("java");
        Files.writeString(java, "#!/bin/sh\nfor word in \"$@\"; do echo \"$word\"; done\n");
        Files.setPosixFilePermissions(java, PosixFilePermissions.fromString("rwxr-xr-x"));
        List<String> words = new ArrayList<>(List.of("/bin/sh", ENTRY.toString()));
        words.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(words).redirectErrorStream(true);
        builder.environment().put("JAVA_HOME", folder.toString());
        builder.environment().put("CONVOY_JAVA_OPTS", "-XX:+UseZGC");
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output.lines().toList();
    }

    @Test
    void theDockerfileCopiesWhatIsThereAndRunsAsNobody() throws IOException {
        String dockerfile = Files.readString(ROOT.resolve("Dockerfile"));
        Matcher copied =
                Pattern.compile("(?m)^COPY (?:--chmod=\\d+ )?([a-z0-9][^ ]*) ").matcher(dockerfile);
        assertThat(copied.find()).isTrue();
        assertThat(ROOT.resolve(copied.group(1))).isExecutable();
        assertThat(dockerfile)
                .contains("ARG BASE_IMAGE=")
                .contains("USER 10001:10001")
                .contains("ENTRYPOINT [\"convoy\"]");
        // What it takes out of the build must be there under that name.
        String pom = Files.readString(ROOT.resolve("pom.xml"));
        Matcher removed = Pattern.compile("<module>(\\w+)<\\\\/module>").matcher(dockerfile);
        while (removed.find()) assertThat(pom).contains("<module>" + removed.group(1) + "</module>");
        assertThat(Files.readAllLines(ROOT.resolve(".dockerignore"))).contains(".git", "**/target", "!k8s/image");
    }

    @Test
    void podsRunAsTheImagesUserAndStartWhatTheEntryKnows() {
        Manifests manifests = Manifests.of("production");
        assertThat(manifests.pods().values()).allSatisfy(pod -> {
            V1PodSpec spec = pod.getSpec();
            assertThat(spec.getSecurityContext().getRunAsUser()).isEqualTo(10001L);
            assertThat(spec.getContainers().get(0).getCommand()).isEmpty();
        });
        assertThat(manifests
                        .nodes()
                        .getSpec()
                        .getTemplate()
                        .getSpec()
                        .getContainers()
                        .get(0)
                        .getArgs())
                .containsExactly("node");
        assertThat(manifests
                        .routers()
                        .getSpec()
                        .getTemplate()
                        .getSpec()
                        .getContainers()
                        .get(0)
                        .getArgs())
                .containsExactly("router");
    }
}
