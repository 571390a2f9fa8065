package dev.convoy.tools.chat;

import dev.convoy.client.ClientOptions;
import dev.convoy.client.ConvoyClient;
import dev.convoy.client.Session;
import dev.convoy.client.SessionEvent;
import dev.convoy.protocol.wire.ErrorCode;
import dev.convoy.tools.command.CommandFailure;
import dev.convoy.tools.terminal.Paint;
import dev.convoy.tools.terminal.Terminal;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * One person in a chat room. Lines are read on a thread of their own, since reading blocks; the main thread
 * waits for whichever comes first, the person's leaving or the session's end.
 */
final class Chat {
    private static final String QUIT = "/quit";
    private static final int CONFIRMED_WITHIN_MS = 5_000;
    private static final int LAST_ECHO_MS = 200;
    private static final int LEFT_WITHIN_S = 3;

    /** Removes the line that was just typed: the room will repeat it with the name in front. */
    private static final String WIPE_TYPED_LINE = "\u001b[1A\u001b[2K";

    private final ConvoyClient client;
    private final Terminal terminal;
    private final CompletableFuture<Integer> over = new CompletableFuture<>();

    Chat(Vertx vertx, ClientOptions options, Terminal terminal) {
        this.client = ConvoyClient.create(vertx, options);
        this.terminal = terminal;
    }

    /**
     * Chats until the person leaves or the session is over.
     *
     * @return the exit status
     */
    int run(InputStream typed) throws InterruptedException {
        Session session = join();
        note("you are " + session.playerId() + " in " + session.roomId() + "; " + QUIT + " leaves");
        Thread reader = new Thread(() -> read(typed, session), "typed lines");
        reader.setDaemon(true);
        reader.start();
        try {
            int status = over.get();
            client.close().toCompletionStage().toCompletableFuture().get(LEFT_WITHIN_S, TimeUnit.SECONDS);
            return status;
        } catch (ExecutionException | TimeoutException e) {
            return CommandFailure.STATUS_FAILED;
        }
    }

    private Session join() throws InterruptedException {
        try {
            return client.join()
                    .onSuccess(session -> session.handler(this::show).eventHandler(this::tell))
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get();
        } catch (ExecutionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw CommandFailure.failed("The room could not be joined: " + cause.getMessage(), e);
        }
    }

    private void read(InputStream typed, Session session) {
        try {
            BufferedReader lines = new BufferedReader(new InputStreamReader(typed, StandardCharsets.UTF_8));
            for (String line = lines.readLine(); line != null && !line.equals(QUIT); line = lines.readLine()) {
                if (terminal.typedInto()) terminal.out().print(WIPE_TYPED_LINE);
                if (!line.isBlank()) say(line, session);
            }
            awaitConfirmed(session);
        } catch (IOException | InterruptedException e) {
            // Nobody types any more: leave.
        }
        over.complete(0);
    }

    private void say(String line, Session session) {
        session.send(Buffer.buffer(line)).onFailure(why -> note("not sent: " + why.getMessage()));
    }

    /** What was piped into us is to arrive, and to be shown, before we leave. */
    private static void awaitConfirmed(Session session) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(CONFIRMED_WITHIN_MS);
        while (session.stats().unacknowledged() > 0 && System.nanoTime() < deadline) Thread.sleep(20);
        Thread.sleep(LAST_ECHO_MS);
    }

    private void show(Buffer message) {
        terminal.line(printable(message.toString(StandardCharsets.UTF_8)));
    }

    private void tell(SessionEvent event) {
        if (event instanceof SessionEvent.Reconnecting lost) {
            note("connection lost, coming back (attempt %d of %d%s)"
                    .formatted(lost.attempt(), lost.attemptsMax(), pause(lost.delayMs())));
        } else if (event instanceof SessionEvent.Resumed back) {
            note("back, after " + seconds(back.outageMs()));
        } else if (event instanceof SessionEvent.Closed closed) {
            boolean left = closed.error() == ErrorCode.LEFT;
            if (!left) note("the session is over: " + reason(closed));
            over.complete(left ? 0 : CommandFailure.STATUS_FAILED);
        }
    }

    private static String pause(long ms) {
        return ms < 100 ? "" : ", in " + seconds(ms);
    }

    private static String seconds(long ms) {
        return ms % 1_000 == 0 ? ms / 1_000 + " s" : String.format(Locale.ROOT, "%.1f s", ms / 1_000.0);
    }

    private static String reason(SessionEvent.Closed closed) {
        ErrorCode error = closed.error();
        String what = error == null ? "the service could not be reached" : error.english();
        return closed.detail().isEmpty() ? what : what + " (" + printable(closed.detail()) + ")";
    }

    private void note(String text) {
        terminal.line(terminal.paint(Paint.DIM, "* " + text));
    }

    /** Others choose these characters: none of them may steer the terminal. */
    static String printable(String text) {
        return text.replaceAll("\\p{Cc}", "\uFFFD");
    }
}
