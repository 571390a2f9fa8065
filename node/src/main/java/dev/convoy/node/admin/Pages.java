package dev.convoy.node.admin;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Comparator;
import java.util.List;

/** Puts together a page of a list from the first entries of several parts. */
final class Pages {
    static final int LIMIT = 100;
    static final int LIMIT_MAX = 1_000;

    private Pages() {}

    /**
     * {@code {"<name>": [...], "more": bool}}: the first {@code limit} of all entries by their {@code id}.
     *
     * @param parts each the first {@code limit} + 1 of its own
     */
    static JsonObject of(String name, List<List<JsonObject>> parts, int limit) {
        List<JsonObject> all = parts.stream()
                .flatMap(List::stream)
                .sorted(Comparator.comparing(entry -> entry.getString("id")))
                .toList();
        List<JsonObject> page = all.subList(0, Math.min(limit, all.size()));
        return new JsonObject().put(name, new JsonArray(List.copyOf(page))).put("more", all.size() > limit);
    }
}
