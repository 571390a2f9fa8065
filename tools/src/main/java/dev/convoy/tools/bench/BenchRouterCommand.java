package dev.convoy.tools.bench;

import dev.convoy.tools.command.ConvoyVersion;
import dev.convoy.tools.command.JsonFile;
import dev.convoy.tools.terminal.Terminal;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code convoy bench router}. */
@Command(
        name = "router",
        mixinStandardHelpOptions = true,
        versionProvider = ConvoyVersion.class,
        description = {
            "What a forwarded datagram costs: CPU time of one router process with one event loop.",
            "",
            "Beside it, in the same run: a process that only echoes, and nginx as a UDP proxy where it is installed with its"
                    + " stream module. With 64 and 4,000 clients of 128 bytes, with sizes from 40 to 400 bytes, and with"
                    + " 100,000 clients, which must not cost the router memory. Only figures of one run compare.",
            ""
        })
final class BenchRouterCommand implements Callable<Integer> {
    private static final int SECONDS_MIN = 8;
    private static final int SECONDS_MAX = 3_600;

    @Option(
            names = "--seconds",
            paramLabel = "N",
            defaultValue = "60",
            description = "of measuring altogether, without warming up (default: ${DEFAULT-VALUE})")
    private int seconds;

    @Option(names = "--json", paramLabel = "FILE", description = "write the result there as a JSON object")
    private @Nullable Path json;

    @Override
    public Integer call() throws InterruptedException {
        BenchLimits.requireSeconds(seconds, SECONDS_MIN, SECONDS_MAX);
        if (json != null) JsonFile.requireWritable(json);
        Terminal terminal = Terminal.standard();
        RouterBench.Result result = new RouterBench(seconds, terminal::line).run();
        JsonObject told = result.json();
        terminal.line("");
        result.lines().forEach(terminal::line);
        if (json != null) JsonFile.write(json, told.encodePrettily());
        return 0;
    }
}
