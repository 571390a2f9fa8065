package dev.convoy.operations.settings;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.stream.Stream;

/** Settings on a page: for a terminal, for a program, and for the documentation. */
public final class SettingsPage {
    private static final String INDENT = "    ";
    private static final int WIDTH = 110;

    private SettingsPage() {}

    /** For people: each setting with its value, where that comes from, what it means and what is allowed. */
    public static String text(Settings settings) {
        StringBuilder page = new StringBuilder();
        for (Setting<?> setting : settings.declarations().all()) {
            Sources.Kind from = settings.from(setting);
            String value = settings.shown(setting).orElse("(" + bare(words(setting)) + ")");
            page.append(setting.name()).append(" = ").append(value);
            page.append("  [").append(from.word).append("]\n");
            wrap(page, setting.documentation());
            String otherwise = from == Sources.Kind.DEFAULT ? "" : " Default: " + bare(words(setting)) + ".";
            wrap(page, "Allowed: " + setting.type().allowed() + "." + otherwise);
            page.append('\n');
        }
        return page.toString();
    }

    /** For programs: an array of objects. */
    public static JsonArray json(Settings settings) {
        JsonArray all = new JsonArray();
        for (Setting<?> setting : settings.declarations().all()) {
            all.add(new JsonObject()
                    .put("name", setting.name())
                    .put("value", settings.shown(setting).orElse(null))
                    .put("from", settings.from(setting).word)
                    .put("default", words(setting))
                    .put("allowed", setting.type().allowed())
                    .put("secret", setting.secrecy() == Setting.Secrecy.SECRET)
                    .put("documentation", setting.documentation()));
        }
        return all;
    }

    /** For the documentation: a table in Markdown, which a test holds against {@code docs/OPERATIONS.md}. */
    public static List<String> markdown(Declarations declarations) {
        List<String> head = List.of("| setting | default | allowed | |", "|---|---|---|---|");
        List<String> rows = declarations.all().stream()
                .map(setting -> "| `" + setting.name() + "`" + (setting.mayBeFile() ? " or `…_FILE`" : "") + " | "
                        + cell(words(setting)) + " | "
                        + cell(setting.type().allowed()) + " | "
                        + cell(setting.documentation()) + " |")
                .toList();
        return Stream.concat(head.stream(), rows.stream()).toList();
    }

    private static String words(Setting<?> setting) {
        return setting.fallback().words();
    }

    private static String cell(String text) {
        return text.replace("|", "\\|");
    }

    /** Without the brackets around it, if there are any. */
    private static String bare(String words) {
        return words.startsWith("(") && words.endsWith(")") ? words.substring(1, words.length() - 1) : words;
    }

    private static void wrap(StringBuilder page, String sentence) {
        int column = 0;
        for (String word : sentence.split(" ", -1)) {
            if (column == 0 || column + 1 + word.length() > WIDTH) {
                if (column > 0) page.append('\n');
                page.append(INDENT).append(word);
                column = INDENT.length() + word.length();
            } else {
                page.append(' ').append(word);
                column += 1 + word.length();
            }
        }
        page.append('\n');
    }
}
