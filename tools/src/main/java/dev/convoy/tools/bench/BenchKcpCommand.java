package dev.convoy.tools.bench;

import dev.convoy.tools.command.CommandFailure;
import dev.convoy.tools.command.ConvoyVersion;
import dev.convoy.tools.command.JsonFile;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code convoy bench kcp}. The module with the other implementations is not on our class path, and must not be:
 * the launcher builds it when it is asked for, and says where it is.
 */
@Command(
        name = "kcp",
        mixinStandardHelpOptions = true,
        versionProvider = ConvoyVersion.class,
        description = {
            "Our KCP core beside those of kcp-netty and java-Kcp, in one process.",
            "",
            "Time and memory per message, the cost of acknowledgements, idle conversations, and latency under loss in"
                    + " virtual time. The first start builds what it needs.",
            ""
        })
final class BenchKcpCommand implements Callable<Integer> {
    private static final String CLASS_PATH_PROPERTY = "convoy.bench.classpath";
    private static final String MAIN = "dev.convoy.bench.KcpBench";
    private static final int SECONDS_MIN = 5;
    private static final int SECONDS_MAX = 3_600;

    @Option(
            names = "--seconds",
            paramLabel = "N",
            defaultValue = "60",
            description = "for all measurements in real time together, roughly (default: ${DEFAULT-VALUE})")
    private int seconds;

    @Option(names = "--json", paramLabel = "FILE", description = "write the result there as a JSON object")
    private @Nullable Path json;

    @Override
    public Integer call() throws InterruptedException {
        BenchLimits.requireSeconds(seconds, SECONDS_MIN, SECONDS_MAX);
        if (json != null) JsonFile.requireWritable(json);
        String classPath = System.getProperty(CLASS_PATH_PROPERTY, "");
        if (classPath.isEmpty())
            throw CommandFailure.failed("Start it as \"./convoy bench kcp\": that builds what it needs.");
        List<String> arguments = new ArrayList<>(List.of("--seconds", Integer.toString(seconds)));
        if (json != null)
            arguments.addAll(List.of("--json", json.toAbsolutePath().toString()));
        JvmProcess.run(classPath, MAIN, arguments, Redirect.INHERIT);
        return 0;
    }
}
