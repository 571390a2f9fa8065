package dev.convoy.tools.dev;

import dev.convoy.tools.cluster.ClusterMember;
import dev.convoy.tools.cluster.ClusterSettings;
import dev.convoy.tools.cluster.LocalCluster;
import dev.convoy.tools.command.CommandFailure;
import dev.convoy.tools.command.ConvoyVersion;
import dev.convoy.tools.terminal.Paint;
import dev.convoy.tools.terminal.Terminal;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code convoy dev}: a cluster to play with, until Ctrl-C. */
@Command(
        name = "dev",
        mixinStandardHelpOptions = true,
        versionProvider = ConvoyVersion.class,
        description = {"Starts a cluster on this machine and keeps it running until Ctrl-C.", ""})
public final class DevCommand implements Callable<Integer> {
    private static final int PORT_MAX = 65_535;

    @Option(names = "--nodes", paramLabel = "N", defaultValue = "2", description = "nodes (default: ${DEFAULT-VALUE})")
    private int nodes;

    @Option(
            names = "--port",
            paramLabel = "PORT",
            defaultValue = "7000",
            description = "UDP port of the router; further routers take the following ones (default: ${DEFAULT-VALUE})")
    private int port;

    @Option(
            names = "--routers",
            paramLabel = "N",
            defaultValue = "1",
            description = "routers (default: ${DEFAULT-VALUE})")
    private int routers;

    @Option(
            names = "--console-port",
            paramLabel = "PORT",
            defaultValue = "7080",
            description = "TCP port of the console, a page for a browser; 0 = any free one (default: ${DEFAULT-VALUE})")
    private int consolePort;

    @Override
    public Integer call() throws InterruptedException {
        ClusterSettings settings = checked();
        Terminal terminal = Terminal.standard();
        try (LocalCluster cluster = LocalCluster.start(settings, terminal::line, died -> tellDeath(terminal, died));
                ConsoleDoor console = ConsoleDoor.open(cluster, consolePort)) {
            tell(terminal, cluster, console);
            // Until a signal ends the process; the cluster's own hook then ends the cluster.
            new CountDownLatch(1).await();
            return 0;
        }
    }

    private ClusterSettings checked() {
        requireBetween("--nodes", nodes, 1, ClusterSettings.NODES_MAX);
        requireBetween("--routers", routers, 1, ClusterSettings.ROUTERS_MAX);
        requireBetween("--port", port, 1, PORT_MAX - routers + 1);
        requireBetween("--console-port", consolePort, 0, PORT_MAX);
        return new ClusterSettings(nodes, routers, port, "strict", false);
    }

    private static void requireBetween(String option, int value, int min, int max) {
        if (value >= min && value <= max) return;
        throw CommandFailure.usage(option + " must be between " + min + " and " + max + ", not " + value + ".");
    }

    private static void tell(Terminal terminal, LocalCluster cluster, ConsoleDoor console) {
        terminal.line("");
        terminal.line("redis     " + cluster.redisDescription());
        for (ClusterMember node : cluster.nodes()) {
            terminal.line(node.name() + "    server id " + node.serverId() + ", pid " + node.pid());
        }
        for (ClusterMember router : cluster.routers()) {
            terminal.line(router.name() + "  " + ClusterSettings.HOST + ":" + router.port() + ", pid " + router.pid());
        }
        terminal.line("logs      " + cluster.logFolder());
        String admin = "http://" + cluster.nodes().get(0).admin();
        terminal.line("admin     " + admin + "  token " + cluster.adminToken());
        terminal.line("");
        terminal.line("Look at it:");
        terminal.line("  " + terminal.paint(Paint.BOLD, console.address()));
        terminal.line("Talk to it, in two other terminals:");
        String server = ClusterSettings.HOST + ":" + cluster.routers().get(0).port();
        for (String user : new String[] {"ann", "bob"}) {
            String command = "./convoy chat --server " + server + " --room lobby --user " + user;
            terminal.line("  " + terminal.paint(Paint.BOLD, command));
        }
        terminal.line("Look into it, in another:");
        terminal.line("  "
                + terminal.paint(
                        Paint.BOLD,
                        "export CONVOY_ADMIN_URL=" + admin + " CONVOY_ADMIN_TOKEN=" + cluster.adminToken()));
        terminal.line("  " + terminal.paint(Paint.BOLD, "./convoy nodes")
                + "    and rooms, sessions, leases, drain, kick, revoke, ban");
        terminal.line("Kill a node with \"kill -9\" and its pid, and watch them stay. Ctrl-C ends the cluster.");
        terminal.line("");
    }

    private static void tellDeath(Terminal terminal, ClusterMember member) {
        terminal.line(terminal.paint(Paint.RED, member.name() + " (pid " + member.pid() + ") has died") + "; its log: "
                + member.log());
    }
}
