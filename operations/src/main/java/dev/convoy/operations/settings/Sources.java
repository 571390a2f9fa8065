package dev.convoy.operations.settings;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Where a process's settings come from: the environment, a file that {@code CONVOY_CONFIG} or {@code --config} names,
 * and flags. What comes later in this order wins over what comes earlier; why is told in
 * {@code docs/decisions/0013-settings-and-the-admin-door.md}. An empty value is no value.
 *
 * @param given in rising order of precedence
 * @param problems what was found while they were gathered, a sentence each
 */
public record Sources(List<Given> given, List<String> problems) {
    /** A kind of source, in rising order of precedence. */
    enum Kind {
        DEFAULT("default"),
        ENVIRONMENT("environment"),
        FILE("file"),
        FLAG("flag"),
        PROGRAM("program");

        final String word;

        Kind(String word) {
            this.word = word;
        }
    }

    /** What one source gives: names and texts. */
    record Given(Kind kind, Map<String, String> values) {}

    /** The environment alone. */
    public static Sources of(Map<String, String> environment) {
        return ofProcess(new String[0], environment);
    }

    /** All three; the file is read now. */
    public static Sources ofProcess(String[] arguments, Map<String, String> environment) {
        List<String> problems = new ArrayList<>();
        Map<String, String> flags = Flags.read(arguments, problems);
        String configName = ProcessSettings.CONFIG.name();
        String file = flags.getOrDefault(configName, environment.getOrDefault(configName, ""));
        Map<String, String> fromFile = file.isBlank() ? Map.of() : SettingsFile.read(Path.of(file), problems);
        if (fromFile.containsKey(configName)) problems.add(configName + " cannot stand in the file that it names.");
        List<Given> given = List.of(
                new Given(Kind.ENVIRONMENT, withoutEmpty(ours(environment))),
                new Given(Kind.FILE, withoutEmpty(fromFile)),
                new Given(Kind.FLAG, withoutEmpty(flags)));
        return new Sources(given, problems);
    }

    /** The same with values from the program itself, which win over everything. */
    Sources and(Map<String, String> values) {
        List<Given> more = new ArrayList<>(given);
        more.add(new Given(Kind.PROGRAM, withoutEmpty(values)));
        return new Sources(more, problems);
    }

    private static Map<String, String> ours(Map<String, String> environment) {
        Map<String, String> ours = new LinkedHashMap<>();
        environment.entrySet().stream()
                .filter(entry -> entry.getKey().startsWith(Setting.PREFIX))
                .sorted(Map.Entry.comparingByKey())
                .forEach(entry -> ours.put(entry.getKey(), entry.getValue()));
        return ours;
    }

    private static Map<String, String> withoutEmpty(Map<String, String> values) {
        Map<String, String> full = new LinkedHashMap<>();
        values.forEach((name, text) -> {
            if (!text.isBlank()) full.put(name, text.strip());
        });
        return full;
    }
}
