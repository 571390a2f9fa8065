package dev.convoy.tools.command;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The file of a {@code --json} option. */
public final class JsonFile {
    private JsonFile() {}

    /** To be called before the work whose result it is to get. */
    public static void requireWritable(Path file) {
        Path folder = file.toAbsolutePath().getParent();
        boolean writable = Files.exists(file)
                ? Files.isRegularFile(file) && Files.isWritable(file)
                : folder != null && Files.isDirectory(folder) && Files.isWritable(folder);
        if (!writable) throw CommandFailure.usage("--json: " + file + " cannot be written.");
    }

    public static void write(Path file, String text) {
        try {
            Files.writeString(file, text + "\n");
        } catch (IOException e) {
            throw CommandFailure.failed("The result could not be written to " + file + ": " + e.getMessage() + ".", e);
        }
    }
}
