package dev.convoy.tools.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.conditions.ArchPredicates.are;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget.CodeUnitCallTarget;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The arrows between modules and packages, and what each of them must not know; over the whole repository. */
class ArrowsTest {
    private static final String PROTOCOL = "dev.convoy.protocol..";
    private static final String REDIS = "dev.convoy.redis..";
    private static final String OPERATIONS = "dev.convoy.operations..";
    private static final String NODE = "dev.convoy.node..";
    private static final String ROUTER = "dev.convoy.router..";
    private static final String CLIENT = "dev.convoy.client..";
    private static final String TOOLS = "dev.convoy.tools..";

    /** Names that say nothing about their subject. */
    private static final Set<String> EMPTY_NAMES =
            Set.of("impl", "util", "utils", "manager", "managers", "helper", "helpers", "common", "misc");

    /** Where the present time and chance come from: {@code owner#method}. */
    private static final Set<String> CLOCKS_AND_CHANCE = Set.of(
            "java.lang.System#currentTimeMillis",
            "java.lang.System#nanoTime",
            "java.lang.Math#random",
            "java.time.Instant#now",
            "java.time.LocalDateTime#now",
            "java.time.Clock#systemUTC",
            "java.time.Clock#systemDefaultZone",
            "java.util.UUID#randomUUID",
            "java.util.random.RandomGenerator#getDefault",
            "java.util.random.RandomGenerator#of",
            "java.util.concurrent.ThreadLocalRandom#current");

    /** All that the protocol may lean on: no socket, no thread, no clock, no logger, no framework. */
    private static final Set<String> PLAIN_COMPUTING = Set.of(
            "java.lang",
            "java.lang.annotation",
            "java.lang.invoke",
            "java.lang.runtime",
            "java.math",
            "java.nio",
            "java.nio.charset",
            "java.security",
            "java.security.interfaces",
            "java.security.spec",
            "java.util",
            "java.util.function",
            "java.util.stream",
            "javax.crypto",
            "javax.crypto.interfaces",
            "javax.crypto.spec",
            "org.jspecify.annotations");

    /** Of packages that are not plain computing, the classes that are. */
    private static final Set<String> PLAIN_CLASSES =
            Set.of("java.io.ByteArrayOutputStream", "java.util.random.RandomGenerator", "java.util.zip.CRC32C");

    private static final JavaClasses ALL = new ClassFileImporter()
            .importPaths(Repository.modules().stream()
                    .map(module -> module.resolve(Path.of("target", "classes")))
                    .toList());

    @Test
    void everyModuleIsLookedAt() {
        for (String module : List.of("protocol", "redis", "operations", "node", "router", "client", "tools")) {
            assertThat(ALL.containPackage("dev.convoy." + module))
                    .as("classes of dev.convoy.%s", module)
                    .isTrue();
        }
    }

    @Test
    void arrowsBetweenModulesAreTheFewThatTheDesignHas() {
        layeredArchitecture()
                .consideringOnlyDependenciesInLayers()
                .withOptionalLayers(true)
                .layer("protocol")
                .definedBy(PROTOCOL)
                .layer("redis")
                .definedBy(REDIS)
                .layer("operations")
                .definedBy(OPERATIONS)
                .layer("node")
                .definedBy(NODE)
                .layer("router")
                .definedBy(ROUTER)
                .layer("client")
                .definedBy(CLIENT)
                .layer("tools")
                .definedBy(TOOLS)
                .whereLayer("tools")
                .mayNotBeAccessedByAnyLayer()
                .whereLayer("client")
                .mayOnlyBeAccessedByLayers("tools")
                .whereLayer("router")
                .mayOnlyBeAccessedByLayers("tools")
                .whereLayer("node")
                .mayOnlyBeAccessedByLayers("tools")
                .whereLayer("operations")
                .mayOnlyBeAccessedByLayers("node", "router", "tools")
                .whereLayer("redis")
                .mayOnlyBeAccessedByLayers("node", "router", "tools")
                .whereLayer("protocol")
                .mayOnlyBeAccessedByLayers("redis", "node", "router", "client", "tools")
                .check(ALL);
    }

    @Test
    void packagesHaveNoCycles() {
        slices().matching("dev.convoy.(**)").should().beFreeOfCycles().check(ALL);
    }

    @Test
    void onlyTheRedisModuleKnowsItsDrivers() {
        noClasses()
                .that()
                .resideOutsideOfPackage(REDIS)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.lettuce..", "org.redisson..")
                .check(ALL);
    }

    @Test
    void operationsKnowsNoOtherModule() {
        noClasses()
                .that()
                .resideInAPackage(OPERATIONS)
                .should()
                .dependOnClassesThat(describe(
                        "belong to another module",
                        type -> type.getPackageName().startsWith("dev.convoy.")
                                && !type.getPackageName().startsWith("dev.convoy.operations")))
                .check(ALL);
    }

    @Test
    void theProtocolOnlyComputes() {
        noClasses()
                .that()
                .resideInAPackage(PROTOCOL)
                .should()
                .dependOnClassesThat(machinery())
                .allowEmptyShould(true)
                .check(ALL);
    }

    @Test
    void timeAndChanceAreArgumentsInTheProtocol() {
        noClockNoChance(PROTOCOL).check(ALL);
    }

    @Test
    void aClassWithAClockIsCaught() {
        JavaClasses fixture = new ClassFileImporter().importClasses(WithClock.class, WithChance.class);
        ArchRule rule = noClockNoChance("dev.convoy.tools.architecture");
        assertThatThrownBy(() -> rule.check(fixture))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("WithClock")
                .hasMessageContaining("WithChance");
    }

    @Test
    void packagesAreNamedAfterTheirSubject() {
        classes()
                .should()
                .resideOutsideOfPackages(
                        EMPTY_NAMES.stream().map(name -> ".." + name + "..").toArray(String[]::new))
                .check(ALL);
    }

    private static DescribedPredicate<JavaClass> machinery() {
        return describe("are more than plain computing", type -> {
            JavaClass base = type.getBaseComponentType();
            boolean plain = base.isPrimitive()
                    || PLAIN_COMPUTING.contains(base.getPackageName())
                    || PLAIN_CLASSES.contains(base.getName());
            boolean own = base.getPackageName().startsWith("dev.convoy.protocol");
            return !(plain || own) || base.isAssignableTo(Thread.class);
        });
    }

    private static ArchRule noClockNoChance(String packages) {
        return noClasses()
                .that()
                .resideInAPackage(packages)
                .should()
                .callCodeUnitWhere(
                        describe("reads a clock or draws at random", call -> isClockOrChance(call.getTarget())))
                .orShould()
                .dependOnClassesThat(
                        are(describe("SecureRandom", type -> type.isAssignableTo(java.security.SecureRandom.class))))
                .allowEmptyShould(true);
    }

    private static boolean isClockOrChance(CodeUnitCallTarget target) {
        String owner = target.getOwner().getName();
        boolean unseeded = target.getName().equals("<init>")
                && target.getRawParameterTypes().isEmpty()
                && Arrays.asList("java.util.Random", "java.util.SplittableRandom")
                        .contains(owner);
        return unseeded || CLOCKS_AND_CHANCE.contains(owner + "#" + target.getName());
    }

    /** What the rule is for. */
    private static final class WithClock {
        @SuppressWarnings("unused")
        long now() {
            return System.nanoTime();
        }
    }

    /** What the rule is for. */
    private static final class WithChance {
        @SuppressWarnings("unused")
        int draw() {
            return new java.util.Random().nextInt();
        }
    }
}
