package dev.convoy.tools.admin;

import dev.convoy.tools.command.CommandFailure;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Whom an admin command asks, and how it shows the answer: the options that all of them have. */
final class AdminTarget {
    static final String URL_VARIABLE = "CONVOY_ADMIN_URL";
    static final String TOKEN_VARIABLE = "CONVOY_ADMIN_TOKEN";
    private static final Duration CONNECT_MAX = Duration.ofSeconds(3);
    private static final Duration ANSWER_MAX = Duration.ofSeconds(15);
    private static final int OK = 200;
    private static final int UNAUTHORIZED = 401;

    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init")
    private CommandSpec command;

    @Option(
            names = "--admin",
            paramLabel = "URL",
            description = "the admin server of any node (default: $" + URL_VARIABLE + ", or http://127.0.0.1:9000)")
    private @Nullable String url;

    @Option(
            names = "--token-file",
            paramLabel = "FILE",
            description = "a file that holds the admin token (default: $" + TOKEN_VARIABLE + ", or the file that $"
                    + TOKEN_VARIABLE + "_FILE names)")
    private @Nullable Path tokenFile;

    @Option(names = "--json", description = "print the answer as JSON")
    private boolean json;

    boolean isJson() {
        return json;
    }

    PrintWriter out() {
        return command.commandLine().getOut();
    }

    /** Prints an answer as it came, or what {@code text} makes of it. */
    void show(JsonObject answer, String text) {
        out().println(json ? answer.encodePrettily() : text);
        out().flush();
    }

    JsonObject get(String path) {
        return ask(request(path).GET());
    }

    JsonObject post(String path, JsonObject body) {
        return ask(request(path).POST(BodyPublishers.ofString(body.encode())));
    }

    /** A part of a path, encoded. */
    static String part(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private HttpRequest.Builder request(String path) {
        try {
            return HttpRequest.newBuilder(URI.create(base() + path))
                    .timeout(ANSWER_MAX)
                    .header("Authorization", "Bearer " + token());
        } catch (IllegalArgumentException noUrl) {
            throw CommandFailure.usage("--admin must be a URL like http://127.0.0.1:9000, not '" + base() + "'.");
        }
    }

    private String base() {
        String given = url != null ? url : System.getenv().getOrDefault(URL_VARIABLE, "http://127.0.0.1:9000");
        String whole = given.contains("://") ? given : "http://" + given;
        return whole.endsWith("/") ? whole.substring(0, whole.length() - 1) : whole;
    }

    private String token() {
        String itself = System.getenv(TOKEN_VARIABLE);
        String named = System.getenv(TOKEN_VARIABLE + "_FILE");
        Path file = tokenFile != null || named == null ? tokenFile : Path.of(named);
        if (tokenFile == null && itself != null && !itself.isBlank()) return itself.strip();
        if (file == null) {
            throw CommandFailure.usage("An admin token is needed: set " + TOKEN_VARIABLE + ", or give --token-file.");
        }
        try {
            String token = Files.readString(file).strip();
            if (!token.isEmpty() && token.chars().allMatch(c -> c > ' ' && c < 127)) return token;
        } catch (IOException e) {
            throw CommandFailure.usage("The token file " + file + " cannot be read.");
        }
        throw CommandFailure.usage("The file " + file + " holds no token.");
    }

    private JsonObject ask(HttpRequest.Builder request) {
        HttpClient http = HttpClient.newBuilder().connectTimeout(CONNECT_MAX).build();
        try {
            HttpResponse<String> response = http.send(request.build(), BodyHandlers.ofString());
            JsonObject body = new JsonObject(response.body());
            if (response.statusCode() == OK) return body;
            String sentence = body.getString("error", "it answered with status " + response.statusCode());
            if (response.statusCode() == UNAUTHORIZED) throw CommandFailure.usage(base() + ": " + sentence);
            throw CommandFailure.failed(base() + ": " + sentence);
        } catch (ConnectException | HttpTimeoutException e) {
            throw CommandFailure.failed("Nothing answers at " + base() + ": is it a node's admin address?", e);
        } catch (IOException | DecodeException e) {
            throw CommandFailure.failed(
                    "What answers at " + base() + " is no admin server: " + e.getMessage() + ".", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw CommandFailure.failed("Interrupted while " + base() + " was asked.", e);
        }
    }
}
