package dev.convoy.tools.demo;

import dev.convoy.tools.command.CommandFailure;
import dev.convoy.tools.terminal.Paint;
import dev.convoy.tools.terminal.Terminal;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/** Every fault with every durability that it goes with, one demo after the other, and one table at the end. */
final class Matrix {
    /** The faults of the promise, and some pairs of them at the same moment. */
    static final List<Faults> FAULTS = List.of(
            Faults.of(Fault.KILL),
            Faults.of(Fault.DRAIN),
            Faults.of(Fault.ROAM),
            Faults.of(Fault.ROUTER),
            Faults.of(Fault.CLIENT),
            Faults.of(Fault.ROLLING),
            Faults.of(Fault.KILL, Fault.ROUTER),
            Faults.of(Fault.KILL, Fault.CLIENT),
            Faults.of(Fault.DRAIN, Fault.CLIENT));

    /** One cell: what was to be shown, and how it ended; null when it did not come to an end. */
    private record Cell(
            Faults faults, Durability durability, @Nullable DemoResult result, String failure) {
        boolean passed() {
            return result != null && result.passed();
        }
    }

    private final Terminal terminal;
    private final BiFunction<Faults, Durability, DemoSettings> settings;
    private final List<Cell> cells = new ArrayList<>();

    /** @param settings makes those of one cell; refuses with a CommandFailure what cannot be done */
    Matrix(Terminal terminal, BiFunction<Faults, Durability, DemoSettings> settings) {
        this.terminal = terminal;
        this.settings = settings;
    }

    /** Runs all; true when all of it passed. */
    boolean run() throws InterruptedException {
        List<DemoSettings> all = plan();
        for (DemoSettings each : all) {
            cells.add(run(each));
            terminal.line(String.format(Locale.ROOT, "(%d of %d)", cells.size(), all.size()) + line(last()));
        }
        terminal.line("");
        terminal.line(head());
        cells.forEach(cell -> terminal.line(line(cell)));
        long failed = cells.stream().filter(cell -> !cell.passed()).count();
        terminal.line("");
        terminal.line(
                failed == 0
                        ? terminal.paint(Paint.GREEN, " PASSED") + ": all " + cells.size() + "."
                        : terminal.paint(Paint.RED, " FAILED") + ": " + failed + " of " + cells.size() + ".");
        return failed == 0;
    }

    /** For machines: the objects of all demos, in an array. */
    String json() {
        JsonArray runs = new JsonArray();
        for (Cell cell : cells) {
            DemoResult result = cell.result;
            runs.add(
                    result == null
                            ? new JsonObject()
                                    .put("passed", false)
                                    .put("fault", cell.faults.toString())
                                    .put("durability", cell.durability.toString())
                                    .put("failure", cell.failure)
                            : new JsonObject(result.json()));
        }
        return runs.encodePrettily();
    }

    /** Checked as a whole before the first begins: a matrix takes its time. */
    private List<DemoSettings> plan() {
        List<DemoSettings> all = new ArrayList<>();
        for (Faults faults : FAULTS) {
            for (Durability durability : Durability.values()) {
                boolean goesTogether = durability != Durability.MEMORY || !faults.isCrash();
                if (goesTogether) all.add(settings.apply(faults, durability));
            }
        }
        return all;
    }

    private Cell run(DemoSettings each) throws InterruptedException {
        try {
            DemoResult result = new DemoRun(each, DemoView.silent()).run(logs -> terminal.line(" logs: " + logs));
            return new Cell(each.fault(), each.durability(), result, String.join("; ", result.failures()));
        } catch (CommandFailure failure) {
            return new Cell(each.fault(), each.durability(), null, String.valueOf(failure.getMessage()));
        }
    }

    private Cell last() {
        return cells.get(cells.size() - 1);
    }

    private static String head() {
        return row(
                "fault",
                "durability",
                "sent",
                "lost",
                "dup",
                "reord",
                "forgn",
                "undone",
                "never",
                "p50 ms",
                "p99 ms",
                "max ms",
                "");
    }

    private String line(Cell cell) {
        DemoResult result = cell.result;
        String verdict = cell.passed()
                ? terminal.paint(Paint.GREEN, "passed")
                : terminal.paint(Paint.RED, "FAILED ") + cell.failure;
        if (result == null) {
            Object[] none = new Object[10];
            Arrays.fill(none, "-");
            return row(cell.faults, cell.durability, none, verdict);
        }
        LedgerVerdict account = result.account();
        Measurements times = result.measurements();
        Object[] figures = {
            account.sent(),
            account.lost(),
            account.duplicated(),
            account.reordered(),
            account.foreign(),
            account.rolledBack(),
            result.neverReturned(),
            times.outageMs(50),
            times.outageMs(99),
            times.outageMsMax()
        };
        return row(cell.faults, cell.durability, figures, verdict);
    }

    private static String row(Faults faults, Durability durability, Object[] figures, String verdict) {
        Object[] all = new Object[figures.length + 3];
        all[0] = faults;
        all[1] = durability;
        System.arraycopy(figures, 0, all, 2, figures.length);
        all[all.length - 1] = verdict;
        return row(all);
    }

    private static String row(Object... columns) {
        return String.format(Locale.ROOT, " %-14s %-11s %9s %5s %5s %5s %5s %7s %6s %7s %7s %7s  %s", columns);
    }
}
