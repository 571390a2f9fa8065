package dev.convoy.tools.bench;

import dev.convoy.tools.command.ConvoyVersion;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code convoy bench}: says which benchmarks there are. */
@Command(
        name = "bench",
        mixinStandardHelpOptions = true,
        versionProvider = ConvoyVersion.class,
        subcommands = {
            BenchKcpCommand.class,
            BenchRedisCommand.class,
            BenchDurabilityCommand.class,
            BenchIdleCommand.class,
            BenchRouterCommand.class,
            BenchSealCommand.class
        },
        synopsisSubcommandLabel = "BENCHMARK",
        description = {"Measures parts of Convoy on this machine.", ""},
        footer = {"", "\"convoy bench BENCHMARK --help\" says more about one."})
public final class BenchCommand implements Runnable {
    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Say which benchmark");
    }
}
