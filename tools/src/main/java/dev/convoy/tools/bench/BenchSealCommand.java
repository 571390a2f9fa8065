package dev.convoy.tools.bench;

import dev.convoy.tools.command.CommandFailure;
import dev.convoy.tools.command.ConvoyVersion;
import dev.convoy.tools.command.JsonFile;
import dev.convoy.tools.terminal.Terminal;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code convoy bench seal}: what encryption costs, on this JDK and on a newer one where there is one. */
@Command(
        name = "seal",
        mixinStandardHelpOptions = true,
        versionProvider = ConvoyVersion.class,
        description = {
            "What encryption costs: an echo over KCP in memory, plain and sealed, in time and bytes allocated per packet.",
            "",
            "Measured on the JDK that runs this, and on the newest other one in /usr/lib/jvm if there is one.",
            ""
        })
final class BenchSealCommand implements Callable<Integer> {
    private static final int SECONDS_MIN = 2;
    private static final int SECONDS_MAX = 3_600;
    private static final Path INSTALLED = Path.of("/usr/lib/jvm");

    @Option(
            names = "--seconds",
            paramLabel = "N",
            defaultValue = "10",
            description = "for each JDK, roughly (default: ${DEFAULT-VALUE})")
    private int seconds;

    @Option(
            names = "--java",
            paramLabel = "FOLDER",
            description = "another JDK to measure on, in place of the newest found")
    private @Nullable Path java;

    @Option(names = "--json", paramLabel = "FILE", description = "write the result there as a JSON object")
    private @Nullable Path json;

    @Override
    public Integer call() throws InterruptedException {
        BenchLimits.requireSeconds(seconds, SECONDS_MIN, SECONDS_MAX);
        if (json != null) JsonFile.requireWritable(json);
        if (java != null && !Files.isExecutable(java.resolve(Path.of("bin", "java"))))
            throw CommandFailure.usage("--java: there is no JDK in " + java + ".");
        Terminal terminal = Terminal.standard();
        JsonArray results = new JsonArray();
        for (Path home : homes()) {
            JsonObject result = measure(home);
            results.add(result);
            for (String size : new String[] {"100B", "1000B"}) terminal.line(told(result, size));
        }
        if (json != null)
            JsonFile.write(json, new JsonObject().put("jdks", results).encodePrettily());
        return 0;
    }

    private static String told(JsonObject result, String size) {
        JsonObject both = result.getJsonObject(size);
        JsonObject plain = both.getJsonObject("plain");
        JsonObject sealed = both.getJsonObject("sealed");
        return String.format(
                Locale.ROOT,
                " JDK %-14s %5s  plain %5.0f ns, %4.0f B a packet   sealed %5.0f ns, %4.0f B a packet   %.2f of plain's speed",
                result.getString("java"),
                size,
                plain.getDouble("nsPerPacket"),
                plain.getDouble("bytesAllocatedPerPacket"),
                sealed.getDouble("nsPerPacket"),
                sealed.getDouble("bytesAllocatedPerPacket"),
                both.getDouble("sealedToPlain"));
    }

    private JsonObject measure(Path home) throws InterruptedException {
        try {
            Path file = Files.createTempFile("convoy-seal", ".json");
            try {
                String classPath = System.getProperty("java.class.path");
                List<String> arguments = List.of(Integer.toString(seconds), file.toString());
                JvmProcess.run(home, classPath, SealMeasurement.class.getName(), arguments, Redirect.INHERIT);
                return new JsonObject(Files.readString(file));
            } finally {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw CommandFailure.failed("The result could not be read: " + e.getMessage() + ".", e);
        }
    }

    /** This JDK, and another one. */
    private List<Path> homes() {
        List<Path> homes = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"))));
        if (java != null) homes.add(java);
        else newest().ifPresent(homes::add);
        return homes;
    }

    /** The newest installed JDK that is newer than this one. */
    private static Optional<Path> newest() {
        if (!Files.isDirectory(INSTALLED)) return Optional.empty();
        try (Stream<Path> installed = Files.list(INSTALLED)) {
            return installed
                    .filter(home -> Files.isExecutable(home.resolve(Path.of("bin", "java"))))
                    .filter(home -> feature(home) > Runtime.version().feature())
                    .max(Comparator.comparingInt(BenchSealCommand::feature));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Of the JDK in that folder, by its release file; 0 when it does not say. */
    private static int feature(Path home) {
        try (Stream<String> lines = Files.lines(home.resolve("release"))) {
            return lines.filter(line -> line.startsWith("JAVA_VERSION="))
                    .map(line -> line.replaceAll("[^0-9.]", ""))
                    .map(version -> version.split("\\.", -1)[0])
                    .mapToInt(Integer::parseInt)
                    .findFirst()
                    .orElse(0);
        } catch (IOException | NumberFormatException | UncheckedIOException e) {
            return 0;
        }
    }
}
