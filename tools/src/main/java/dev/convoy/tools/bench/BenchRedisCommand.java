package dev.convoy.tools.bench;

import dev.convoy.tools.command.CommandFailure;
import dev.convoy.tools.command.ConvoyVersion;
import dev.convoy.tools.command.JsonFile;
import dev.convoy.tools.terminal.Terminal;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code convoy bench redis}. */
@Command(
        name = "redis",
        mixinStandardHelpOptions = true,
        versionProvider = ConvoyVersion.class,
        description = {
            "How many admissions, redemptions and commits a Redis of its own takes from one connection, and how often a"
                    + " player waits for it.",
            "",
            "A commit is one message each way for every session in it, the last one acknowledged. Round trips are counted"
                    + " between real nodes and their Redis: while a player joins, comes back, and comes back to a room"
                    + " whose node was killed.",
            ""
        })
final class BenchRedisCommand implements Callable<Integer> {
    private static final String MAIN = "dev.convoy.redis.local.RedisBench";
    private static final int SECONDS_MIN = 7;
    private static final int SECONDS_MAX = 3_600;

    /** Admissions, redemptions, and commits of three sizes, each with a warm-up of a third. */
    private static final double SECONDS_PER_MEASURED_SECOND = 5 * 4 / 3.0;

    @Option(
            names = "--seconds",
            paramLabel = "N",
            defaultValue = "20",
            description = "for all measurements of Redis together, roughly; counting round trips takes some 30 more"
                    + " (default: ${DEFAULT-VALUE})")
    private int seconds;

    @Option(names = "--json", paramLabel = "FILE", description = "write the result there as a JSON object")
    private @Nullable Path json;

    @Override
    public Integer call() throws InterruptedException {
        BenchLimits.requireSeconds(seconds, SECONDS_MIN, SECONDS_MAX);
        if (json != null) JsonFile.requireWritable(json);
        JsonArray measured = measure(Math.max(1, (int) (seconds / SECONDS_PER_MEASURED_SECOND)));
        Terminal terminal = Terminal.standard();
        for (int i = 0; i < measured.size(); i++) terminal.line(line(measured.getJsonObject(i)));
        JsonObject trips = RoundTripCount.run();
        terminal.line(roundTripsLine(trips));
        if (json != null) {
            JsonFile.write(json, result(measured).put("roundTrips", trips).encodePrettily());
        }
        return 0;
    }

    private static JsonArray measure(int secondsEach) throws InterruptedException {
        try {
            Path file = Files.createTempFile("convoy-bench-redis-", ".json");
            try {
                String classPath = System.getProperty("java.class.path");
                List<String> arguments = List.of(Integer.toString(secondsEach), file.toString());
                JvmProcess.run(classPath, MAIN, arguments, Redirect.DISCARD);
                return new JsonArray(Files.readString(file));
            } finally {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw CommandFailure.failed("The result could not be read: " + e.getMessage() + ".", e);
        }
    }

    static String roundTripsLine(JsonObject trips) {
        return String.format(
                Locale.ROOT,
                " round trips: %d for a join, %d for a return, %d for a takeover before it",
                trips.getLong("connect"),
                trips.getLong("resume"),
                trips.getLong("takeover"));
    }

    private static String line(JsonObject one) {
        int sessions = one.getInteger("sessionsPerCall");
        return String.format(
                Locale.ROOT,
                " %-6s  %2d a call   %,9.0f sessions/s   %6.1f µs of Redis's CPU a session",
                one.getString("name"),
                sessions,
                one.getDouble("sessionsPerSecond"),
                one.getDouble("cpuMicrosPerCall") / sessions);
    }

    /**
     * {@code {admitsPerSecond, redeemsPerSecond, commits: [{sessions, commitsPerSecond, sessionCommitsPerSecond}],
     * redisCpuMicros: {admit, redeem, commit1, commit16, commit64}}}; CPU per call, whatever it is for. The command adds
     * {@code roundTrips: {connect, resume, resumeAtTakeover, takeover}}.
     */
    static JsonObject result(JsonArray measured) {
        JsonObject result = new JsonObject();
        JsonArray commits = new JsonArray();
        JsonObject cpu = new JsonObject();
        for (int i = 0; i < measured.size(); i++) {
            JsonObject one = measured.getJsonObject(i);
            String name = one.getString("name");
            int sessions = one.getInteger("sessionsPerCall");
            boolean isCommit = name.equals("commit");
            cpu.put(isCommit ? name + sessions : name, one.getDouble("cpuMicrosPerCall"));
            if (isCommit) {
                commits.add(new JsonObject()
                        .put("sessions", sessions)
                        .put("commitsPerSecond", one.getDouble("callsPerSecond"))
                        .put("sessionCommitsPerSecond", one.getDouble("sessionsPerSecond")));
            } else {
                result.put(name + "sPerSecond", one.getDouble("callsPerSecond"));
            }
        }
        return result.put("commits", commits).put("redisCpuMicros", cpu);
    }
}
