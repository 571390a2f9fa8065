package dev.convoy.tools.load;

import dev.convoy.tools.terminal.Paint;
import dev.convoy.tools.terminal.Panel;
import dev.convoy.tools.terminal.Terminal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.HdrHistogram.Histogram;

/** Shows a running load, and what it came to: a panel on a terminal, a line a second elsewhere. */
final class LoadView {
    private static final int BAR_COLUMNS_MAX = 60;
    private static final int HISTOGRAM_COLUMNS = 40;
    private static final double SHARE_SHOWN_MIN = 1e-6;

    private final Terminal terminal;
    private final Panel panel;

    LoadView(Terminal terminal) {
        this.terminal = terminal;
        this.panel = new Panel(terminal);
    }

    long intervalMs() {
        return terminal.live() ? 100 : 1_000;
    }

    void show(String phase, double doneSeconds, double allSeconds, LoadSettings settings, LoadMeters meters) {
        String time = String.format(Locale.ROOT, "%.1f s of %.0f s", Math.min(doneSeconds, allSeconds), allSeconds);
        String players = String.format(Locale.ROOT, "%d of %d in", meters.joined.sum(), settings.players());
        String account = account(meters);
        if (!terminal.live()) {
            terminal.line(phase + " " + time + ": " + players + ", " + account);
            return;
        }
        int columns = Math.min(BAR_COLUMNS_MAX, terminal.columns() - 4);
        int done = allSeconds <= 0 ? columns : (int) Math.min(columns, doneSeconds / allSeconds * columns);
        panel.show(List.of(
                terminal.paint(Paint.BOLD, " convoy load") + " · " + phase + " · " + time,
                " " + terminal.paint(Paint.GREEN, "━".repeat(done))
                        + terminal.paint(Paint.DIM, "─".repeat(columns - done)),
                " " + players,
                " " + account));
    }

    private static String account(LoadMeters meters) {
        return String.format(
                Locale.ROOT,
                "sent %d, answered %d, p50 %.1f ms, p99 %.1f ms, returns %d",
                meters.sent.sum(),
                meters.answered.sum(),
                meters.fromDueMicros.getValueAtPercentile(50) / 1_000.0,
                meters.fromDueMicros.getValueAtPercentile(99) / 1_000.0,
                meters.resumes.sum());
    }

    void result(LoadResult result) {
        LoadMeters meters = result.meters();
        List<String> lines = new ArrayList<>();
        lines.add("");
        lines.add(row(
                "players",
                "%d in, %d could not join, %d shut out, %d returns",
                meters.joined.sum(),
                meters.notJoined.sum(),
                meters.closed.sum(),
                meters.resumes.sum()));
        lines.add(row(
                "messages",
                "%d sent, %d answered: %.0f/s of %d/s asked for",
                meters.sent.sum(),
                meters.answered.sum(),
                result.achievedPerSecond(),
                result.settings().offeredPerSecond()));
        lines.add(row(
                "lost",
                "%d never left, %d unanswered, %d skipped, %d repeated",
                result.unsent(),
                result.unanswered(),
                meters.skipped.sum(),
                meters.repeated.sum()));
        if (meters.putOff.sum() > 0) {
            lines.add(row("put off", "%d times a full outbox made a message wait", meters.putOff.sum()));
        }
        lines.add(row("datagrams", "%.2f for a message and its answer, both ways", result.datagramsPerMessage()));
        lines.add(times("answer", "from when it was due", meters.fromDueMicros, 1_000));
        lines.add(times("", "from when it left", meters.fromSentMicros, 1_000));
        if (meters.resumes.sum() > 0) lines.add(times("outage", "", meters.outageMs, 1));
        lines.add("");
        lines.addAll(histogram(meters.fromDueMicros));
        lines.add("");
        lines.addAll(generator(result.generator()));
        lines.forEach(terminal::line);
    }

    private static String row(String name, String format, Object... figures) {
        return String.format(Locale.ROOT, " %-11s " + format, prepend(name, figures));
    }

    private static Object[] prepend(String name, Object[] figures) {
        Object[] all = new Object[figures.length + 1];
        all[0] = name;
        System.arraycopy(figures, 0, all, 1, figures.length);
        return all;
    }

    private static String times(String name, String what, Histogram histogram, double unit) {
        return row(
                name,
                "p50 %.1f  p90 %.1f  p99 %.1f  p99.9 %.1f  max %.1f ms  %s",
                histogram.getValueAtPercentile(50) / unit,
                histogram.getValueAtPercentile(90) / unit,
                histogram.getValueAtPercentile(99) / unit,
                histogram.getValueAtPercentile(99.9) / unit,
                histogram.getMaxValue() / unit,
                what);
    }

    /** A bar for each doubling; what is rarer than one in a million is left to the maximum. */
    private List<String> histogram(Histogram micros) {
        List<String> lines = new ArrayList<>();
        long all = micros.getTotalCount();
        long below = 0;
        for (long upTo = 125; below < all * (1 - SHARE_SHOWN_MIN); upTo *= 2) {
            long until = micros.getCountBetweenValues(0, upTo);
            double share = (until - below) / (double) all;
            if (until > 0) {
                int columns = (int) Math.ceil(share * HISTOGRAM_COLUMNS);
                lines.add(String.format(Locale.ROOT, " ≤ %8.3f ms %7.3f %%  ", upTo / 1_000.0, 100 * share)
                        + terminal.paint(Paint.CYAN, "█".repeat(columns)));
            }
            below = until;
        }
        return lines;
    }

    private List<String> generator(GeneratorWatch.Findings seen) {
        List<String> lines = new ArrayList<>();
        String figures = String.format(
                Locale.ROOT,
                "loop lag p99 %.1f ms, sends late p99 %.1f ms, its CPU %.0f %%, the machine's %.0f %%",
                seen.lagP99Ms(),
                seen.lateP99Ms(),
                100 * seen.processCpu(),
                100 * seen.machineCpu());
        if (!seen.isBottleneck()) {
            lines.add(row("generator", "%s: it was not the bottleneck", figures));
            return lines;
        }
        lines.add(row("generator", "%s", figures));
        lines.add(terminal.paint(
                Paint.YELLOW, " THE GENERATOR LIMITS THIS MEASUREMENT: " + String.join("; ", seen.doubts()) + "."));
        lines.add(" The service may be better than these figures. Use more machines, or fewer players on each.");
        return lines;
    }
}
