package dev.convoy.client;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.CompletionException;

/**
 * A program as somebody writes it who has never heard of Vert.x: it says m1, m2, m3 … up to a number, goes on after a kill
 * where its former life was, and prints what it hears.
 */
final class PlainProgram {
    private PlainProgram() {}

    /** Arguments: port, credentials file, how many messages. */
    public static void main(String[] arguments) throws InterruptedException {
        int messages = Integer.parseInt(arguments[2]);
        ClientOptions options = ClientOptions.builder()
                .server("127.0.0.1", Integer.parseInt(arguments[0]))
                .user("ann")
                .plain()
                .roomId("lobby")
                .credentialStore(CredentialStore.file(Path.of(arguments[1])))
                .build();
        try (StandaloneClient client = StandaloneClient.create(options)) {
            client.onMessage(message -> System.out.println(new String(message, StandardCharsets.UTF_8)));
            client.join().join();
            long next = confirmed(client) + 1;
            System.out.println("next " + next);
            while (next <= messages) {
                if (isAccepted(client, "m" + next)) next++;
                Thread.sleep(1);
            }
            while (confirmed(client) < messages) Thread.sleep(1);
            System.out.println("done");
        }
    }

    /** A full outbox is no fault: the message is offered again. */
    private static boolean isAccepted(StandaloneClient client, String message) {
        try {
            client.send(message.getBytes(StandardCharsets.UTF_8)).join();
            return true;
        } catch (CompletionException full) {
            if (full.getCause() instanceof OutboxFullException) return false;
            throw full;
        }
    }

    private static long confirmed(StandaloneClient client) {
        return Objects.requireNonNull(client.stats()).confirmed();
    }
}
