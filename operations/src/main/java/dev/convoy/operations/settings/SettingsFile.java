package dev.convoy.operations.settings;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A file of settings, one a line: {@code NAME=value} (a properties or environment file) or {@code NAME: value} (flat
 * YAML). Empty lines and lines that begin with {@code #} say nothing; a value may stand in quotes.
 */
final class SettingsFile {
    private static final Pattern LINE = Pattern.compile("\\s*([^\\s:=]+)\\s*[=:]\\s*(.*?)\\s*");
    private static final Pattern QUOTED = Pattern.compile("\"([^\"]*)\"|'([^']*)'");
    private static final long BYTES_MAX = 1 << 20;

    private SettingsFile() {}

    /** The names and values in the file; what is not understood goes to {@code problems} as a sentence. */
    static Map<String, String> read(Path file, List<String> problems) {
        Map<String, String> values = new LinkedHashMap<>();
        int number = 0;
        for (String line : lines(file, problems)) {
            number++;
            if (line.isBlank() || line.strip().startsWith("#") || line.strip().equals("---")) continue;
            Matcher parts = LINE.matcher(line);
            if (!parts.matches()) {
                problems.add("Line " + number + " of " + file + " is not understood: one setting a line, NAME=value.");
            } else if (values.put(parts.group(1), unquoted(parts.group(2))) != null) {
                problems.add(parts.group(1) + " stands in " + file + " twice.");
            }
        }
        return values;
    }

    private static List<String> lines(Path file, List<String> problems) {
        return text(file, BYTES_MAX, problems).lines().toList();
    }

    private static String unquoted(String value) {
        Matcher quoted = QUOTED.matcher(value);
        if (!quoted.matches()) return value;
        return quoted.group(1) != null ? quoted.group(1) : quoted.group(2);
    }

    /** What a file holds; nothing, and a sentence in {@code problems}, when it cannot be read. */
    static String text(Path file, long bytesMax, List<String> problems) {
        try {
            if (Files.size(file) <= bytesMax) return Files.readString(file);
            problems.add(file + " is larger than " + bytesMax + " bytes.");
        } catch (CharacterCodingException binary) {
            problems.add(file + " is not UTF-8 text.");
        } catch (IOException unreadable) {
            problems.add(file + " cannot be read: " + reason(unreadable) + ".");
        }
        return "";
    }

    private static String reason(IOException e) {
        if (e instanceof NoSuchFileException) return "there is no such file";
        if (e instanceof AccessDeniedException) return "this user may not";
        return String.valueOf(e.getMessage());
    }
}
