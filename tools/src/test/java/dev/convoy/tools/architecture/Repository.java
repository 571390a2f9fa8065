package dev.convoy.tools.architecture;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The source tree that these tests watch over, found from the folder of this module. */
final class Repository {
    private static final Pattern MODULE = Pattern.compile("<module>([^<]+)</module>");

    private Repository() {}

    /** The nearest folder above (or at) the working folder that has the wrapper script. */
    static Path root() {
        Path folder = Path.of("").toAbsolutePath();
        while (folder != null && !Files.exists(folder.resolve("mvnw"))) folder = folder.getParent();
        if (folder == null) throw new IllegalStateException("no mvnw in any folder above " + Path.of(""));
        return folder;
    }

    /** The folders of all modules that the root POM lists. */
    static List<Path> modules() {
        try {
            Path root = root();
            return MODULE.matcher(Files.readString(root.resolve("pom.xml")))
                    .results()
                    .map(module -> root.resolve(module.group(1)))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** All source files (main and test) of all modules with this ending, e.g. {@code .java}. */
    static List<Path> sources(String ending) {
        return modules().stream().flatMap(module -> under(module, ending)).toList();
    }

    private static Stream<Path> under(Path module, String ending) {
        Path sources = module.resolve("src");
        if (!Files.isDirectory(sources)) return Stream.empty();
        try (Stream<Path> files = Files.walk(sources)) {
            return files.filter(file -> file.toString().endsWith(ending)).sorted().toList().stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
