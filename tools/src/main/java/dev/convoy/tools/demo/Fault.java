package dev.convoy.tools.demo;

import java.util.Locale;

/** What happens to a node in the middle of the demo. */
enum Fault {
    NONE,
    /** SIGKILL. */
    KILL,
    /** SIGTERM: its sessions move before it ends. */
    DRAIN;

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
