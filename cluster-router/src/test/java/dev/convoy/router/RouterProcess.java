package dev.convoy.router;

import java.io.BufferedReader;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A router process that is ready, with its admin server. */
final class RouterProcess implements AutoCloseable {
    private static final Pattern READY =
            Pattern.compile("convoy-router ready port=(\\d+) admin=(127\\.0\\.0\\.1:\\d+) pid=\\d+");

    private final HttpClient http = HttpClient.newHttpClient();
    private final Process process;
    private final InetSocketAddress address;
    private final String admin;

    private RouterProcess(Process process, InetSocketAddress address, String admin) {
        this.process = process;
        this.address = address;
        this.admin = admin;
    }

    static RouterProcess start(String redisUri, Map<String, String> settings) throws IOException {
        Map<String, String> environment = new HashMap<>(Map.of(
                "CONVOY_REDIS_URI", redisUri,
                "CONVOY_ROUTER_PORT", "0",
                "CONVOY_ROUTER_LOOPS", "1",
                "CONVOY_ROUTER_DRAIN_MS", "0",
                "CONVOY_ADMIN_PORT", "0"));
        environment.putAll(settings);
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        ProcessBuilder builder = new ProcessBuilder(
                java,
                "-Xmx128m",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                RouterMain.class.getName());
        builder.environment().putAll(environment);
        Process process = builder.redirectError(Redirect.DISCARD).start();
        BufferedReader output = process.inputReader();
        String line = output.readLine();
        Matcher ready = READY.matcher(String.valueOf(line));
        if (!ready.matches()) {
            process.destroyForcibly();
            throw new AssertionError("not ready: " + line);
        }
        int port = Integer.parseInt(ready.group(1));
        return new RouterProcess(
                process, new InetSocketAddress(InetAddress.getLoopbackAddress(), port), ready.group(2));
    }

    InetSocketAddress address() {
        return address;
    }

    HttpResponse<String> get(String path) throws IOException, InterruptedException {
        HttpRequest request =
                HttpRequest.newBuilder(URI.create("http://" + admin + path)).build();
        return http.send(request, BodyHandlers.ofString());
    }

    /** SIGTERM, by the handle: Process.destroy would close its pipes as well. */
    void terminate() {
        process.toHandle().destroy();
    }

    /** SIGKILL. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    int awaitStatus() throws InterruptedException {
        if (!process.waitFor(30, TimeUnit.SECONDS)) throw new AssertionError("it has not ended");
        return process.exitValue();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
