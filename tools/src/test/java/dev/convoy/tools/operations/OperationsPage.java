package dev.convoy.tools.operations;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * {@code docs/OPERATIONS.md}, whose tables follow from the code. With {@code -Dconvoy.docs=write} they are written anew
 * instead of being compared.
 */
final class OperationsPage {
    private static final Path PAGE = root().resolve(Path.of("docs", "OPERATIONS.md"));

    private OperationsPage() {}

    static Path root() {
        Path folder = Path.of("").toAbsolutePath();
        while (folder != null && !Files.exists(folder.resolve("mvnw"))) folder = folder.getParent();
        if (folder == null) throw new IllegalStateException("no mvnw in any folder above " + Path.of(""));
        return folder;
    }

    /** Holds the table between {@code <!-- name -->} and {@code <!-- end -->} against these lines. */
    static void holds(String name, List<String> table) throws IOException {
        String page = Files.readString(PAGE);
        Matcher section = Pattern.compile("(<!-- " + name + " -->\\n)(.*?)(<!-- end -->)", Pattern.DOTALL)
                .matcher(page);
        assertThat(section.find()).as("%s has a section %s", PAGE, name).isTrue();
        if ("write".equals(System.getProperty("convoy.docs"))) {
            String text = String.join("\n", table) + "\n";
            Files.writeString(PAGE, page.substring(0, section.start(2)) + text + page.substring(section.end(2)));
            return;
        }
        assertThat(section.group(2).lines().toList())
                .as("%s, section %s; -Dconvoy.docs=write writes it anew", PAGE, name)
                .isEqualTo(table);
    }
}
