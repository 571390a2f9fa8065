package dev.convoy.tools.command;

import org.jspecify.annotations.Nullable;

/**
 * Ends a command: one clear sentence for the person who typed it, and an exit status. Never shown with a
 * stack trace.
 */
public final class CommandFailure extends RuntimeException {
    /** What was asked for did not come about. */
    public static final int STATUS_FAILED = 1;

    /** What was asked for is not understood, or cannot be done. */
    public static final int STATUS_USAGE = 2;

    private final int status;

    private CommandFailure(int status, String sentence, @Nullable Throwable cause) {
        super(sentence, cause);
        this.status = status;
    }

    public static CommandFailure failed(String sentence) {
        return new CommandFailure(STATUS_FAILED, sentence, null);
    }

    public static CommandFailure failed(String sentence, Throwable cause) {
        return new CommandFailure(STATUS_FAILED, sentence, cause);
    }

    public static CommandFailure usage(String sentence) {
        return new CommandFailure(STATUS_USAGE, sentence, null);
    }

    public int status() {
        return status;
    }
}
