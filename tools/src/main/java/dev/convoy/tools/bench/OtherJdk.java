package dev.convoy.tools.bench;

import dev.convoy.tools.command.CommandFailure;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Looks for a newer JDK than the one that runs us, where Linux distributions install theirs. */
final class OtherJdk {
    private static final Path INSTALLED = Path.of("/usr/lib/jvm");
    private static final String VERSION = "JAVA_VERSION=";

    private OtherJdk() {}

    /** The {@code java} of the newest JDK of a later feature release than ours, null when there is none. */
    static @Nullable Path newest() {
        return newest(INSTALLED, Runtime.version().feature());
    }

    static @Nullable Path newest(Path installed, int thanFeature) {
        Path best = null;
        int bestFeature = thanFeature;
        if (!Files.isDirectory(installed)) return null;
        try (DirectoryStream<Path> homes = Files.newDirectoryStream(installed)) {
            for (Path home : homes) {
                Path java = home.resolve("bin").resolve("java");
                int feature = Files.isExecutable(java) ? feature(home.resolve("release")) : 0;
                if (feature <= bestFeature) continue;
                best = java;
                bestFeature = feature;
            }
        } catch (IOException unreadable) {
            return null;
        }
        return best;
    }

    /** From a line as {@code JAVA_VERSION="25.0.1"}; 0 when there is none. */
    private static int feature(Path release) throws IOException {
        if (!Files.isReadable(release)) return 0;
        for (String line : Files.readAllLines(release)) {
            if (!line.startsWith(VERSION)) continue;
            String digits = line.substring(VERSION.length()).replaceAll("^\"?(\\d{1,4}).*", "$1");
            return digits.matches("\\d{1,4}") ? Integer.parseInt(digits) : 0;
        }
        return 0;
    }

    static void requireExecutable(Path java) {
        if (Files.isRegularFile(java) && Files.isExecutable(java)) return;
        throw CommandFailure.usage("--java: " + java + " is no program; give the path of a JDK's bin/java.");
    }
}
