package dev.convoy.tools.demo;

import dev.convoy.tools.terminal.Paint;
import dev.convoy.tools.terminal.Terminal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** How a demo ended, for people: one row for each promise, and a sentence. */
final class VerdictTable {
    private final DemoResult result;
    private final Terminal terminal;

    VerdictTable(DemoResult result, Terminal terminal) {
        this.result = result;
        this.terminal = terminal;
    }

    List<String> lines() {
        LedgerVerdict account = result.account();
        Measurements times = result.measurements();
        List<String> lines = new ArrayList<>();
        lines.add("");
        lines.add(row("sent", Long.toString(account.sent())));
        lines.add(row("answered", Long.toString(account.answered())));
        lines.add(zero("lost", account.lost()));
        lines.add(zero("duplicated", account.duplicated()));
        lines.add(zero("reordered", account.reordered()));
        lines.add(zero("foreign", account.foreign()));
        if (account.rolledBack() > 0)
            lines.add(row("rolled back", account.rolledBack() + " answers, and the players told"));
        lines.add(zero("never returned", result.neverReturned()));
        lines.add(row("came back", result.resumed() + " players, " + result.returns() + " times"));
        if (result.returns() > 0) {
            lines.add(row(
                    "outage",
                    String.format(
                            Locale.ROOT,
                            "p50 %d ms, p99 %d ms, max %d ms",
                            times.outageMs(50),
                            times.outageMs(99),
                            times.outageMsMax())));
        }
        lines.add(row(
                "round trip",
                String.format(Locale.ROOT, "p50 %.1f ms, p99 %.1f ms", times.rttMs(50), times.rttMs(99))));
        lines.add("");
        lines.add(sentence());
        return lines;
    }

    private String sentence() {
        if (result.passed()) return terminal.paint(Paint.GREEN, " PASSED") + ": " + passedBecause();
        return terminal.paint(Paint.RED, " FAILED") + ": " + failedBecause() + " (seed "
                + result.settings().seed() + ")";
    }

    private String passedBecause() {
        String nothing = "nothing was lost, doubled or reordered.";
        return result.resumed() > 0 ? "every player came back, and " + nothing : nothing;
    }

    private String failedBecause() {
        List<String> reasons = new ArrayList<>();
        reasons.addAll(result.failures());
        if (result.account().sent() == 0) reasons.add("nobody could send anything");
        if (!result.account().clean()) reasons.add("the players' ledgers are not right");
        if (result.neverReturned() > 0) reasons.add("players did not come back");
        if (reasons.isEmpty()) reasons.add("nobody noticed the fault");
        return String.join("; ", reasons) + ".";
    }

    private String zero(String name, long count) {
        return row(name, terminal.paint(count == 0 ? Paint.GREEN : Paint.RED, Long.toString(count)));
    }

    private static String row(String name, String value) {
        return String.format(" %-15s ", name) + value;
    }
}
