package dev.convoy.tools.terminal;

/** A way to make text stand out; see ECMA-48, Select Graphic Rendition. */
public enum Paint {
    BOLD(1),
    DIM(2),
    RED(31),
    GREEN(32),
    YELLOW(33),
    CYAN(36);

    static final String RESET = "\u001b[0m";

    private final int code;

    Paint(int code) {
        this.code = code;
    }

    String start() {
        return "\u001b[" + code + "m";
    }
}
