package dev.convoy.operations.settings;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** The settings of a process: read, checked, and not changing any more. */
public final class Settings {
    /** A value that somebody set, and where. */
    record Given(Object value, Sources.Kind from) {}

    private final Declarations declarations;
    private final Sources sources;
    private final Map<String, Given> given;
    private final List<String> notes;

    Settings(Declarations declarations, Sources sources, Map<String, Given> given, List<String> notes) {
        this.declarations = declarations;
        this.sources = sources;
        this.given = Map.copyOf(given);
        this.notes = List.copyOf(notes);
    }

    /** The value; of a setting that need not be set, only after {@link #find} has said that it is there. */
    public <T> T get(Setting<T> setting) {
        return find(setting).orElseThrow(() -> new IllegalStateException(setting.name() + " is not set"));
    }

    /** The value, or empty when nobody set it and nothing else holds instead. */
    public <T> Optional<T> find(Setting<T> setting) {
        declarations.require(setting);
        Given value = given.get(setting.name());
        if (value != null) {
            @SuppressWarnings("unchecked") // Put there by this setting's own parser.
            T typed = (T) value.value();
            return Optional.of(typed);
        }
        Function<Settings, T> fallback = setting.fallback().value();
        return fallback == null ? Optional.empty() : Optional.of(fallback.apply(this));
    }

    /** The same but for these names and texts, read and checked again: for a program that starts another. */
    public Settings with(Map<String, String> namesAndTexts) {
        return declarations.read(sources.and(namesAndTexts));
    }

    /** What an operator should know although the process can start, a sentence each. */
    public List<String> notes() {
        return notes;
    }

    /** What these are the settings of. */
    public Declarations declarations() {
        return declarations;
    }

    /** The value in effect as it may be shown; empty when there is none. */
    <T> Optional<String> shown(Setting<T> setting) {
        return find(setting).map(setting::shown);
    }

    Sources.Kind from(Setting<?> setting) {
        Given value = given.get(setting.name());
        return value == null ? Sources.Kind.DEFAULT : value.from();
    }

    /** The names that somebody set, without their values. */
    @Override
    public String toString() {
        return "Settings" + given.keySet().stream().sorted().toList();
    }
}
