package dev.convoy.tools.chat;

import dev.convoy.client.ClientOptions;
import dev.convoy.client.CredentialStore;
import dev.convoy.tools.command.CommandFailure;
import dev.convoy.tools.command.ConvoyVersion;
import dev.convoy.tools.command.ServerAddress;
import dev.convoy.tools.terminal.Terminal;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.net.SocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code convoy chat}: talk in a room. */
@Command(
        name = "chat",
        mixinStandardHelpOptions = true,
        versionProvider = ConvoyVersion.class,
        description = {
            "Joins a chat room; every line that is typed goes to everybody in it.",
            "When the connection is lost the session comes back by itself.",
            ""
        },
        footer = {"", "/quit, or the end of the input, leaves the room."})
public final class ChatCommand implements Callable<Integer> {
    @Option(
            names = "--server",
            paramLabel = "HOST:PORT",
            required = true,
            converter = ServerAddress.class,
            description = "a router; may be given several times")
    @SuppressWarnings("NullAway.Init")
    private List<SocketAddress> servers;

    @Option(names = "--room", paramLabel = "ROOM", defaultValue = "lobby", description = "default: ${DEFAULT-VALUE}")
    private String room = "lobby";

    @Option(names = "--user", paramLabel = "NAME", required = true, description = "who says it")
    private String user = "";

    @Option(
            names = "--credentials",
            paramLabel = "FILE",
            description = "keep there what is needed to come back to the session after a restart")
    private @Nullable Path credentials;

    @Override
    public Integer call() throws InterruptedException {
        Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
        try {
            return new Chat(vertx, options(), Terminal.standard()).run(System.in);
        } finally {
            vertx.close();
        }
    }

    private ClientOptions options() {
        try {
            return ClientOptions.builder()
                    .plain()
                    .servers(servers)
                    .user(user)
                    .roomType("chat")
                    .roomId(room)
                    .credentialStore(credentials == null ? CredentialStore.memory() : CredentialStore.file(credentials))
                    .build();
        } catch (IllegalArgumentException e) {
            throw CommandFailure.usage("That cannot be joined: " + e.getMessage() + ".");
        }
    }
}
