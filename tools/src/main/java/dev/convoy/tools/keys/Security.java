package dev.convoy.tools.keys;

import java.util.Locale;

/** The suite that sessions use. */
public enum Security {
    SEALED,
    PLAIN;

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
