package dev.convoy.k8s;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubernetes.client.openapi.models.V1Container;
import io.kubernetes.client.openapi.models.V1ContainerPort;
import io.kubernetes.client.openapi.models.V1NetworkPolicyPort;
import io.kubernetes.client.openapi.models.V1PodDisruptionBudget;
import io.kubernetes.client.openapi.models.V1PodSpec;
import io.kubernetes.client.openapi.models.V1PodTemplateSpec;
import io.kubernetes.client.openapi.models.V1Probe;
import io.kubernetes.client.openapi.models.V1ServicePort;
import io.kubernetes.client.openapi.models.V1StatefulSetSpec;
import io.kubernetes.client.openapi.models.V1TopologySpreadConstraint;
import io.kubernetes.client.openapi.models.V2HorizontalPodAutoscaler;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What our own programs need of the manifests, in every overlay. */
class InvariantsTest {
    private static final String OVERLAYS = "dev.convoy.k8s.Manifests#overlays";
    private static final String NAME = "app.kubernetes.io/name";
    private static final String ADMIN = "admin";

    @ParameterizedTest
    @MethodSource(OVERLAYS)
    void aNodeHasOneUdpPortForEachShard(String overlay) {
        Manifests manifests = Manifests.of(overlay);
        V1PodTemplateSpec pod = manifests.nodes().getSpec().getTemplate();
        Map<String, String> settings = manifests.settings(pod);
        int base = number(settings, "CONVOY_NODE_PORTS");
        int shards = number(settings, "CONVOY_NODE_SHARDS");
        assertThat(ports(pod, "UDP"))
                .containsExactlyInAnyOrderElementsOf(
                        IntStream.range(base, base + shards).boxed().toList());
    }

    @ParameterizedTest
    @MethodSource(OVERLAYS)
    void aRoutersPortIsTheOneThatTheServiceLeadsTo(String overlay) {
        Manifests manifests = Manifests.of(overlay);
        V1PodTemplateSpec pod = manifests.routers().getSpec().getTemplate();
        assertThat(ports(pod, "UDP")).containsExactly(number(manifests.settings(pod), "CONVOY_ROUTER_PORT"));
        List<V1ServicePort> open = manifests.service(Manifests.ROUTER).getSpec().getPorts();
        assertThat(open).hasSize(1);
        assertThat(open.get(0).getProtocol()).isEqualTo("UDP");
        assertThat(open.get(0).getTargetPort().getStrValue()).isEqualTo("game");
        assertThat(portNamed(pod, "game").getProtocol()).isEqualTo("UDP");
    }

    @ParameterizedTest
    @MethodSource(OVERLAYS)
    void clientsAddressesArriveAndTheAdminPortIsNotPublic(String overlay) {
        Manifests manifests = Manifests.of(overlay);
        assertThat(manifests.service(Manifests.ROUTER).getSpec().getExternalTrafficPolicy())
                .isEqualTo("Local");
        assertThat(manifests.all(io.kubernetes.client.openapi.models.V1Service.class))
                .allSatisfy(service -> {
                    boolean isPublic = List.of("LoadBalancer", "NodePort")
                            .contains(String.valueOf(service.getSpec().getType()));
                    if (isPublic) {
                        assertThat(service.getSpec().getPorts())
                                .allSatisfy(
                                        port -> assertThat(port.getProtocol()).isEqualTo("UDP"));
                    }
                });
    }

    @ParameterizedTest
    @MethodSource(OVERLAYS)
    void nodesStartTogetherAndCanBeLookedUpBeforeTheyAreReady(String overlay) {
        Manifests manifests = Manifests.of(overlay);
        V1StatefulSetSpec nodes = manifests.nodes().getSpec();
        assertThat(nodes.getPodManagementPolicy()).isEqualTo("Parallel");
        assertThat(nodes.getServiceName()).isEqualTo(Manifests.NODE);
        assertThat(manifests.service(Manifests.NODE).getSpec().getClusterIP()).isEqualTo("None");
        assertThat(manifests.service(Manifests.NODE).getSpec().getPublishNotReadyAddresses())
                .isTrue();
    }

