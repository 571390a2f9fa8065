package dev.convoy.tools.bench;

import dev.convoy.tools.command.CommandFailure;
import dev.convoy.tools.command.ConvoyVersion;
import dev.convoy.tools.command.JsonFile;
import dev.convoy.tools.terminal.Terminal;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code convoy bench seal}: each JDK measures in a process of its own ({@link SealBench}), one after the other. */
@Command(
        name = "seal",
        mixinStandardHelpOptions = true,
        versionProvider = ConvoyVersion.class,
        description = {
            "What the sealed suite costs beside the plain one, on this JDK and on the newest one in /usr/lib/jvm.",
            "",
            "Time and memory of sealing and of opening a packet, and of an echo through KCP, in memory and over UDP sockets"
                    + " of loopback. The goal, of the echo over UDP: sealed does at least 0.7 times what plain does in the"
                    + " same CPU time.",
            ""
        })
final class BenchSealCommand implements Callable<Integer> {
    private static final int SECONDS_MIN = 4;
    private static final int SECONDS_MAX = 600;
    private static final double GOAL = 0.7;

    @Option(
            names = "--seconds",
            paramLabel = "N",
            defaultValue = "40",
            description = "for all JDKs together, roughly (default: ${DEFAULT-VALUE})")
    private int seconds;

    @Option(
            names = "--java",
            paramLabel = "PATH",
            description = "the second JDK's bin/java (default: the newest in /usr/lib/jvm, if newer than this one)")
    private @Nullable Path java;

    @Option(names = "--json", paramLabel = "FILE", description = "write the result there as a JSON object")
    private @Nullable Path json;

    private final Terminal terminal = Terminal.standard();

    @Override
    public Integer call() {
        BenchLimits.requireSeconds(seconds, SECONDS_MIN, SECONDS_MAX);
        if (java != null) OtherJdk.requireExecutable(java);
        if (json != null) JsonFile.requireWritable(json);
        List<Path> javas = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java")));
        Path other = java == null ? OtherJdk.newest() : java;
        if (other != null) javas.add(other);
        JsonArray jdks = new JsonArray();
        for (Path each : javas) {
            JsonObject measured = measure(each, TimeUnit.SECONDS.toMillis(seconds) / javas.size());
            show(measured);
            jdks.add(measured);
        }
        JsonObject result = new JsonObject()
                .put("seconds", seconds)
                .put("goalSealedToPlain", GOAL)
                .put("jdks", jdks);
        if (json != null) JsonFile.write(json, result.encodePrettily());
        return 0;
    }

    private static JsonObject measure(Path java, long millis) {
        List<String> command = List.of(
                java.toString(),
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                SealBench.class.getName(),
                Long.toString(millis));
        try (BenchProcess process = BenchProcess.start(java.toString(), command, Map.of())) {
            JsonObject measured = new JsonObject(process.readLine());
            double least = measured.getJsonArray("echo").stream()
                    .map(JsonObject.class::cast)
                    .filter(echo -> "udp".equals(echo.getString("over")))
                    .mapToDouble(echo -> echo.getDouble("sealedToPlain"))
                    .min()
                    .orElseThrow();
            return measured.put("udpSealedToPlain", least).put("reachesGoal", least >= GOAL);
        } catch (DecodeException e) {
            throw CommandFailure.failed(java + " did not measure: is it a JDK of 17 or newer?", e);
        }
    }

    private void show(JsonObject measured) {
        terminal.line("Java " + measured.getString("java") + ", CPU time");
        for (Object each : measured.getJsonArray("cipher")) {
            JsonObject cipher = (JsonObject) each;
            for (String what : List.of("seal", "open")) {
                JsonObject cost = cipher.getJsonObject(what);
                line(
                        " %-6s %4d B: %6.0f ns, %5.0f B allocated",
                        what,
                        cipher.getInteger("datagramBytes"),
                        cost.getDouble("nsPerPacket"),
                        cost.getDouble("bytesAllocatedPerPacket"));
            }
        }
        for (Object each : measured.getJsonArray("echo")) {
            JsonObject echo = (JsonObject) each;
            JsonObject plain = echo.getJsonObject("plain");
            JsonObject sealed = echo.getJsonObject("sealed");
            line(
                    " echo %-6s %4d B x %2d: plain %6.0f ns/packet, %4.0f B; sealed %6.0f ns/packet, %4.0f B; %.2f x plain",
                    echo.getString("over"),
                    echo.getInteger("messageBytes"),
                    echo.getInteger("messagesAtOnce"),
                    plain.getDouble("nsPerPacket"),
                    plain.getDouble("bytesAllocatedPerPacket"),
                    sealed.getDouble("nsPerPacket"),
                    sealed.getDouble("bytesAllocatedPerPacket"),
                    echo.getDouble("sealedToPlain"));
        }
        line(
                " sealed echo over UDP, the worst: %.2f x plain; the goal, at least %.1f, is %s",
                measured.getDouble("udpSealedToPlain"),
                GOAL,
                measured.getBoolean("reachesGoal") ? "reached" : "missed");
    }

    private void line(String format, Object... values) {
        terminal.line(String.format(Locale.ROOT, format, values));
    }
}
