package dev.convoy.k8s;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;

import dev.convoy.node.NodeSettings;
import dev.convoy.operations.settings.Declarations;
import dev.convoy.operations.settings.Setting;
import dev.convoy.operations.settings.Sources;
import dev.convoy.router.RouterSettings;
import io.kubernetes.client.openapi.models.V1Container;
import io.kubernetes.client.openapi.models.V1EnvVar;
import io.kubernetes.client.openapi.models.V1LifecycleHandler;
import io.kubernetes.client.openapi.models.V1PodTemplateSpec;
import io.kubernetes.client.openapi.models.V1Secret;
import io.kubernetes.client.openapi.models.V1VolumeProjection;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.interfaces.XECPublicKey;
import java.security.spec.NamedParameterSpec;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the pods are told: settings that the programs really read, secrets by reference, time enough to drain. */
class SettingsTest {
    private static final String OVERLAYS = "dev.convoy.k8s.Manifests#overlays";
    private static final Pattern SECRET_LOOKING = Pattern.compile("\\b[0-9a-fA-F]{64}\\b|://[^/\\s]*:[^/\\s]*@");
    /** What a process may need besides its drain: closing Redis and Vert.x, and some to spare. */
    private static final int CLOSE_SECONDS = 15;

    private static final String FILE = "_FILE";
    private static final String SECRETS_FOLDER = "/etc/convoy/secrets/";

    private static final Map<String, Declarations> PROGRAMS =
            Map.of(Manifests.NODE, NodeSettings.ALL, Manifests.ROUTER, RouterSettings.ALL);

    /** What the manifests give already and a program will read soon. */
    private static final Set<String> PROMISED = Set.of("CONVOY_CLUSTER_KEY", "CONVOY_RESET_KEY");

    @ParameterizedTest
    @MethodSource(OVERLAYS)
    void everySettingIsOneThatTheProgramReads(String overlay) {
        Manifests manifests = Manifests.of(overlay);
        manifests.pods().forEach((program, pod) -> {
            Set<String> read = readBy(program);
            assertThat(read).as("settings that %s knows", program).hasSizeGreaterThan(5);
            assertThat(given(manifests, pod).keySet())
                    .as("settings of %s", program)
                    .allSatisfy(name -> assertThat(read).contains(name));
        });
    }

    @ParameterizedTest
    @MethodSource(OVERLAYS)
    void everyValueIsOneThatTheProgramTakes(String overlay) {
        Manifests manifests = Manifests.of(overlay);
        manifests.pods().forEach((program, pod) -> {
            Map<String, String> values = new HashMap<>(given(manifests, pod));
            // What the cluster fills in, and the keys in their files.
            values.put("CONVOY_NODE_HOST", "10.0.0.7");
            values.put("CONVOY_ROUTER_HOST", "10.0.0.8");
            values.put("CONVOY_NODE_INSTANCE", "convoy-node-0");
            values.put("CONVOY_NODE_ORDINAL", "0");
            values.keySet()
                    .removeIf(name -> name.endsWith(FILE) || !readBy(program).contains(name));
            values.put("CONVOY_TOKEN_KEY", "00".repeat(32));
            values.put("CONVOY_CLUSTER_KEY", "00".repeat(32));
            values.put("CONVOY_RESET_KEY", "00".repeat(32));
            values.keySet().removeIf(name -> !readBy(program).contains(name));
            assertThatNoException()
                    .as("settings of %s", program)
                    .isThrownBy(() -> programs(program).read(Sources.of(values)));
        });
    }

    private static Declarations programs(String program) {
        return Objects.requireNonNull(PROGRAMS.get(program));
    }

    @Test
    void aNodeIsToldWhoItIsByItsPod() {
        Map<String, String> fields =
                Manifests.of("production")
                        .nodes()
                        .getSpec()
                        .getTemplate()
                        .getSpec()
                        .getContainers()
                        .get(0)
                        .getEnv()
                        .stream()
                        .filter(variable -> variable.getValueFrom() != null)
                        .collect(Collectors.toMap(
                                V1EnvVar::getName,
                                variable ->
                                        variable.getValueFrom().getFieldRef().getFieldPath()));
        assertThat(fields)
                .containsEntry("CONVOY_NODE_HOST", "status.podIP")
                .containsEntry("CONVOY_NODE_INSTANCE", "metadata.name")
                .containsEntry("CONVOY_NODE_ORDINAL", "metadata.labels['apps.kubernetes.io/pod-index']");
    }

    @ParameterizedTest
    @MethodSource(OVERLAYS)
    void everySecretIsAFileThatTheVolumeHolds(String overlay) {
        Manifests manifests = Manifests.of(overlay);
        manifests.pods().forEach((name, pod) -> {
            Set<String> mounted = pod.getSpec().getVolumes().stream()
                    .filter(volume -> volume.getProjected() != null)
                    .flatMap(volume -> volume.getProjected().getSources().stream())
                    .flatMap(source -> source.getSecret().getItems().stream())
                    .map(item -> SECRETS_FOLDER + item.getPath())
                    .collect(Collectors.toSet());
            Set<String> asked = given(manifests, pod).entrySet().stream()
                    .filter(setting -> setting.getKey().endsWith(FILE))
                    .map(Map.Entry::getValue)
                    .collect(Collectors.toSet());
            assertThat(mounted).as("secrets of %s", name).isEqualTo(asked).isNotEmpty();
            assertThat(container(pod).getVolumeMounts()).anySatisfy(mount -> {
                assertThat(mount.getMountPath() + "/").isEqualTo(SECRETS_FOLDER);
                assertThat(mount.getReadOnly()).isTrue();
            });
        });
    }

