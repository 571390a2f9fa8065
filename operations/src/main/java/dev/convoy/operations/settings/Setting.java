package dev.convoy.operations.settings;

import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One setting: all there is to say about it, said once.
 *
 * @param name the contract: what it is called in the environment and in a file, e.g. {@code CONVOY_NODE_HOST}
 * @param fallback what holds when nobody sets it
 * @param documentation one sentence, without the bounds, which the type says
 */
public record Setting<T>(
        String name, SettingType<T> type, Fallback<T> fallback, String documentation, Secrecy secrecy) {
    /** All names begin like this, without exception. */
    public static final String PREFIX = "CONVOY_";

    /** Behind the name of a secret: the path of a file that holds it. */
    public static final String FILE_SUFFIX = "_FILE";

    private static final Pattern NAME = Pattern.compile(PREFIX + "[A-Z0-9]+(_[A-Z0-9]+)*");
    private static final Pattern PASSWORD = Pattern.compile("(?<=//).*(?=@)");

    /** Who may see a value. */
    public enum Secrecy {
        /** Everybody. */
        OPEN,
        /** A URI: everybody, but for what stands before its {@code @}. May be given as a file. */
        PASSWORD_INSIDE,
        /** Nobody. Never printed, never taken from a flag, may be given as a file. */
        SECRET
    }

    /**
     * What holds when nobody sets it.
     *
     * @param words how that is told, e.g. {@code 1} or {@code as many as there are cores}
     * @param isRequired there is none, and somebody has to set it
     * @param value null when there is none
     */
    record Fallback<T>(
            String words, boolean isRequired, @Nullable Function<Settings, T> value) {}

    public Setting {
        if (!NAME.matcher(name).matches()) throw new IllegalArgumentException(name + " is no name for a setting");
    }

    /** A setting that somebody has to set; see the methods below for others. */
    public static <T> Setting<T> of(String name, SettingType<T> type, String documentation) {
        return new Setting<>(name, type, new Fallback<>("(required)", true, null), documentation, Secrecy.OPEN);
    }

    /** The same with a value for when nobody sets it. */
    public Setting<T> or(T value) {
        return or(type.text().apply(value), settings -> value);
    }

    /** The same with a value that follows from others, or from the machine; {@code words} say how. */
    public Setting<T> or(String words, Function<Settings, T> value) {
        return new Setting<>(name, type, new Fallback<>(words, false, value), documentation, secrecy);
    }

    /** The same, but it need not be set; {@code words} say what holds then. */
    public Setting<T> orNone(String words) {
        return new Setting<>(name, type, new Fallback<>(words, false, null), documentation, secrecy);
    }

    /** The same as a secret. */
    public Setting<T> secret() {
        return new Setting<>(name, type, fallback, documentation, Secrecy.SECRET);
    }

    /** The same as a URI with a password in it. */
    public Setting<T> withPasswordInside() {
        return new Setting<>(name, type, fallback, documentation, Secrecy.PASSWORD_INSIDE);
    }

    /** Whether {@code NAME_FILE} may name a file that holds it. */
    public boolean mayBeFile() {
        return secrecy != Secrecy.OPEN;
    }

    /** The flag of a command line, e.g. {@code --node-host}. */
    public String flag() {
        return Flags.of(name);
    }

    /** A value as it may be shown to anybody. */
    String shown(T value) {
        return switch (secrecy) {
            case OPEN -> type.text().apply(value);
            case PASSWORD_INSIDE -> PASSWORD.matcher(type.text().apply(value)).replaceAll("***");
            case SECRET -> "(secret)";
        };
    }

    /** The sentence about a text that is not allowed, which it repeats only if it is not secret. */
    String refusal(String text) {
        String instead = secrecy == Secrecy.OPEN ? "not '" + text + "'" : "and what was given is not";
        return name + " must be " + type.allowed() + ", " + instead + ".";
    }
}
