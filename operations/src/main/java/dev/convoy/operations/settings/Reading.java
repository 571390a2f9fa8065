package dev.convoy.operations.settings;

import dev.convoy.operations.settings.Setting.Secrecy;
import dev.convoy.operations.settings.Sources.Given;
import dev.convoy.operations.settings.Sources.Kind;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One reading of all settings from their sources. It goes on after a problem, to find the others as well. */
final class Reading {
    private static final long SECRET_FILE_BYTES_MAX = 1 << 16;

    private final Declarations declarations;
    private final Sources sources;
    private final List<String> problems;
    private final List<String> notes = new ArrayList<>();
    private final Map<String, Settings.Given> values = new HashMap<>();

    Reading(Declarations declarations, Sources sources) {
        this.declarations = declarations;
        this.sources = sources;
        this.problems = new ArrayList<>(sources.problems());
    }

    Settings read() {
        Declarations.Look look = look();
        if (!look.problems().isEmpty()) throw new InvalidSettings(look.problems());
        return look.settings();
    }

    Declarations.Look look() {
        new Strangers(declarations, problems, notes).look(sources);
        declarations.all().forEach(this::read);
        Settings settings = new Settings(declarations, sources, values, notes);
        if (problems.isEmpty()) problems.addAll(declarations.broken(settings));
        return new Declarations.Look(settings, problems);
    }

    private void read(Setting<?> setting) {
        Kind chosen = null;
        String text = "";
        for (Given given : sources.given()) {
            Optional<String> here = text(setting, given);
            if (here.isEmpty()) continue;
            if (chosen != null && !here.get().equals(text)) {
                notes.add(setting.name() + " is set by " + chosen.word + " and, differently, by " + given.kind().word
                        + ": " + given.kind().word + " wins.");
            }
            chosen = given.kind();
            text = here.get();
        }
        if (chosen != null) parse(setting, text, chosen);
        else if (setting.fallback().isRequired()) {
            String orFile =
                    setting.mayBeFile() ? " (or " + setting.name() + Setting.FILE_SUFFIX + ", a file's path)" : "";
            problems.add(
                    setting.name() + orFile + " must be set: " + setting.type().allowed() + ".");
        }
    }

    private void parse(Setting<?> setting, String text, Kind from) {
        Optional<?> value = setting.type().parser().apply(text);
        if (value.isPresent()) values.put(setting.name(), new Settings.Given(value.get(), from));
        else problems.add(setting.refusal(text));
    }

    /** What one source says about a setting, itself or by the name of a file. */
    private Optional<String> text(Setting<?> setting, Given given) {
        String name = setting.name();
        Optional<String> itself = Optional.ofNullable(given.values().get(name));
        String path = setting.mayBeFile() ? given.values().get(name + Setting.FILE_SUFFIX) : null;
        if (itself.isPresent() && given.kind() == Kind.FLAG && setting.secrecy() == Secrecy.SECRET) {
            problems.add(setting.flag() + " would show a secret to everybody who lists processes: give "
                    + setting.flag() + "-file=PATH, or set " + name + ".");
        }
        if (path == null) return itself;
        if (itself.isPresent()) {
            problems.add(name + " and " + name + Setting.FILE_SUFFIX + " are both set: one of them is enough.");
            return itself;
        }
        int before = problems.size();
        String text = SettingsFile.text(Path.of(path), SECRET_FILE_BYTES_MAX, problems)
                .strip();
        if (text.isEmpty() && problems.size() == before) problems.add(path + " (" + name + "_FILE) is empty.");
        return Optional.of(text).filter(full -> !full.isEmpty());
    }
}
