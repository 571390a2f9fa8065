package dev.convoy.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The example of docs/CLIENT.md: the code here is the code there, but for the port and what is done with messages. */
final class ExampleTest {
    @TempDir
    private Path folder;

    @Test
    void theExampleOfTheDocumentationWorks() {
        List<String> messages = new CopyOnWriteArrayList<>();
        Vertx vertx = Vertx.vertx();
        try (LoopbackNode node = new LoopbackNode()) {
            ClientOptions options = ClientOptions.builder()
                    .plain()
                    .server("127.0.0.1", node.port())
                    .user("ann")
                    .roomType("chat")
                    .roomId("lobby")
                    .credentialStore(CredentialStore.file(folder.resolve("ann.credentials")))
                    .build();
            ConvoyClient.create(vertx, options)
                    .join()
                    .onSuccess(session -> session.handler(message -> messages.add(message.toString()))
                            .eventHandler(event -> System.err.println(event))
                            .send(Buffer.buffer("hello")));
            Player.until(() -> messages.contains("hello"));
        } finally {
            Player.await(vertx.close());
        }
    }

    @Test
    void theDocumentationNamesNoMethodThatIsNotThere() throws IOException {
        String example = Files.readString(Path.of("../docs/CLIENT.md")).split("```", -1)[1];
        String sources = Files.readString(Path.of("src/main/java/dev/convoy/client/ClientOptions.java"))
                + Files.readString(Path.of("src/main/java/dev/convoy/client/Session.java"))
                + Files.readString(Path.of("src/main/java/dev/convoy/client/ConvoyClient.java"))
                + Files.readString(Path.of("src/main/java/dev/convoy/client/CredentialStore.java"))
                + " println( onSuccess( of( vertx( buffer( readString(";
        Matcher calls = Pattern.compile("\\.(\\w+\\()").matcher(example);
        while (calls.find()) assertThat(sources).contains(calls.group(1));
    }
}
