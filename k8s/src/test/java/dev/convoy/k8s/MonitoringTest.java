package dev.convoy.k8s;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Alerts, the dashboard and the autoscaler ask for metrics that the programs have. */
class MonitoringTest {
    private static final Path COMPONENTS = Manifests.folder().resolve("components");
    private static final Pattern METER = Pattern.compile("\"(convoy\\.[a-z.]+)\"");
    private static final Pattern QUERIED = Pattern.compile("\\b(convoy_[a-z_]+)\\b");
    private static final Set<String> SUFFIXES = Set.of(
            "", "_total", "_seconds", "_bucket", "_sum", "_count", "_seconds_bucket", "_seconds_sum", "_seconds_count");
    private static final Set<String> SEVERITIES = Set.of("page", "ticket");

    @Test
    void alertsAskForMetricsThatAreThere() throws IOException {
        assertThat(alerts()).hasSizeGreaterThan(10).allSatisfy(alert -> {
            assertKnown(String.valueOf(alert.get("expr")));
            assertThat(String.valueOf(alert.get("alert"))).startsWith("Convoy");
            assertThat(alert.keySet()).isSubsetOf("alert", "expr", "for", "labels", "annotations");
            assertThat(alert.get("labels"))
                    .isInstanceOfSatisfying(
                            Map.class,
                            labels -> assertThat(labels.get("severity")).isIn(SEVERITIES));
            assertThat(alert.get("annotations"))
                    .isInstanceOfSatisfying(
                            Map.class, words -> assertThat(words.get("summary")).isNotNull());
        });
        assertThat(alerts()).extracting(alert -> alert.get("alert")).doesNotHaveDuplicates();
    }

    @Test
    void theDashboardAsksForMetricsThatAreThere() throws IOException {
        List<String> queries = new ArrayList<>();
        JsonObject dashboard = JsonParser.parseString(Files.readString(COMPONENTS.resolve("dashboard/convoy.json")))
                .getAsJsonObject();
        dashboard.getAsJsonArray("panels").forEach(panel -> {
            if (!panel.getAsJsonObject().has("targets")) return;
            panel.getAsJsonObject()
                    .getAsJsonArray("targets")
                    .forEach(target ->
                            queries.add(target.getAsJsonObject().get("expr").getAsString()));
        });
        assertThat(queries).hasSizeGreaterThan(20).allSatisfy(query -> {
            assertThat(query).contains("namespace=\"$namespace\"");
            assertKnown(query);
        });
        assertThat(dashboard.getAsJsonArray("panels").asList().stream()
                        .map(panel -> panel.getAsJsonObject().get("id").getAsInt()))
                .doesNotHaveDuplicates();
    }

    @Test
    void whatTheOperatorsPageNamesIsThere() throws IOException {
        String page = Files.readString(Manifests.root().resolve("docs/OPERATIONS.md"));
        Pattern.compile("`(convoy_[a-z_]+)`").matcher(page).results().forEach(match -> assertKnown(match.group(1)));
        assertThat(Pattern.compile("`(Convoy[A-Z]\\w+)`")
                        .matcher(page)
                        .results()
                        .map(match -> match.group(1)))
                .isNotEmpty()
                .allSatisfy(name -> assertThat(alerts())
                        .extracting(alert -> alert.get("alert"))
                        .contains(name));
    }

    @Test
    void theAutoscalersMeasureIsThere() throws IOException {
        assertKnown(Files.readString(COMPONENTS.resolve("hpa/node.yaml"))
                .lines()
                .filter(line -> line.contains("name: convoy_"))
                .findFirst()
                .orElseThrow());
    }

    @Test
    void whatIsMonitoredIsTheAdminPortOfBothPrograms() {
        Manifests manifests = Manifests.of("production");
        assertThat(manifests.documents())
                .filteredOn(document -> "PodMonitor".equals(document.get("kind")))
                .singleElement()
                .satisfies(monitor -> assertThat(String.valueOf(monitor.get("spec")))
                        .contains("port=admin", "path=/metrics", Manifests.NODE, Manifests.ROUTER));
        assertThat(manifests.has("PrometheusRule", "convoy")).isTrue();
        assertThat(manifests.has("ConfigMap", "convoy-dashboard")).isTrue();
    }

    @SuppressWarnings("unchecked")
    private static List<Map<String, Object>> alerts() throws IOException {
        Map<String, Object> rules = Manifests.parse(Files.readString(COMPONENTS.resolve("alerts/rules.yaml")))
                .documents()
                .get(0);
        Map<String, Object> spec = (Map<String, Object>) rules.getOrDefault("spec", Map.of());
        List<Map<String, Object>> groups = (List<Map<String, Object>>) spec.getOrDefault("groups", List.of());
        return (List<Map<String, Object>>) groups.get(0).getOrDefault("rules", List.of());
    }

    private static void assertKnown(String query) {
        Set<String> meters = meters();
        assertThat(QUERIED.matcher(query).results().map(match -> match.group(1)))
                .as("metrics of: %s", query)
                .allSatisfy(name -> assertThat(SUFFIXES.stream()
                                .filter(name::endsWith)
                                .map(suffix -> name.substring(0, name.length() - suffix.length())))
                        .anyMatch(meters::contains));
    }

    /** All meters that the programs' sources name, as Prometheus writes them. */
    private static Set<String> meters() {
        Set<String> meters = new TreeSet<>();
        for (String module : List.of("node", "cluster-router", "operations")) {
            try (Stream<Path> files =
                    Files.walk(Manifests.root().resolve(module).resolve("src/main/java"))) {
                for (Path file :
                        files.filter(path -> path.toString().endsWith(".java")).toList()) {
                    METER.matcher(Files.readString(file))
                            .results()
                            .forEach(match -> meters.add(match.group(1).replace('.', '_')));
                }
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }
        return meters;
    }
}
