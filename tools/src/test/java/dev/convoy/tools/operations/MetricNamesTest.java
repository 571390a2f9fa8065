package dev.convoy.tools.operations;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Dashboards, alerts and autoscaling ask for metrics that there are. What there is stands in the documentation, which
 * {@link RunningClusterTest} holds against a running cluster.
 */
class MetricNamesTest {
    private static final Pattern NAME = Pattern.compile("\\bconvoy_[a-z0-9_]+");
    private static final Pattern DOCUMENTED = Pattern.compile("^\\| `(convoy_[a-z0-9_]+)`", Pattern.MULTILINE);
    private static final Pattern OF_A_HISTOGRAM = Pattern.compile("_(bucket|count|sum|max)$");

    @Test
    void whatTheManifestsAskForIsMeasured() throws IOException {
        Path root = OperationsPage.root();
        Set<String> documented = DOCUMENTED
                .matcher(Files.readString(root.resolve(Path.of("docs", "OPERATIONS.md"))))
                .results()
                .map(match -> match.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(documented).hasSizeGreaterThan(20);
        assertThat(namesUnder(root.resolve("k8s")))
                .allSatisfy(name -> assertThat(documented.contains(name)
                                || documented.contains(
                                        OF_A_HISTOGRAM.matcher(name).replaceFirst("")))
                        .as("%s, which a file under k8s/ asks for, is in docs/OPERATIONS.md", name)
                        .isTrue());
    }

    private static Set<String> namesUnder(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            Set<String> names = new TreeSet<>();
            for (Path file : files.filter(MetricNamesTest::mayAsk).toList()) {
                NAME.matcher(Files.readString(file))
                        .results()
                        .map(MatchResult::group)
                        .forEach(names::add);
            }
            return names;
        }
    }

    private static boolean mayAsk(Path file) {
        String name = file.getFileName().toString();
        boolean isBuilt = file.toString().contains("/target/");
        return Files.isRegularFile(file) && !isBuilt && (name.endsWith(".yaml") || name.endsWith(".json"));
    }
}
