package dev.convoy.tools.terminal;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Standard output, and what it can do. The launcher script says whether it is a terminal and how large, since
 * Java 17 cannot ask.
 *
 * @param live whether lines can be written again in place
 * @param typedInto whether standard input is the same terminal, so that typed lines appear on it
 * @param coloured whether {@link #paint} paints
 */
public record Terminal(PrintStream out, boolean live, boolean typedInto, boolean coloured, int rows, int columns) {
    /** Set by the launcher script: "rows columns", or empty when standard output is no terminal. */
    private static final String SIZE_PROPERTY = "convoy.terminal";

    /** Set by the launcher script when standard input is a terminal. */
    private static final String KEYBOARD_PROPERTY = "convoy.keyboard";

    private static final Pattern SIZE = Pattern.compile("(\\d{1,4}) (\\d{1,4})");
    private static final int ROWS_MIN = 8;
    private static final int COLUMNS_MIN = 40;

    /** The terminal, or file or pipe, that we were started with. Colours unless NO_COLOR is set (no-color.org). */
    public static Terminal standard() {
        // All at once or not at all: a frame written in pieces flickers.
        PrintStream out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
        String noColor = System.getenv("NO_COLOR");
        Matcher size = SIZE.matcher(System.getProperty(SIZE_PROPERTY, ""));
        if (!size.matches()) return plain(out);
        int rows = Integer.parseInt(size.group(1));
        int columns = Integer.parseInt(size.group(2));
        // Some terminals say 0 when they do not know.
        boolean usable = rows >= ROWS_MIN && columns >= COLUMNS_MIN;
        boolean typedInto = usable && Boolean.getBoolean(KEYBOARD_PROPERTY);
        return new Terminal(out, usable, typedInto, noColor == null || noColor.isEmpty(), rows, columns);
    }

    /** A file or pipe: no colours, nothing written twice. */
    public static Terminal plain(PrintStream out) {
        return new Terminal(out, false, false, false, Integer.MAX_VALUE, Integer.MAX_VALUE);
    }

    public String paint(Paint paint, String text) {
        return coloured ? paint.start() + text + Paint.RESET : text;
    }

    public void line(String text) {
        out.println(text);
        out.flush();
    }
}
