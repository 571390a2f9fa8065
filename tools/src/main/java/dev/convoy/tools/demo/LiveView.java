package dev.convoy.tools.demo;

import dev.convoy.tools.cluster.ClusterMember;
import dev.convoy.tools.terminal.Paint;
import dev.convoy.tools.terminal.Panel;
import dev.convoy.tools.terminal.Terminal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * For people at a terminal: a panel, ten times a second.
 *
 * <pre>
 *  convoy demo · playing                                        7.9 s of 15 s
 *  ███████████████████████████╳━━━━━━━━━━━━━━━━━━━━━━━━━
 *
 *  node 1   server 1   up        20 sessions  ████████████████████
 *  node 2   server 2   killed     0 sessions
 *  ...
 * </pre>
 */
final class LiveView implements DemoView {
    private static final long INTERVAL_MS = 100;
    private static final int PROGRESS_COLUMNS_MAX = 60;
    private static final int SESSIONS_COLUMNS_MAX = 24;

    private final Terminal terminal;
    private final Panel panel;

    LiveView(Terminal terminal) {
        this.terminal = terminal;
        this.panel = new Panel(terminal);
    }

    @Override
    public long intervalMs() {
        return INTERVAL_MS;
    }

    @Override
    public void note(String text) {
        panel.show(List.of(terminal.paint(Paint.BOLD, " convoy demo") + " · " + text));
    }

    @Override
    public void show(DemoMoment moment) {
        List<String> lines = new ArrayList<>();
        lines.add(title(moment));
        lines.add(" " + progress(moment));
        lines.add("");
        for (ClusterMember node : moment.nodes()) lines.add(node(moment, node));
        lines.add(routers(moment));
        lines.add("");
        lines.add(account(moment));
        lines.add(" " + terminal.paint(Paint.YELLOW, moment.faultNote()));
        panel.show(lines);
    }

    private String title(DemoMoment moment) {
        String time =
                String.format(Locale.ROOT, "%.1f s of %d s", moment.elapsedMs() / 1_000.0, moment.totalMs() / 1_000);
        return terminal.paint(Paint.BOLD, " convoy demo") + " · " + moment.phase() + " · " + time;
    }

    private String progress(DemoMoment moment) {
        int columns = Math.min(PROGRESS_COLUMNS_MAX, terminal.columns() - 4);
        int done = columnOf(moment.elapsedMs(), moment, columns);
        int faultAt = moment.faultAtMs() < 0 ? -1 : columnOf(moment.faultAtMs(), moment, columns);
        if (faultAt < 0) return stretch(0, columns, done);
        String cross = terminal.paint(faultAt < done ? Paint.RED : Paint.YELLOW, "╳");
        return stretch(0, faultAt, done) + cross + stretch(faultAt + 1, columns, done);
    }

    /** The columns from one to before another, filled up to what is done. */
    private String stretch(int from, int to, int done) {
        int filled = Math.max(0, Math.min(to, done) - from);
        int left = Math.max(0, to - from - filled);
        return terminal.paint(Paint.GREEN, "━".repeat(filled)) + terminal.paint(Paint.DIM, "─".repeat(left));
    }

    private static int columnOf(long ms, DemoMoment moment, int columns) {
        return (int) Math.min(columns, ms * columns / moment.totalMs());
    }

    private String node(DemoMoment moment, ClusterMember node) {
        long sessions = moment.present(node.serverId());
        String state = String.format("%-8s", node.state().name().toLowerCase(Locale.ROOT));
        long bar =
                sessions * SESSIONS_COLUMNS_MAX / Math.max(1, moment.players().size());
        return String.format(" %-8s  server %-3d  ", node.name(), node.serverId())
                + terminal.paint(colour(node), state)
                + String.format(" %5d sessions  ", sessions)
                + terminal.paint(Paint.CYAN, "█".repeat((int) bar));
    }

    private static Paint colour(ClusterMember node) {
        return switch (node.state()) {
            case UP -> Paint.GREEN;
            case STARTING, DRAINING, PAUSED, STOPPED -> Paint.YELLOW;
            case KILLED, DIED -> Paint.RED;
        };
    }

    private String routers(DemoMoment moment) {
        String names = moment.routers().stream()
                .map(router -> router.name() + " " + terminal.paint(colour(router), ":" + router.port()))
                .collect(Collectors.joining("   "));
        return " " + names;
    }

    private String account(DemoMoment moment) {
        LedgerVerdict account = moment.account();
        String away = terminal.paint(moment.away() == 0 ? Paint.DIM : Paint.RED, "away " + moment.away());
        return String.format(
                " sent %d   answered %d   returns %d   %s", account.sent(), account.answered(), moment.returns(), away);
    }
}
