package dev.convoy.tools.keys;

import dev.convoy.tools.command.ConvoyVersion;
import dev.convoy.tools.terminal.Terminal;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code convoy keygen}: the keys of a new cluster. */
@Command(
        name = "keygen",
        mixinStandardHelpOptions = true,
        versionProvider = ConvoyVersion.class,
        description = {
            "Makes the keys of a new cluster, a file each, readable by you only. Overwrites nothing.",
            "",
            "  cluster.key  for nodes, CONVOY_CLUSTER_KEY_FILE: with it they prove to clients who they are",
            "  cluster.pub  for clients: what is to be proved. Public",
            "  token.key    for nodes, CONVOY_TOKEN_KEY_FILE",
            "  reset.key    for nodes and routers, CONVOY_RESET_KEY_FILE",
            "  admin.token  for nodes, routers and you, CONVOY_ADMIN_TOKEN_FILE",
            ""
        })
public final class KeygenCommand implements Callable<Integer> {
    @Option(
            names = "--dir",
            paramLabel = "FOLDER",
            description = "where to; it is made if it is not there (default: ${DEFAULT-VALUE})")
    private Path folder = ClusterKeys.FOLDER;

    @Override
    public Integer call() {
        ClusterKeys keys = ClusterKeys.random();
        keys.writeNew(folder);
        Terminal terminal = Terminal.standard();
        terminal.line("The keys are in " + folder.toAbsolutePath().normalize() + ".");
        terminal.line(
                "Clients have to know this one: " + keys.pair().publicKey().toHex());
        return 0;
    }
}
