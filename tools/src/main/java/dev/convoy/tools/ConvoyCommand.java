package dev.convoy.tools;

import dev.convoy.tools.admin.BanCommand;
import dev.convoy.tools.admin.DrainCommand;
import dev.convoy.tools.admin.KickCommand;
import dev.convoy.tools.admin.LeasesCommand;
import dev.convoy.tools.admin.NodesCommand;
import dev.convoy.tools.admin.RevokeCommand;
import dev.convoy.tools.admin.RoomsCommand;
import dev.convoy.tools.admin.SessionsCommand;
import dev.convoy.tools.bench.BenchCommand;
import dev.convoy.tools.chat.ChatCommand;
import dev.convoy.tools.command.CommandFailure;
import dev.convoy.tools.command.ConvoyVersion;
import dev.convoy.tools.config.ConfigCommand;
import dev.convoy.tools.demo.DemoCommand;
import dev.convoy.tools.dev.DevCommand;
import dev.convoy.tools.load.LoadCommand;
import java.io.PrintWriter;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * The command line behind {@code ./convoy}.
 *
 * <p>Whatever goes wrong is told in one sentence on standard error, without a stack trace. The exit status
 * is 0 when the command did what it was asked, 2 when it was asked something that it does not understand
 * or cannot do, and 1 for everything else.
 */
@Command(
        name = "convoy",
        mixinStandardHelpOptions = true,
        versionProvider = ConvoyVersion.class,
        subcommands = {
            DemoCommand.class,
            DevCommand.class,
            ChatCommand.class,
            LoadCommand.class,
            BenchCommand.class,
            ConfigCommand.class,
            NodesCommand.class,
            RoomsCommand.class,
            SessionsCommand.class,
            LeasesCommand.class,
            DrainCommand.class,
            KickCommand.class,
            RevokeCommand.class,
            BanCommand.class,
            CommandLine.HelpCommand.class
        },
        synopsisSubcommandLabel = "COMMAND",
        description = "A clustered session service for programs that speak KCP (reliable UDP).",
        footer = {"", "\"convoy COMMAND --help\" says more about a command."})
public final class ConvoyCommand implements Runnable {
    /** Set in the environment, it makes errors of our own show where they come from. */
    private static final String STACK_TRACES_VARIABLE = "CONVOY_STACKTRACE";

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    private ConvoyCommand() {}

    public static void main(String[] args) {
        System.setProperty("logback.configurationFile", "logback-tools.xml");
        System.exit(commandLine().execute(args));
    }

    /** The whole command line, with its rules for errors; {@code execute} returns the exit status. */
    static CommandLine commandLine() {
        return new CommandLine(new ConvoyCommand())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setUsageHelpAutoWidth(true)
                .setParameterExceptionHandler(ConvoyCommand::explainArguments)
                .setExecutionExceptionHandler(ConvoyCommand::explainFailure);
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Say which command");
    }

    private static int explainArguments(ParameterException e, String[] args) {
        CommandLine asked = e.getCommandLine();
        String name = asked.getCommandSpec().qualifiedName();
        PrintWriter err = asked.getErr();
        err.println("convoy: " + oneLine(e) + suggestion(e) + ". \"" + name + " --help\" lists what there is.");
        err.flush();
        return CommandFailure.STATUS_USAGE;
    }

    private static int explainFailure(Exception e, CommandLine command, ParseResult parsed) {
        PrintWriter err = command.getErr();
        int status = CommandFailure.STATUS_FAILED;
        if (e instanceof CommandFailure failure) {
            err.println("convoy: " + failure.getMessage());
            status = failure.status();
        } else {
            err.println("convoy: an error of our own, please report it: " + e + ". Set " + STACK_TRACES_VARIABLE
                    + "=1 to see where it comes from.");
        }
        if (System.getenv(STACK_TRACES_VARIABLE) != null) e.printStackTrace(err);
        err.flush();
        return status;
    }

    private static String oneLine(ParameterException e) {
        if (e instanceof UnmatchedArgumentException unmatched
                && !unmatched.isUnknownOption()
                && !unmatched.getCommandLine().getSubcommands().isEmpty()) {
            return "There is no command '" + unmatched.getUnmatched().get(0) + "'";
        }
        String message =
                String.valueOf(e.getMessage()).replaceAll("\\s*\\R\\s*", " ").strip();
        return message.endsWith(".") ? message.substring(0, message.length() - 1) : message;
    }

    private static String suggestion(ParameterException e) {
        if (!(e instanceof UnmatchedArgumentException unmatched)) return "";
        List<String> suggestions = unmatched.getSuggestions();
        return suggestions.isEmpty() ? "" : "; did you mean " + String.join(" or ", suggestions) + "?";
    }
}
