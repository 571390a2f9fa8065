package dev.convoy.tools.keys;

import dev.convoy.client.ClientOptions;
import dev.convoy.protocol.handshake.ClusterPublicKey;
import dev.convoy.tools.command.CommandFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of a command that is a client: which server it believes. */
public final class SecurityOptions {
    private static final String VARIABLE = "CONVOY_CLUSTER_PUBLIC_KEY";

    @Option(
            names = "--server-key",
            paramLabel = "KEY",
            description = {
                "the cluster's public key, or the file that holds it (default: CONVOY_CLUSTER_PUBLIC_KEY, the file",
                "that CONVOY_CLUSTER_PUBLIC_KEY_FILE names, or .convoy/cluster.pub)"
            })
    private @Nullable String key;

    @Option(names = "--plain", description = "no encryption, for a trusted network; the service has to allow it")
    private boolean plain;

    /** A client's options that say so, and nothing else yet. */
    public ClientOptions.Builder client() {
        return client(System.getenv());
    }

    ClientOptions.Builder client(Map<String, String> environment) {
        if (plain && key != null) throw CommandFailure.usage("--plain and --server-key do not go together.");
        return plain ? ClientOptions.builder().plain() : ClientOptions.builder().serverKey(serverKey(environment));
    }

    private ClusterPublicKey serverKey(Map<String, String> environment) {
        if (key != null) return Files.isRegularFile(Path.of(key)) ? inFile(Path.of(key)) : parse("--server-key", key);
        String text = environment.getOrDefault(VARIABLE, "");
        if (!text.isBlank()) return parse(VARIABLE, text);
        String file = environment.getOrDefault(VARIABLE + "_FILE", "");
        if (!file.isBlank()) return inFile(Path.of(file));
        Path beside = ClusterKeys.FOLDER.resolve(ClusterKeys.PUBLIC_FILE);
        if (Files.isRegularFile(beside)) return inFile(beside);
        throw CommandFailure.usage("The cluster's public key is needed to know that it is the cluster: give it with"
                + " --server-key, or ask for a session without encryption with --plain.");
    }

    private static ClusterPublicKey inFile(Path file) {
        try {
            return parse(file.toString(), Files.readString(file));
        } catch (IOException e) {
            throw CommandFailure.usage(file + " cannot be read.");
        }
    }

    private static ClusterPublicKey parse(String source, String text) {
        try {
            return ClusterPublicKey.parse(text);
        } catch (IllegalArgumentException e) {
            throw CommandFailure.usage(source + ": " + e.getMessage() + ".");
        }
    }
}
