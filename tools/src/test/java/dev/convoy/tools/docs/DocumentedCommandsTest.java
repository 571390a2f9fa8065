package dev.convoy.tools.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.convoy.tools.CommandLines;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.ParameterException;

/**
 * Every command in the documentation is one that exists. {@code ./convoy} lines are parsed by the command line itself,
 * overlays are rendered, files and modules that are named must be there; a program that no rule here knows is refused,
 * so that no command slips in untested. With {@code -Dconvoy.docs=run} demos, benchmarks and a development cluster with
 * a chat and a load on it are run as well, as they stand; that takes a few minutes.
 */
class DocumentedCommandsTest {
    private static final Path ROOT = root();

    /** Programs of other people that appear in passing. */
    private static final Set<String> COMMON = Set.of("git", "openssl", "kill", "curl", "sysctl", "redis-cli", "export");

    private static final Set<String> KUBECTL_VERBS = Set.of(
            "kustomize",
            "apply",
            "create",
            "port-forward",
            "rollout",
            "scale",
            "get",
            "logs",
            "exec",
            "delete",
            "drain");

    private static final Set<String> GOALS = Set.of("verify", "test", "install", "package", "clean", "spotless:apply");
    private static final Pattern BUILD_ARGUMENT = Pattern.compile("([A-Z_]+)=.*");

    private static Path root() {
        Path folder = Path.of("").toAbsolutePath();
        while (folder != null && !Files.exists(folder.resolve("mvnw"))) folder = folder.getParent();
        if (folder == null) throw new IllegalStateException("no mvnw in any folder above");
        return folder;
    }

    private static List<DocumentedCommand> documented() throws IOException {
        try (Stream<Path> docs = Files.walk(ROOT.resolve("docs"))) {
            Stream<Path> pages = docs.filter(file -> file.toString().endsWith(".md"));
            Stream<Path> top = Stream.of("README.md", "CONTRIBUTING.md").map(ROOT::resolve);
            return DocumentedCommand.of(ROOT, Stream.concat(top, pages));
        }
    }

    @TestFactory
    Stream<DynamicTest> everyCommandIsOneThatExists() throws IOException {
        List<DocumentedCommand> commands = documented();
        assertThat(commands).as("commands in the documentation").hasSizeGreaterThan(15);
        return commands.stream()
                .filter(command -> !command.isForm())
                .map(command -> DynamicTest.dynamicTest(command.toString(), () -> check(command)));
    }

    private static void check(DocumentedCommand command) throws Exception {
        switch (command.program()) {
            case "./convoy" -> checkConvoy(command);
            case "./mvnw" -> checkMaven(command);
            case "kubectl" -> checkKubectl(command);
            case "docker" -> checkDocker(command);
            default -> assertThat(COMMON).as(command.toString()).contains(command.program());
        }
    }

    /** In running text a command may stand without what it cannot do without. */
    private static void checkConvoy(DocumentedCommand command) {
        try {
            CommandLines.parse(command.arguments());
        } catch (MissingParameterException e) {
            assertThat(command.isWhole()).as("%s: %s", command, e.getMessage()).isFalse();
        } catch (ParameterException e) {
            throw new AssertionError(command + ": " + e.getMessage(), e);
        }
    }

    private static void checkMaven(DocumentedCommand command) {
        List<String> words = command.arguments();
        for (int i = 0; i < words.size(); i++) {
            String word = words.get(i);
            if (word.equals("-pl")) {
                for (String module : words.get(++i).split(",", -1))
                    assertThat(ROOT.resolve(module)).isDirectory();
            } else if (!word.startsWith("-")) {
                assertThat(GOALS).as(command.toString()).contains(word);
            }
        }
    }

    private static void checkKubectl(DocumentedCommand command) throws Exception {
        List<String> words = new ArrayList<>(command.arguments());
        if (words.get(0).equals("-n")) words.subList(0, 2).clear();
        assertThat(KUBECTL_VERBS).as(command.toString()).contains(words.get(0));
        for (String word : words) {
            if (word.startsWith("k8s/"))
                assertThat(ROOT.resolve(word)).as(command.toString()).exists();
            if (word.matches("(statefulset|deployment|pod|svc|service)/.*")) {
                assertThat(word).as(command.toString()).matches("\\w+/convoy-(node|router)(-\\d+)?");
            }
        }
        if (words.get(0).equals("kustomize")) render(command);
    }

