package dev.convoy.tools.docs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A command that the documentation tells people to type: a line of a fenced block marked {@code sh}, one of an unmarked
 * block that begins with a program of ours, or what stands
 * between backticks and begins with {@code ./convoy}.
 *
 * @param where e.g. {@code docs/DEMO.md:12}
 * @param isWhole false for one in running text, which may be cut short
 */
record DocumentedCommand(String where, String line, boolean isWhole) {
    private static final Pattern INLINE = Pattern.compile("`(\\./convoy [^`]+)`");
    private static final Pattern WORD = Pattern.compile("'([^']*)'|\"([^\"]*)\"|([^\\s'\"]+)");
    private static final Pattern OURS = Pattern.compile("^(\\./convoy|\\./mvnw|kubectl|docker) ");
    private static final String FENCE = "```";

    /** All commands of these files, continued lines put together. */
    static List<DocumentedCommand> of(Path root, Stream<Path> files) throws IOException {
        List<DocumentedCommand> commands = new ArrayList<>();
        for (Path file : files.sorted().toList()) {
            String fence = "";
            String begun = "";
            int number = 0;
            for (String line : Files.readAllLines(file)) {
                String where = root.relativize(file) + ":" + ++number;
                if (line.startsWith(FENCE)) {
                    fence = fence.isEmpty() ? line.substring(FENCE.length()).strip() + "?" : "";
                } else if (fence.equals("sh?")
                        || (fence.equals("?") && OURS.matcher(line).find())) {
                    String whole = begun + line.strip();
                    begun = whole.endsWith("\\") ? whole.substring(0, whole.length() - 1) : "";
                    if (begun.isEmpty() && !whole.isEmpty() && !whole.startsWith("#")) {
                        commands.add(new DocumentedCommand(where, whole, true));
                    }
                } else if (fence.isEmpty()) {
                    INLINE.matcher(line)
                            .results()
                            .forEach(match -> commands.add(new DocumentedCommand(where, match.group(1), false)));
                }
            }
        }
        return commands;
    }

    /** As a shell would read them, up to a comment or the next command. Nothing is substituted. */
    List<String> words() {
        List<String> words = new ArrayList<>();
        Matcher word = WORD.matcher(line);
        while (word.find()) {
            String text = word.group(1) != null ? word.group(1) : word.group(2) != null ? word.group(2) : word.group(3);
            if (word.group(3) != null
                    && (text.startsWith("#") || text.equals("&&") || text.equals("|") || text.startsWith(">"))) {
                break;
            }
            words.add(text);
        }
        return words;
    }

    String program() {
        return words().isEmpty() ? "" : words().get(0);
    }

    List<String> arguments() {
        return words().subList(1, words().size());
    }

    /** {@code ./convoy demo|dev}, {@code --fault FAULT}, {@code …}: a form, not a command. */
    boolean isForm() {
        return !isWhole && line.matches(".*(…|\\||<|\\.\\.\\.|\\[).*|.*\\s[A-Z][A-Z_-]{2,}(\\s.*|$)");
    }

    @Override
    public String toString() {
        return where + "  " + line;
    }
}