    @ParameterizedTest
    @MethodSource(OVERLAYS)
    void selectorsFindWhatTheyAreMeantToFind(String overlay) {
        Manifests manifests = Manifests.of(overlay);
        manifests.pods().forEach((name, pod) -> {
            Map<String, String> labels = pod.getMetadata().getLabels();
            assertThat(labels).containsEntry(NAME, name);
            assertThat(manifests.service(name).getSpec().getSelector().entrySet())
                    .isSubsetOf(labels.entrySet());
            assertThat(pod.getSpec().getTopologySpreadConstraints())
                    .extracting(V1TopologySpreadConstraint::getTopologyKey)
                    .containsExactlyInAnyOrder("topology.kubernetes.io/zone", "kubernetes.io/hostname");
            assertThat(pod.getSpec().getTopologySpreadConstraints())
                    .allSatisfy(spread -> assertThat(
                                    spread.getLabelSelector().getMatchLabels().entrySet())
                            .isSubsetOf(labels.entrySet()));
            assertThat(manifests.all(V1PodDisruptionBudget.class)).anySatisfy(budget -> {
                assertThat(budget.getSpec().getSelector().getMatchLabels().entrySet())
                        .isSubsetOf(labels.entrySet());
                assertThat(budget.getSpec().getMaxUnavailable().getIntValue()).isEqualTo(1);
            });
        });
        assertThat(manifests.nodes().getSpec().getSelector().getMatchLabels()).containsEntry(NAME, Manifests.NODE);
        assertThat(manifests.routers().getSpec().getSelector().getMatchLabels()).containsEntry(NAME, Manifests.ROUTER);
    }

    @ParameterizedTest
    @MethodSource(OVERLAYS)
    void policiesLetInWhatThePortsAreFor(String overlay) {
        Manifests manifests = Manifests.of(overlay);
        if (!manifests.has("NetworkPolicy", Manifests.NODE)) return;
        manifests.pods().forEach((name, pod) -> {
            List<V1NetworkPolicyPort> admitted = manifests.policy(name).getSpec().getIngress().stream()
                    .flatMap(rule -> Objects.requireNonNull(rule.getPorts()).stream())
                    .toList();
            for (V1ContainerPort port : containerPorts(pod)) {
                assertThat(admitted)
                        .as("port %s of %s", port.getName(), name)
                        .anySatisfy(range -> assertThat(isIn(port, range)).isTrue());
            }
        });
        assertThat(manifests.policy(Manifests.NODE).getSpec().getIngress())
                .allSatisfy(rule ->
                        assertThat(rule.getFrom()).as("who may speak to nodes").isNotEmpty());
        assertThat(manifests.policy(Manifests.ROUTER).getSpec().getIngress().stream()
                        .filter(rule -> rule.getFrom().isEmpty())
                        .flatMap(rule -> rule.getPorts().stream())
                        .map(V1NetworkPolicyPort::getProtocol))
                .as("what strangers may speak to a router")
                .containsExactly("UDP");
    }

    @ParameterizedTest
    @MethodSource(OVERLAYS)
    void everybodyRunsWithoutRights(String overlay) {
        assertThat(Manifests.of(overlay).allPods()).allSatisfy(pod -> {
            V1PodSpec spec = pod.getSpec();
            assertThat(spec.getAutomountServiceAccountToken()).isFalse();
            assertThat(spec.getEnableServiceLinks()).isFalse();
            assertThat(spec.getSecurityContext().getRunAsNonRoot()).isTrue();
            assertThat(spec.getSecurityContext().getRunAsUser()).isPositive();
            assertThat(spec.getSecurityContext().getSeccompProfile().getType()).isEqualTo("RuntimeDefault");
            assertThat(spec.getHostNetwork()).isNull();
            assertThat(spec.getContainers()).allSatisfy(container -> {
                assertThat(container.getSecurityContext().getReadOnlyRootFilesystem())
                        .isTrue();
                assertThat(container.getSecurityContext().getAllowPrivilegeEscalation())
                        .isFalse();
                assertThat(container.getSecurityContext().getCapabilities().getDrop())
                        .containsExactly("ALL");
                assertThat(container.getResources().getRequests()).containsKeys("cpu", "memory");
                assertThat(container.getResources().getLimits()).containsKey("memory");
                assertThat(container.getResources().getRequests().get("memory"))
                        .as("memory is given, not lent")
                        .isEqualTo(container.getResources().getLimits().get("memory"));
            });
        });
    }

