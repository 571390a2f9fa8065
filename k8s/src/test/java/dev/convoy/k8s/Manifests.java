package dev.convoy.k8s;

import com.google.gson.Gson;
import io.kubernetes.client.openapi.models.V1ConfigMap;
import io.kubernetes.client.openapi.models.V1Deployment;
import io.kubernetes.client.openapi.models.V1NetworkPolicy;
import io.kubernetes.client.openapi.models.V1PodTemplateSpec;
import io.kubernetes.client.openapi.models.V1Secret;
import io.kubernetes.client.openapi.models.V1Service;
import io.kubernetes.client.openapi.models.V1StatefulSet;
import io.kubernetes.client.util.Yaml;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.yaml.snakeyaml.LoaderOptions;

/**
 * What one overlay renders to: the documents as they would be sent to a cluster. Rendered by {@code kubectl kustomize},
 * which needs no cluster and no network; where there is no kubectl, the test that asks says so and is skipped.
 */
final class Manifests {
    static final String NODE = "convoy-node";
    static final String ROUTER = "convoy-router";

    private static final Map<String, Manifests> RENDERED = new ConcurrentHashMap<>();

    private final List<Map<String, Object>> documents;

    private Manifests(List<Map<String, Object>> documents) {
        this.documents = documents;
    }

    /** The repository. */
    static Path root() {
        Path folder = Path.of("").toAbsolutePath();
        while (folder != null && !Files.exists(folder.resolve("mvnw"))) folder = folder.getParent();
        if (folder == null) throw new IllegalStateException("no mvnw in any folder above");
        return folder;
    }

    /** Its folder {@code k8s}. */
    static Path folder() {
        return root().resolve("k8s");
    }

    /** The names of all overlays. */
    static Stream<String> overlays() throws IOException {
        try (Stream<Path> folders = Files.list(folder().resolve("overlays"))) {
            return folders.map(path -> path.getFileName().toString()).sorted().toList().stream();
        }
    }

    static Manifests of(String overlay) {
        Assumptions.assumeTrue(
                isKubectlThere(), "There is no kubectl here: the overlays are not rendered and not checked.");
        return RENDERED.computeIfAbsent(
                overlay, name -> parse(render(folder().resolve("overlays").resolve(name))));
    }

    /** Documents of this YAML; a key that stands twice in one mapping is refused. */
    @SuppressWarnings("unchecked")
    static Manifests parse(String yaml) {
        LoaderOptions strict = new LoaderOptions();
        strict.setAllowDuplicateKeys(false);
        List<Map<String, Object>> documents = new ArrayList<>();
        for (Object document : new org.yaml.snakeyaml.Yaml(strict).loadAll(yaml)) {
            if (document != null) documents.add((Map<String, Object>) document);
        }
        return new Manifests(documents);
    }

    private static boolean isKubectlThere() {
        return Stream.of(System.getenv().getOrDefault("PATH", "").split(":"))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, "kubectl")));
    }

    private static String render(Path overlay) {
        try {
            Path errors = Files.createTempFile("kubectl", ".err");
            Process process = new ProcessBuilder("kubectl", "kustomize", overlay.toString())
                    .redirectError(errors.toFile())
                    .start();
            String yaml = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            int status = process.waitFor();
            String told = Files.readString(errors);
            Files.delete(errors);
            if (status != 0 || !told.isBlank()) throw new AssertionError("kubectl kustomize " + overlay + ": " + told);
            return yaml;
        } catch (IOException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    List<Map<String, Object>> documents() {
        return documents;
    }

    /** Whether the overlay has anything of this kind and name. */
    boolean has(String kind, String name) {
        return documents.stream().anyMatch(document -> is(document, kind, name));
    }

    private static boolean is(Map<String, Object> document, String kind, String name) {
        return kind.equals(document.get("kind")) && name.equals(nameOf(document));
    }

    static String nameOf(Map<String, Object> document) {
        return document.get("metadata") instanceof Map<?, ?> metadata ? String.valueOf(metadata.get("name")) : "";
    }

    /** All documents of a kind, typed. */
    <T> List<T> all(Class<T> type) {
        String kind = type.getSimpleName().replaceFirst("^V\\d+", "");
        return documents.stream()
                .filter(document -> kind.equals(document.get("kind")))
                .map(document -> typed(document, type))
                .toList();
    }

    private static <T> T typed(Map<String, Object> document, Class<T> type) {
        try {
            return type.cast(Yaml.load(new Gson().toJson(document)));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    V1StatefulSet nodes() {
        return all(V1StatefulSet.class).stream()
                .filter(set -> NODE.equals(set.getMetadata().getName()))
                .findFirst()
                .orElseThrow();
    }

    V1Deployment routers() {
        return all(V1Deployment.class).stream()
                .filter(set -> ROUTER.equals(set.getMetadata().getName()))
                .findFirst()
                .orElseThrow();
    }

    V1Service service(String name) {
        return all(V1Service.class).stream()
                .filter(service -> name.equals(service.getMetadata().getName()))
                .findFirst()
                .orElseThrow();
    }

    V1NetworkPolicy policy(String name) {
        return all(V1NetworkPolicy.class).stream()
                .filter(policy -> name.equals(policy.getMetadata().getName()))
                .findFirst()
                .orElseThrow();
    }

    /** The pods of our own two programs, by component. */
    Map<String, V1PodTemplateSpec> pods() {
        return Map.of(
                NODE, nodes().getSpec().getTemplate(),
                ROUTER, routers().getSpec().getTemplate());
    }

    /** Pods of everything, Redis included. */
    List<V1PodTemplateSpec> allPods() {
        List<V1PodTemplateSpec> pods = new ArrayList<>();
        all(V1StatefulSet.class).forEach(set -> pods.add(set.getSpec().getTemplate()));
        all(V1Deployment.class)
                .forEach(deployment -> pods.add(deployment.getSpec().getTemplate()));
        pods.sort(Comparator.comparing(pod -> pod.getMetadata().getLabels().toString()));
        return pods;
    }

    /** The settings that a pod gets from its ConfigMap; the name is as generated, with its hash. */
    Map<String, String> settings(V1PodTemplateSpec pod) {
        String name = pod.getSpec()
                .getContainers()
                .get(0)
                .getEnvFrom()
                .get(0)
                .getConfigMapRef()
                .getName();
        return all(V1ConfigMap.class).stream()
                .filter(map -> map.getMetadata().getName().equals(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no ConfigMap " + name))
                .getData();
    }

    List<V1Secret> secrets() {
        return all(V1Secret.class);
    }
}
