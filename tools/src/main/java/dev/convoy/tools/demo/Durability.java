package dev.convoy.tools.demo;

import java.util.Locale;

/** How much of a room survives its node; see the rooms' own documentation. */
enum Durability {
    MEMORY,
    CHECKPOINT,
    STRICT;

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
