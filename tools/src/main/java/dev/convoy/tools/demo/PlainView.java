package dev.convoy.tools.demo;

import dev.convoy.tools.cluster.ClusterMember;
import dev.convoy.tools.terminal.Terminal;
import java.util.Locale;
import java.util.stream.Collectors;

/** For logs and pipes: one line a second. */
final class PlainView implements DemoView {
    private static final long INTERVAL_MS = 1_000;

    private final Terminal terminal;
    private String faultShown = "";

    PlainView(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public long intervalMs() {
        return INTERVAL_MS;
    }

    @Override
    public void note(String text) {
        terminal.line(text);
    }

    @Override
    public void show(DemoMoment moment) {
        if (!moment.faultNote().equals(faultShown)) {
            faultShown = moment.faultNote();
            terminal.line(faultShown);
        }
        LedgerVerdict account = moment.account();
        String nodes = moment.nodes().stream()
                .map(node -> node(node, moment.present(node.serverId())))
                .collect(Collectors.joining(", "));
        terminal.line(String.format(
                Locale.ROOT,
                "%5.1f s  %s: sent %d, answered %d, away %d, returns %d; %s",
                moment.elapsedMs() / 1_000.0,
                moment.phase(),
                account.sent(),
                account.answered(),
                moment.away(),
                moment.returns(),
                nodes));
    }

    private static String node(ClusterMember node, long sessions) {
        String what = switch (node.state()) {
            case UP, STARTING -> sessions + " sessions";
            case DRAINING -> sessions + " sessions, draining";
            case PAUSED -> "paused";
            case KILLED -> "killed";
            case STOPPED -> "stopped";
            case DIED -> "died";
        };
        return node.name() + " (" + node.serverId() + ") " + what;
    }
}