    @ParameterizedTest
    @MethodSource(OVERLAYS)
    void probesAskWhatTheAdminServerAnswers(String overlay) {
        Manifests manifests = Manifests.of(overlay);
        manifests.pods().forEach((name, pod) -> {
            V1Container container = pod.getSpec().getContainers().get(0);
            assertThat(portNamed(pod, ADMIN).getContainerPort())
                    .isEqualTo(number(manifests.settings(pod), "CONVOY_ADMIN_PORT"));
            assertThat(path(container.getStartupProbe())).isEqualTo("/startupz");
            assertThat(path(container.getReadinessProbe())).isEqualTo("/readyz");
            assertThat(path(container.getLivenessProbe())).isEqualTo("/livez");
            int killedAfterS = container.getLivenessProbe().getPeriodSeconds()
                    * container.getLivenessProbe().getFailureThreshold();
            assertThat(killedAfterS).as("a pause is no death").isGreaterThanOrEqualTo(30);
        });
    }

    @ParameterizedTest
    @MethodSource(OVERLAYS)
    void autoscalersGoDownSlowlyAndOwnTheCount(String overlay) {
        Manifests manifests = Manifests.of(overlay);
        List<V2HorizontalPodAutoscaler> scalers = manifests.all(V2HorizontalPodAutoscaler.class);
        if (scalers.isEmpty()) {
            assertThat(manifests.nodes().getSpec().getReplicas()).isPositive();
            return;
        }
        assertThat(manifests.nodes().getSpec().getReplicas()).isNull();
        assertThat(manifests.routers().getSpec().getReplicas()).isNull();
        assertThat(scalers).hasSize(2).allSatisfy(scaler -> {
            assertThat(manifests.has(
                            scaler.getSpec().getScaleTargetRef().getKind(),
                            scaler.getSpec().getScaleTargetRef().getName()))
                    .isTrue();
            assertThat(scaler.getSpec().getBehavior().getScaleDown().getStabilizationWindowSeconds())
                    .isGreaterThanOrEqualTo(600);
            assertThat(scaler.getSpec().getBehavior().getScaleDown().getPolicies())
                    .allSatisfy(policy -> assertThat(policy.getValue()).isEqualTo(1));
            assertThat(scaler.getSpec().getMaxReplicas()).isLessThanOrEqualTo(253);
        });
    }

    private static int number(Map<String, String> settings, String name) {
        assertThat(settings).containsKey(name);
        return Integer.parseInt(settings.get(name));
    }

    private static List<V1ContainerPort> containerPorts(V1PodTemplateSpec pod) {
        return pod.getSpec().getContainers().get(0).getPorts();
    }

    private static List<Integer> ports(V1PodTemplateSpec pod, String protocol) {
        return containerPorts(pod).stream()
                .filter(port -> protocol.equals(port.getProtocol()))
                .map(V1ContainerPort::getContainerPort)
                .toList();
    }

    private static V1ContainerPort portNamed(V1PodTemplateSpec pod, String name) {
        return containerPorts(pod).stream()
                .filter(port -> name.equals(port.getName()))
                .findFirst()
                .orElseThrow();
    }

    private static String path(V1Probe probe) {
        assertThat(probe.getHttpGet().getPort().getStrValue()).isEqualTo(ADMIN);
        return probe.getHttpGet().getPath();
    }

    private static boolean isIn(V1ContainerPort port, V1NetworkPolicyPort range) {
        if (!port.getProtocol().equals(range.getProtocol()) || range.getPort() == null) return false;
        int first = range.getPort().getIntValue();
        int last = range.getEndPort() == null ? first : range.getEndPort();
        return port.getContainerPort() >= first && port.getContainerPort() <= last;
    }
}
