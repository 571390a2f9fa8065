package dev.convoy.tools.admin;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import picocli.CommandLine.Option;

/** The options of commands that show a long list in pages. */
final class PageOptions {
    @Option(
            names = "--limit",
            paramLabel = "N",
            defaultValue = "100",
            description = "how many at most, up to 1000 (default: ${DEFAULT-VALUE})")
    private int limit;

    @Option(names = "--after", paramLabel = "ID", defaultValue = "", description = "go on after this one")
    private String after = "";

    String query() {
        return "&limit=" + limit + "&after=" + AdminTarget.part(after);
    }

    /** The table, or that there is nothing; and whether there is more, or may be. */
    static String text(String what, Table table, JsonObject answer, JsonArray entries) {
        StringBuilder text = new StringBuilder(entries.isEmpty() ? "There is no such " + what + "." : table.toString());
        if (answer.getBoolean("more", false) && !entries.isEmpty()) {
            String last = entries.getJsonObject(entries.size() - 1).getString("id");
            text.append("\nThere are more: --after ").append(last);
        }
        JsonArray silent = answer.getJsonArray("silentNodes", new JsonArray());
        if (!silent.isEmpty()) text.append("\nThese nodes did not answer: ").append(silent.encode());
        return text.toString();
    }
}
