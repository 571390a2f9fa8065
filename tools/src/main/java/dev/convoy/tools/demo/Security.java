package dev.convoy.tools.demo;

import java.util.Locale;

/** The suite that the players' sessions use. */
enum Security {
    SEALED,
    PLAIN;

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
