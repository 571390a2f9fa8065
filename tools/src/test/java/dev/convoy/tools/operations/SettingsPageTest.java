package dev.convoy.tools.operations;

import static org.assertj.core.api.Assertions.assertThat;

import dev.convoy.node.NodeSettings;
import dev.convoy.operations.settings.Declarations;
import dev.convoy.operations.settings.Setting;
import dev.convoy.operations.settings.SettingsPage;
import dev.convoy.router.RouterSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What is written about settings is what the processes declare, and they read nothing that they do not declare. */
class SettingsPageTest {
    private static final Pattern NAME = Pattern.compile("\"(CONVOY_[A-Z0-9_]+)\"");

    @Test
    void theDocumentationListsEverySettingAsItIsDeclared() throws IOException {
        OperationsPage.holds("settings:node", SettingsPage.markdown(NodeSettings.ALL));
        OperationsPage.holds("settings:router", SettingsPage.markdown(RouterSettings.ALL));
    }

    @Test
    void noProcessReadsASettingThatIsNotDeclared() throws IOException {
        Set<String> declared = new TreeSet<>();
        for (Declarations all : List.of(NodeSettings.ALL, RouterSettings.ALL)) {
            all.all().stream().map(Setting::name).forEach(declared::add);
        }
        for (String module : List.of("node", "cluster-router", "operations")) {
            Set<String> undeclared = namesIn(OperationsPage.root().resolve(Path.of(module, "src", "main", "java")));
            undeclared.removeAll(declared);
            assertThat(undeclared)
                    .as("names that %s's code uses and nobody declares", module)
                    .isEmpty();
        }
    }

    @Test
    void everySettingIsDocumentedInASentenceOfItsOwn() {
        List<String> sentences = new ArrayList<>();
        for (Declarations all : List.of(NodeSettings.ALL, RouterSettings.ALL)) {
            assertThat(all.all())
                    .allSatisfy(setting -> assertThat(setting.documentation())
                            .as(setting.name())
                            .endsWith(".")
                            .hasSizeGreaterThan(20));
            all.all().forEach(setting -> sentences.add(setting.name() + ": " + setting.documentation()));
        }
        assertThat(new TreeSet<>(sentences)
                        .stream().map(line -> line.split(":", 2)[0]).toList())
                .as("a setting that both have means the same to both")
                .doesNotHaveDuplicates();
    }

    private static Set<String> namesIn(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> file.toString().endsWith(".java"))
                    .flatMap(file -> NAME.matcher(read(file)).results())
                    .map((MatchResult match) -> match.group(1))
                    .collect(Collectors.toCollection(TreeSet::new));
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
