package dev.convoy.tools.load;

import dev.convoy.tools.command.CommandFailure;
import dev.convoy.tools.command.ConvoyVersion;
import dev.convoy.tools.command.JsonFile;
import dev.convoy.tools.command.ServerAddress;
import dev.convoy.tools.keys.SecurityOptions;
import dev.convoy.tools.terminal.Terminal;
import io.vertx.core.net.SocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code convoy load}: many players, and how long their messages take. */
@Command(
        name = "load",
        mixinStandardHelpOptions = true,
        versionProvider = ConvoyVersion.class,
        description = {
            "Lets many players talk to a running service, and measures how long its answers take.",
            "",
            "Every player sends by a timetable that slow answers do not change, and an answer's time counts from when"
                    + " its message was due; so a service that stalls looks as bad as it is. The generator watches"
                    + " itself and says when it, and not the service, was the bottleneck.",
            ""
        },
        footer = {
            "",
            "Exit status: 0 when everybody could join and stay and every message was answered once and in order;"
                    + " 1 when not; 2 when an option is wrong."
        })
public final class LoadCommand implements Callable<Integer> {
    @Option(
            names = "--server",
            paramLabel = "HOST:PORT",
            required = true,
            converter = ServerAddress.class,
            description = "a router; may be given several times")
    @SuppressWarnings("NullAway.Init")
    private List<SocketAddress> servers;

    @Option(
            names = "--room-type",
            paramLabel = "TYPE",
            defaultValue = "echo",
            description = "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE})")
    private RoomKind room = RoomKind.ECHO;

    @Option(
            names = "--players",
            paramLabel = "N",
            defaultValue = "100",
            description = "players, a session each (default: ${DEFAULT-VALUE})")
    private int players;

    @Option(
            names = "--players-per-room",
            paramLabel = "N",
            defaultValue = "10",
            description = "how many share a room (default: ${DEFAULT-VALUE})")
    private int playersPerRoom;

    @Option(
            names = "--rate",
            paramLabel = "N",
            defaultValue = "10",
            description = "messages per second and player (default: ${DEFAULT-VALUE})")
    private int rate;

    @Option(
            names = "--size",
            paramLabel = "BYTES",
            defaultValue = "64",
            description = "of a message (default: ${DEFAULT-VALUE})")
    private int size;

    @Option(
            names = "--seconds",
            paramLabel = "N",
            defaultValue = "30",
            description = "that are measured, after the ramp (default: ${DEFAULT-VALUE})")
    private int seconds;

    @Option(
            names = "--ramp",
            paramLabel = "SECONDS",
            defaultValue = "5",
            description = "over which the players join; not measured (default: ${DEFAULT-VALUE})")
    private int ramp;

    @Mixin
    private final SecurityOptions security = new SecurityOptions();

    @Option(
            names = "--loops",
            paramLabel = "N",
            description = "event loops of the generator (default: one for each core)")
    private int loops = Math.min(LoadSettings.LOOPS_MAX, Runtime.getRuntime().availableProcessors());

    @Option(
            names = "--name",
            paramLabel = "NAME",
            defaultValue = "load",
            description = {
                "what the players' and rooms' names begin with; generators that run at the same time need different",
                "ones (default: ${DEFAULT-VALUE})"
            })
    private String name = "load";

    @Option(names = "--json", paramLabel = "FILE", description = "write the result there as a JSON object")
    private @Nullable Path json;

    @Override
    public Integer call() throws InterruptedException {
        LoadSettings settings = new LoadSettings(
                servers, room, players, playersPerRoom, rate, size, seconds, ramp, loops, name, security);
        if (json != null) JsonFile.requireWritable(json);
        LoadResult result = new LoadRun(settings, Terminal.standard()).run();
        if (json != null) JsonFile.write(json, result.json().encodePrettily());
        return result.isClean() ? 0 : CommandFailure.STATUS_FAILED;
    }
}
