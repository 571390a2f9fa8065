package dev.convoy.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Just enough JSON for results: numbers, names, objects, lists. */
final class Json {
    private final List<String> members = new ArrayList<>();

    Json put(String name, String value) {
        return raw(name, quote(value));
    }

    Json put(String name, double value) {
        return raw(name, String.format(Locale.ROOT, "%.4f", value));
    }

    Json put(String name, long value) {
        return raw(name, Long.toString(value));
    }

    Json put(String name, Json value) {
        return raw(name, value.toString());
    }

    Json put(String name, List<Json> values) {
        return raw(name, values.stream().map(Json::toString).collect(Collectors.joining(",\n  ", "[\n  ", "]")));
    }

    private Json raw(String name, String value) {
        members.add(quote(name) + ": " + value);
        return this;
    }

    private static String quote(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }

    @Override
    public String toString() {
        return "{" + String.join(", ", members) + "}";
    }
}
