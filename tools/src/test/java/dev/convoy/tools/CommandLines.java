package dev.convoy.tools;

import java.util.List;

/** The command line of {@code ./convoy}, for tests in other packages that only ask whether it understands. */
public final class CommandLines {
    private CommandLines() {}

    /** Parses, and does nothing; throws what picocli throws at what it does not understand. */
    public static void parse(List<String> arguments) {
        ConvoyCommand.commandLine().parseArgs(arguments.toArray(String[]::new));
    }
}