    private static void render(DocumentedCommand command) throws Exception {
        boolean isThere = Stream.of(System.getenv().getOrDefault("PATH", "").split(":", -1))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, "kubectl")));
        Assumptions.assumeTrue(isThere, "There is no kubectl here: nothing is rendered.");
        Process process = new ProcessBuilder(command.words())
                .directory(ROOT.toFile())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String rendered = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(command.toString()).isZero();
        assertThat(rendered).contains("kind: StatefulSet");
    }

    private static void checkDocker(DocumentedCommand command) throws IOException {
        String dockerfile = Files.readString(ROOT.resolve("Dockerfile"));
        List<String> words = command.arguments();
        assertThat(words.get(0)).isIn("build", "run");
        for (int i = 1; i < words.size() - 1; i++) {
            if (words.get(i).equals("--build-arg")) {
                assertThat(dockerfile)
                        .contains("ARG "
                                + BUILD_ARGUMENT.matcher(words.get(i + 1)).replaceFirst("$1") + "=");
            }
        }
    }

    @Test
    void aCommandThatDoesNotExistIsFound() {
        DocumentedCommand wrong = new DocumentedCommand("here:1", "./convoy demo --fualt kill   # once", true);
        assertThat(wrong.words()).containsExactly("./convoy", "demo", "--fualt", "kill");
        assertThatCode(() -> check(wrong)).hasMessageContaining("fualt");
        assertThatCode(() -> check(new DocumentedCommand("here:2", "kubectl applie -k k8s/overlays/local", true)))
                .isInstanceOf(AssertionError.class);
        assertThatCode(() -> check(new DocumentedCommand("here:3", "make install", true)))
                .isInstanceOf(AssertionError.class);
    }

    @Test
    @EnabledIfSystemProperty(
            named = "convoy.docs",
            matches = "run",
            disabledReason = "takes minutes: -Dconvoy.docs=run")
    void theCommandsDoWhatTheyAreForAsTheyStand(@TempDir Path folder) throws Exception {
        List<DocumentedCommand> ours = documented().stream()
                .filter(command -> command.isWhole() && command.program().equals("./convoy"))
                .toList();
        for (DocumentedCommand command : ours) {
            if (Set.of("demo", "bench", "config").contains(command.arguments().get(0))) run(command, folder, "");
        }
        DocumentedCommand dev = ours.stream()
                .filter(command -> command.arguments().get(0).equals("dev"))
                .findFirst()
                .orElseThrow();
        Process cluster = start(dev, folder.resolve("dev.log"));
        try {
            await(folder.resolve("dev.log"), "Talk to it");
            for (DocumentedCommand command : ours) {
                if (Set.of("chat", "load").contains(command.arguments().get(0))) run(command, folder, "hello\n/quit\n");
            }
        } finally {
            cluster.destroy();
            assertThat(cluster.waitFor(60, TimeUnit.SECONDS)).isTrue();
        }
    }

    private static void run(DocumentedCommand command, Path folder, String typed) throws Exception {
        System.out.println("running " + command);
        Path log = folder.resolve("command.log");
        Process process = start(command, log);
        process.getOutputStream().write(typed.getBytes(StandardCharsets.UTF_8));
        process.getOutputStream().close();
        assertThat(process.waitFor(15, TimeUnit.MINUTES)).as(command.toString()).isTrue();
        assertThat(process.exitValue())
                .as("%s: %s", command, Files.readString(log))
                .isZero();
    }

    private static Process start(DocumentedCommand command, Path log) throws IOException {
        List<String> words = new ArrayList<>(command.words());
        words.set(0, ROOT.resolve("convoy").toString());
        return new ProcessBuilder(words)
                .directory(log.getParent().toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
    }

    private static void await(Path log, String text) throws Exception {
        long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(10);
        while (!Files.readString(log).contains(text)) {
            if (System.nanoTime() > deadline) throw new AssertionError(Files.readString(log));
            Thread.sleep(200);
        }
    }
}
