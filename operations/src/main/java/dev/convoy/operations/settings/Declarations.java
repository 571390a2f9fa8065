package dev.convoy.operations.settings;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * All settings of one kind of process, in the order in which they are shown. Filled while the class that holds it is
 * loaded, and not changed afterwards:
 *
 * <pre>{@code
 * static final Declarations ALL = new Declarations("node");
 * static final Setting<Integer> SHARDS = ALL.add(Setting.of("CONVOY_NODE_SHARDS", oneOf(1, 2, 4), "…").or(1));
 * }</pre>
 */
public final class Declarations {
    private final String process;
    private final Map<String, Setting<?>> settings = new LinkedHashMap<>();
    private final List<Function<Settings, Optional<String>>> checks = new ArrayList<>();

    /** @param process in a word, e.g. {@code node} */
    public Declarations(String process) {
        this.process = process;
    }

    /** Declares a setting, once. */
    public <T> Setting<T> add(Setting<T> setting) {
        if (settings.put(setting.name(), setting) != null) {
            throw new IllegalArgumentException(setting.name() + " is declared twice");
        }
        return setting;
    }

    /** Declares what must hold between settings that are right by themselves; a sentence when it does not. */
    public void check(Function<Settings, Optional<String>> check) {
        checks.add(check);
    }

    /** E.g. {@code node}. */
    public String process() {
        return process;
    }

    public List<Setting<?>> all() {
        return List.copyOf(settings.values());
    }

    /**
     * Reads and checks all of them.
     *
     * @throws InvalidSettings with a sentence for each problem, of which it finds as many as it can
     */
    public Settings read(Sources sources) {
        return new Reading(this, sources).read();
    }

    /** What a reading finds, also when the process could not start with it: to be shown, not to be used. */
    public record Look(Settings settings, List<String> problems) {}

    /** Reads all of them for somebody who wants to see them. */
    public Look look(Sources sources) {
        return new Reading(this, sources).look();
    }

    boolean has(String name) {
        return settings.containsKey(name);
    }

    Optional<Setting<?>> find(String name) {
        return Optional.ofNullable(settings.get(name));
    }

    void require(Setting<?> setting) {
        if (!has(setting.name())) throw new IllegalArgumentException(setting.name() + " is no setting of a " + process);
    }

    /** What does not hold between the settings. */
    List<String> broken(Settings values) {
        return checks.stream()
                .map(check -> check.apply(values))
                .flatMap(Optional::stream)
                .toList();
    }
}
