package dev.convoy.tools.demo;

import dev.convoy.tools.terminal.Terminal;

/** Shows a running demo. */
interface DemoView {
    /** How often {@link #show} wants to be called. */
    long intervalMs();

    /** Something that happens once, in words for people. */
    void note(String text);

    void show(DemoMoment moment);

    /** For somebody who shows the end alone. */
    static DemoView silent() {
        return new DemoView() {
            @Override
            public long intervalMs() {
                return 1_000;
            }

            @Override
            public void note(String text) {}

            @Override
            public void show(DemoMoment moment) {}
        };
    }

    /** A panel on a terminal, a line a second elsewhere. */
    static DemoView on(Terminal terminal) {
        return terminal.live() ? new LiveView(terminal) : new PlainView(terminal);
    }
}
