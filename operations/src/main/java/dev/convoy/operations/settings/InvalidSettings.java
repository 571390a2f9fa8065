package dev.convoy.operations.settings;

import java.util.List;

/** Settings that cannot be. The message has a line for each problem, one sentence that names it. */
public final class InvalidSettings extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    public InvalidSettings(List<String> problems) {
        super(String.join("\n", problems));
    }
}
