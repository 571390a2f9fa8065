package dev.convoy.tools.cluster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** A temporary folder with one log file for each process of a cluster. */
final class ProcessLogs {
    private final Path folder;

    private ProcessLogs(Path folder) {
        this.folder = folder;
    }

    static ProcessLogs create() throws IOException {
        return new ProcessLogs(Files.createTempDirectory("convoy-"));
    }

    Path folder() {
        return folder;
    }

    /** The file for a process of this name, which is there from now on. */
    Path fileFor(String name) throws IOException {
        Path file = folder.resolve(name.replace(' ', '-') + ".log");
        return Files.exists(file) ? file : Files.createFile(file);
    }

    void delete() {
        try (Stream<Path> files = Files.walk(folder)) {
            List<Path> deepestFirst = files.sorted(Comparator.reverseOrder()).toList();
            for (Path file : deepestFirst) Files.deleteIfExists(file);
        } catch (IOException e) {
            // A few kilobytes stay in the temporary folder.
        }
    }
}
