package dev.convoy.tools.terminal;

import java.util.List;

/**
 * A few lines at the bottom of a terminal that are written again in place. A frame goes out in a single
 * write, old text is overwritten rather than wiped first, and the cursor is never hidden: it neither
 * flickers nor leaves anything to be repaired when the process is ended in the middle.
 *
 * <p>Confined to one thread.
 */
public final class Panel {
    private static final char ESCAPE = '\u001b';
    private static final String UP = ESCAPE + "[%dA";
    private static final String WIPE_REST_OF_LINE = ESCAPE + "[K";
    private static final String WIPE_BELOW = ESCAPE + "[J";

    private final Terminal terminal;
    private int linesShown;

    public Panel(Terminal terminal) {
        this.terminal = terminal;
    }

    /** Replaces what was shown before. Lines and rows that do not fit are cut off. */
    public void show(List<String> lines) {
        StringBuilder frame = new StringBuilder();
        if (linesShown > 0) frame.append(UP.formatted(linesShown));
        List<String> fitting = lines.subList(0, Math.min(lines.size(), terminal.rows() - 1));
        for (String line : fitting) {
            frame.append('\r')
                    .append(cut(line, terminal.columns() - 1))
                    .append(WIPE_REST_OF_LINE)
                    .append('\n');
        }
        frame.append(WIPE_BELOW);
        terminal.out().print(frame);
        terminal.out().flush();
        linesShown = fitting.size();
    }

    /** The first {@code columns} visible characters; escape sequences have no width and are all kept. */
    static String cut(String line, int columns) {
        StringBuilder kept = new StringBuilder();
        int visible = 0;
        boolean inEscape = false;
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            if (c == ESCAPE) inEscape = true;
            if (inEscape) {
                kept.append(c);
                if (Character.isLetter(c)) inEscape = false;
            } else if (visible < columns) {
                kept.append(c);
                visible++;
            }
        }
        return kept.toString();
    }
}
