package dev.convoy.tools.admin;

import java.util.ArrayList;
import java.util.List;

/** Rows under headings, each column as wide as its widest cell. */
final class Table {
    private static final String GAP = "  ";

    private final List<List<String>> rows = new ArrayList<>();
    private final boolean[] isNumber;

    /** A heading that begins with {@code >} is of a column of numbers, which end under each other. */
    Table(String... headings) {
        isNumber = new boolean[headings.length];
        List<String> first = new ArrayList<>();
        for (int i = 0; i < headings.length; i++) {
            isNumber[i] = headings[i].startsWith(">");
            first.add(headings[i].substring(isNumber[i] ? 1 : 0));
        }
        rows.add(first);
    }

    /** One row; a cell that is null is shown as a dash. */
    Table row(Object... cells) {
        List<String> row = new ArrayList<>();
        for (Object cell : cells) row.add(cell == null ? "-" : plain(cell.toString()));
        rows.add(row);
        return this;
    }

    /** Names come from players: nothing in them may move the cursor or look like another row. */
    private static String plain(String text) {
        String shown = text.replaceAll("\\p{Cntrl}", "?");
        return shown.isEmpty() ? "-" : shown;
    }

    @Override
    public String toString() {
        List<String> lines = new ArrayList<>();
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < row.size(); i++) {
                String blanks = " ".repeat(width(i) - row.get(i).length());
                if (i > 0) line.append(GAP);
                line.append(isNumber[i] ? blanks + row.get(i) : row.get(i) + blanks);
            }
            lines.add(line.toString().stripTrailing());
        }
        return String.join("\n", lines);
    }

    private int width(int column) {
        return rows.stream().mapToInt(row -> row.get(column).length()).max().orElse(0);
    }
}
