package dev.convoy.k8s;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.Gson;
import com.google.gson.JsonElement;
import io.kubernetes.client.util.ModelMapper;
import io.kubernetes.client.util.Yaml;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every overlay renders to what the Kubernetes API takes, without a field that it does not know. */
class ShapeTest {
    /** Of operators that a cluster may have; their fields are held by tests of our own. */
    private static final Set<String> CUSTOM = Set.of("monitoring.coreos.com/v1");

    private static final Pattern FILE =
            Pattern.compile("(?:- |path: |files: \\[|=)([A-Za-z0-9_./-]+\\.(?:yaml|env|json))");

    @ParameterizedTest
    @MethodSource("dev.convoy.k8s.Manifests#overlays")
    void everyDocumentIsOneThatKubernetesKnows(String overlay) {
        assertThat(Manifests.of(overlay).documents()).allSatisfy(ShapeTest::check);
    }

    @ParameterizedTest
    @MethodSource("dev.convoy.k8s.Manifests#overlays")
    void nothingIsThereTwice(String overlay) {
        List<String> names = Manifests.of(overlay).documents().stream()
                .map(document -> document.get("kind") + "/" + Manifests.nameOf(document))
                .toList();
        assertThat(names).doesNotHaveDuplicates().hasSizeGreaterThan(10);
    }

    @Test
    void aFieldThatKubernetesDoesNotKnowIsFound() {
        Map<String, Object> misspelt = Manifests.parse("""
                apiVersion: v1
                kind: Service
                metadata: {name: x}
                spec: {externalTraficPolicy: Local}
                """).documents().get(0);
        assertThatThrownBy(() -> check(misspelt)).hasMessageContaining("externalTraficPolicy");
    }

    @Test
    void aRequiredFieldThatIsMissingIsFound() {
        Map<String, Object> without = Manifests.parse("""
                apiVersion: apps/v1
                kind: StatefulSet
                metadata: {name: x}
                spec: {serviceName: x, selector: {matchLabels: {a: b}}, template: {spec: {containers: [{image: x}]}}}
                """).documents().get(0);
        assertThatThrownBy(() -> check(without)).hasMessageContaining("name");
    }

    @Test
    void aKeyThatStandsTwiceIsFound() {
        assertThatThrownBy(() -> Manifests.parse("spec: {replicas: 1, replicas: 2}"))
                .hasMessageContaining("duplicate key");
    }

    @Test
    void everySourceFileIsYamlWithoutDuplicateKeys() throws IOException {
        for (Path file : sources(".yaml")) {
            String yaml = Files.readString(file);
            // A list of patches is no mapping.
            if (yaml.lines().noneMatch(line -> line.startsWith("- op:"))) {
                assertThat(Manifests.parse(yaml).documents()).as("%s", file).isNotEmpty();
            }
        }
    }

    @Test
    void everySourceFileIsUsedByTheKustomizationBesideIt() throws IOException {
        for (Path kustomization : sources("kustomization.yaml")) {
            Path folder = Objects.requireNonNull(kustomization.getParent());
            Set<String> used = new HashSet<>();
            FILE.matcher(Files.readString(kustomization)).results().forEach(match -> used.add(match.group(1)));
            FILE.matcher(Files.readString(kustomization).replace("envs: [", "- "))
                    .results()
                    .forEach(match -> used.add(match.group(1)));
            try (Stream<Path> files = Files.walk(folder)) {
                assertThat(files.filter(Files::isRegularFile)
                                .filter(file -> !file.equals(kustomization))
                                .map(file -> folder.relativize(file).toString()))
                        .as("files of %s that it names", kustomization)
                        .allSatisfy(file -> assertThat(used).contains(file));
            }
        }
    }

    private static List<Path> sources(String ending) throws IOException {
        try (Stream<Path> files = Files.walk(Manifests.folder())) {
            return files.filter(file -> file.toString().endsWith(ending))
                    .filter(file -> !file.toString().contains("/target/"))
                    .sorted()
                    .toList();
        }
    }

    /** Twice: the loader refuses unknown fields, the model's own check those that are missing. */
    private static void check(Map<String, Object> document) {
        String api = String.valueOf(document.get("apiVersion"));
        if (CUSTOM.contains(api)) return;
        Class<?> type = ModelMapper.getApiTypeClass(api, String.valueOf(document.get("kind")));
        assertThat(type).as("the type of %s %s", api, document.get("kind")).isNotNull();
        try {
            JsonElement json = new Gson().toJsonTree(document);
            type.getMethod("validateJsonElement", JsonElement.class).invoke(null, json);
            assertThat(Yaml.load(json.toString())).isInstanceOf(type);
        } catch (InvocationTargetException e) {
            throw new AssertionError(String.valueOf(e.getCause()), e);
        } catch (ReflectiveOperationException | IOException e) {
            throw new AssertionError(e);
        }
    }
}
