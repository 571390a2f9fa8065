package dev.convoy.tools.demo;

import dev.convoy.tools.command.CommandFailure;
import dev.convoy.tools.command.ConvoyVersion;
import dev.convoy.tools.command.JsonFile;
import dev.convoy.tools.keys.Security;
import dev.convoy.tools.terminal.Terminal;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code convoy demo}: the promise, in one command. */
@Command(
        name = "demo",
        mixinStandardHelpOptions = true,
        versionProvider = ConvoyVersion.class,
        description = {
            "Starts a cluster on this machine, lets players talk to it, breaks something in the middle, and counts.",
            "",
            "Every player numbers its messages, and every room answers with its own running number and hash of all"
                    + " that it has received from that player; so each player computes for itself whether anything"
                    + " was lost, doubled or reordered.",
            ""
        },
        footer = {
            "",
            "Exit status: 0 when nothing was lost, doubled or reordered and every player came back; 1 when not;"
                    + " 2 when an option is wrong."
        })
public final class DemoCommand implements Callable<Integer> {
    @Option(names = "--nodes", paramLabel = "N", defaultValue = "3", description = "nodes (default: ${DEFAULT-VALUE})")
    private int nodes;

    @Option(
            names = "--routers",
            paramLabel = "N",
            defaultValue = "2",
            description = "routers (default: ${DEFAULT-VALUE})")
    private int routers;

    @Option(
            names = "--players",
            paramLabel = "N",
            defaultValue = "60",
            description = "players (default: ${DEFAULT-VALUE})")
    private int players;

    @Option(
            names = "--rooms",
            paramLabel = "N",
            defaultValue = "6",
            description = "rooms that they share (default: ${DEFAULT-VALUE})")
    private int rooms;

    @Option(
            names = "--rate",
            paramLabel = "N",
            defaultValue = "10",
            description = "messages per second and player (default: ${DEFAULT-VALUE})")
    private int rate;

    @Option(
            names = "--seconds",
            paramLabel = "N",
            defaultValue = "15",
            description = {
                "how long they send, at least: they go on until 3 s after the fault is over",
                "(default: ${DEFAULT-VALUE})"
            })
    private int seconds;

    @Option(
            names = "--fault",
            paramLabel = "FAULT[+FAULT]",
            defaultValue = "kill",
            converter = Faults.Converter.class,
            description = {
                "what happens in the middle (default: ${DEFAULT-VALUE}):",
                "none     nothing",
                "kill     SIGKILL to the fullest node",
                "drain    SIGTERM to it: its sessions move, and it ends by itself",
                "pause    SIGSTOP to it, and SIGCONT 20 s later",
                "redis    SIGKILL to Redis, which is back 5 s later with its data",
                "router   SIGKILL to a router",
                "rolling  every node is drained and replaced, one after the other",
                "client   every player's client is ended as by SIGKILL, and started again from its credentials",
                "roam     every player's client changes its address, twice",
                "several at once: kill+router"
            })
    private Faults fault = Faults.of(Fault.KILL);

    @Option(
            names = "--durability",
            paramLabel = "LEVEL",
            defaultValue = "strict",
            description = {
                "what of a room survives its node's death (default: ${DEFAULT-VALUE}):",
                "memory      nothing; not with kill and pause",
                "checkpoint  what it was a second ago; its players are told, and send the rest again",
                "strict      everything that anybody was told"
            })
    private Durability durability = Durability.STRICT;

    @Option(
            names = "--security",
            paramLabel = "SUITE",
            defaultValue = "sealed",
            description = "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE})")
    private Security security = Security.SEALED;

    @Option(
            names = "--matrix",
            description = {
                "every fault with every durability it goes with, and some pairs, one after the other; one table",
                "at the end (instead of --fault and --durability; --json gets an array)"
            })
    private boolean matrix;

    @Option(names = "--seed", paramLabel = "N", description = "of the players' timing and padding (default: random)")
    private @Nullable Long seed;

    @Option(names = "--json", paramLabel = "FILE", description = "write the result there as a JSON object")
    private @Nullable Path json;

    @Override
    public Integer call() throws InterruptedException {
        long chosenSeed = seed == null ? new SecureRandom().nextInt(Integer.MAX_VALUE) : seed;
        if (json != null) JsonFile.requireWritable(json);
        Terminal terminal = Terminal.standard();
        if (matrix) return runMatrix(terminal, chosenSeed);
        DemoSettings settings = settings(fault, durability, chosenSeed);
        List<Path> logs = new ArrayList<>();
        DemoResult result = new DemoRun(settings, DemoView.on(terminal)).run(logs::add);
        new VerdictTable(result, terminal).lines().forEach(terminal::line);
        for (Path folder : logs) terminal.line(" The processes' logs are in " + folder + ".");
        if (json != null) JsonFile.write(json, result.json());
        return result.passed() ? 0 : CommandFailure.STATUS_FAILED;
    }

    private int runMatrix(Terminal terminal, long chosenSeed) throws InterruptedException {
        Matrix all = new Matrix(terminal, (faults, level) -> settings(faults, level, chosenSeed));
        boolean passed = all.run();
        if (json != null) JsonFile.write(json, all.json());
        return passed ? 0 : CommandFailure.STATUS_FAILED;
    }

    private DemoSettings settings(Faults faults, Durability level, long chosenSeed) {
        return new DemoSettings(nodes, routers, players, rooms, rate, seconds, faults, level, security, chosenSeed);
    }
}
