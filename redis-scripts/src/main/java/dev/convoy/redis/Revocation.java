package dev.convoy.redis;

import java.util.Locale;

/**
 * Why an operator has revoked a session's tokens, as it stands in the session's record.
 *
 * @param detail one sentence for the player; may be empty
 */
public record Revocation(Kind kind, String detail) {
    private static final int DETAIL_CHARACTERS_MAX = 120;

    /** What the operator did. */
    public enum Kind {
        KICKED,
        BANNED
    }

    public Revocation {
        if (detail.length() > DETAIL_CHARACTERS_MAX) {
            throw new IllegalArgumentException("a reason has at most " + DETAIL_CHARACTERS_MAX + " characters");
        }
    }

    /** The record's text. */
    public String text() {
        return kind.name().toLowerCase(Locale.ROOT) + (detail.isEmpty() ? "" : ": " + detail);
    }

    /** From the record's text; what nobody here has written is a kick without a word. */
    public static Revocation parse(String text) {
        String[] parts = text.split(": ", 2);
        for (Kind kind : Kind.values()) {
            if (kind.name().equalsIgnoreCase(parts[0])) return new Revocation(kind, parts.length < 2 ? "" : parts[1]);
        }
        return new Revocation(Kind.KICKED, "");
    }
}