    @Test
    void aRouterGetsNoKeyThatOpensOrMakesAnything() {
        Manifests manifests = Manifests.of("production");
        assertThat(given(manifests, manifests.routers().getSpec().getTemplate()).keySet())
                .doesNotContain("CONVOY_CLUSTER_KEY_FILE", "CONVOY_TOKEN_KEY_FILE");
    }

    @Test
    void noSecretStandsInStagingOrProduction() {
        for (String overlay : List.of("staging", "production")) {
            Manifests manifests = Manifests.of(overlay);
            assertThat(manifests.secrets()).as("secrets of %s", overlay).isEmpty();
            assertThat(manifests.documents())
                    .noneSatisfy(document -> assertThat(document.toString()).containsPattern(SECRET_LOOKING));
        }
    }

    @Test
    void localSecretsAreAllThereAndItsPublicKeyIsTheOneThatIsTold() throws Exception {
        Manifests manifests = Manifests.of("local");
        Map<String, V1Secret> byName = new HashMap<>();
        manifests.secrets().forEach(secret -> byName.put(secret.getMetadata().getName(), secret));
        Map<String, Set<String>> keys = new HashMap<>();
        byName.forEach((name, secret) -> keys.put(name, secret.getData().keySet()));
        List<V1VolumeProjection> mounted = manifests.pods().values().stream()
                .flatMap(pod -> pod.getSpec().getVolumes().stream())
                .filter(volume -> volume.getProjected() != null)
                .flatMap(volume -> volume.getProjected().getSources().stream())
                .toList();
        assertThat(mounted)
                .isNotEmpty()
                .allSatisfy(source -> assertThat(
                                keys.getOrDefault(source.getSecret().getName(), Set.of()))
                        .containsExactly(source.getSecret().getItems().get(0).getKey()));
        byte[] key = byName.entrySet().stream()
                .filter(secret -> secret.getKey().startsWith("convoy-cluster-key"))
                .findFirst()
                .orElseThrow()
                .getValue()
                .getData()
                .get("private-key");
        byte[] privateKey = HexFormat.of().parseHex(new String(key, StandardCharsets.US_ASCII));
        String told = Files.readString(Manifests.folder().resolve("overlays/local/kustomization.yaml"));
        assertThat(told).contains(HexFormat.of().formatHex(publicKey(privateKey)));
    }

    @ParameterizedTest
    @MethodSource(OVERLAYS)
    void aPodHasTheTimeToEndInOrder(String overlay) {
        Manifests manifests = Manifests.of(overlay);
        V1PodTemplateSpec node = manifests.nodes().getSpec().getTemplate();
        long drainS = Long.parseLong(manifests.settings(node).getOrDefault("CONVOY_DRAIN_SECONDS", "none"));
        assertThat(node.getSpec().getTerminationGracePeriodSeconds())
                .as("seconds of grace, with %s s of drain", drainS)
                .isGreaterThanOrEqualTo(preStopSeconds(node) + drainS + CLOSE_SECONDS);
        assertThat(container(node).getLifecycle().getPreStop().getExec().getCommand())
                .containsExactly("convoy", "drain-here");
        V1PodTemplateSpec router = manifests.routers().getSpec().getTemplate();
        assertThat(preStopSeconds(router))
                .as("a load balancer needs time to learn")
                .isGreaterThanOrEqualTo(10);
        assertThat(router.getSpec().getTerminationGracePeriodSeconds())
                .isGreaterThanOrEqualTo(preStopSeconds(router) + CLOSE_SECONDS);
    }

    /** What a hook takes besides the drain, which is bounded by itself. */
    private static long preStopSeconds(V1PodTemplateSpec pod) {
        V1LifecycleHandler hook = container(pod).getLifecycle().getPreStop();
        return hook.getSleep() == null ? 0 : hook.getSleep().getSeconds();
    }

    private static V1Container container(V1PodTemplateSpec pod) {
        return pod.getSpec().getContainers().get(0);
    }

    /** All variables that a pod gets; those that the cluster fills in have an empty value. */
    private static Map<String, String> given(Manifests manifests, V1PodTemplateSpec pod) {
        Map<String, String> given = new HashMap<>(manifests.settings(pod));
        for (V1EnvVar variable : container(pod).getEnv()) {
            assertThat(given.put(variable.getName(), variable.getValue() == null ? "" : variable.getValue()))
                    .as("%s stands in the ConfigMap too", variable.getName())
                    .isNull();
        }
        return given;
    }

    /** The names that a program takes, those of secrets' files included. */
    private static Set<String> readBy(String program) {
        Set<String> names = new TreeSet<>(PROMISED);
        PROMISED.forEach(name -> names.add(name + FILE));
        for (Setting<?> setting : programs(program).all()) {
            names.add(setting.name());
            if (setting.mayBeFile()) names.add(setting.name() + FILE);
        }
        return names;
    }

    /** X25519 of a private key and the base point (RFC 7748): a generator that draws these bytes makes this pair. */
    private static byte[] publicKey(byte[] privateKey) throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("X25519");
        generator.initialize(NamedParameterSpec.X25519, new SecureRandom() {
            @Override
            public void nextBytes(byte[] bytes) {
                System.arraycopy(privateKey, 0, bytes, 0, bytes.length);
            }
        });
        return littleEndian(((XECPublicKey) generator.generateKeyPair().getPublic()).getU());
    }

    private static byte[] littleEndian(BigInteger number) {
        byte[] big = number.toByteArray();
        byte[] little = new byte[32];
        for (int i = 0; i < Math.min(32, big.length); i++) little[i] = big[big.length - 1 - i];
        return little;
    }
}
