package dev.convoy.redis.local;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A redis-server process on 127.0.0.1, which dies with the JVM that started it, even if that is killed with SIGKILL.
 *
 * <p>It is started through a shell that waits on its standard input: when this JVM is gone, however it went, the shell reads the end of
 * that and kills the server. ({@code prctl(PR_SET_PDEATHSIG)} is bound to the <em>thread</em> that started the process.)
 *
 * <p>Not thread-safe: one owner.
 */
public final class RedisServerProcess implements AutoCloseable {
    private static final Duration START_TIMEOUT = Duration.ofSeconds(20);
    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(5);
    private static final int PORT_TRIES = 5;

    /**
     * Runs "$@" until it ends or standard input does. Prints its pid first. File descriptor 3 is standard input, which the shell takes
     * away from processes in the background.
     */
    private static final String KEEPER = "exec 3<&0; \"$@\" 3<&- & child=$!; echo $child; "
            + "{ read -r line <&3; kill -9 $child 2>/dev/null; } & watcher=$!; "
            + "wait $child; code=$?; kill $watcher 2>/dev/null; exit $code";

    private final Options options;
    private final RedisBinary.Found binary;
    private final Path folder;
    private final int port;
    private Process keeper;
    private long pid;

    /**
     * How to start it.
     *
     * @param port 0: any free one
     * @param dataFolder where an append-only file keeps the data, for a restart to find; null: nothing is kept
     * @param arguments more of redis-server's own, before ours: the first may be a configuration file
     */
    public record Options(int port, @Nullable Path dataFolder, List<String> arguments) {
        public Options {
            arguments = List.copyOf(arguments);
        }

        public static Options inMemory() {
            return new Options(0, null, List.of());
        }

        public Options withPort(int newPort) {
            return new Options(newPort, dataFolder, arguments);
        }

        public Options withDataFolder(Path newFolder) {
            return new Options(port, newFolder, arguments);
        }

        public Options withArguments(String... newArguments) {
            return new Options(port, dataFolder, List.of(newArguments));
        }
    }

    private RedisServerProcess(Options options, RedisBinary.Found binary, Path folder, int port) throws IOException {
        this.options = options;
        this.binary = binary;
        this.folder = folder;
        this.port = port;
        this.keeper = launch();
        this.pid = readPid(keeper);
    }

    /** Starts a server on a free port that keeps nothing, and waits until it answers. */
    public static RedisServerProcess start() throws IOException {
        return start(Options.inMemory());
    }

    /**
     * Starts a server and waits until it answers.
     *
     * @throws IOException with one sentence for people: no binary, port in use, no answer
     */
    public static RedisServerProcess start(Options options) throws IOException {
        RedisBinary.Found binary = RedisBinary.find();
        Path dataFolder = options.dataFolder();
        for (int tries = 1; ; tries++) {
            int port = options.port() == 0 ? freePort() : options.port();
            Path folder = dataFolder == null
                    ? Files.createTempDirectory("convoy-redis-")
                    : Files.createDirectories(dataFolder);
            RedisServerProcess server = new RedisServerProcess(options, binary, folder, port);
            try {
                server.awaitAnswer();
                return server;
            } catch (IOException e) {
                server.close();
                if (options.port() != 0 || tries == PORT_TRIES) {
                    throw e;
                }
            }
        }
    }

    /** A port that was free on 127.0.0.1 a moment ago. */
    public static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    public int port() {
        return port;
    }

    public String uri() {
        return "redis://127.0.0.1:" + port;
    }

    /** The process of the redis-server itself. */
    public long pid() {
        return pid;
    }

    /** Which redis-server this is, for people. */
    public String description() {
        return binary.executable() + " (" + binary.origin() + "), pid " + pid + ", port " + port;
    }

    public boolean isAlive() {
        return keeper.isAlive();
    }

    /** SIGKILL. With a data folder nothing that was answered is lost. */
    public void kill() {
        ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
        awaitEnd();
    }

    /** Starts it again on the same port, with its data if it has a data folder. */
    public void restart() throws IOException {
        if (isAlive()) {
            stop();
        }
        keeper = launch();
        pid = readPid(keeper);
        awaitAnswer();
    }

    /** Asks it to end, and kills it if it does not. */
    public void stop() {
        ProcessHandle.of(pid).ifPresent(ProcessHandle::destroy);
        awaitEnd();
    }

    /** Stops the server; what a server without a data folder wrote is deleted. */
    @Override
    public void close() {
        stop();
        if (options.dataFolder() == null) {
            try (var files = Files.walk(folder)) {
                files.sorted((a, b) -> b.compareTo(a))
                        .forEach(file -> file.toFile().delete());
            } catch (IOException e) {
                // A few bytes stay in the temporary folder.
            }
        }
    }

    private void awaitEnd() {
        try {
            if (!keeper.waitFor(STOP_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)) {
                ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
                keeper.waitFor(STOP_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        keeper.destroyForcibly();
    }

    private Process launch() throws IOException {
        List<String> command = new ArrayList<>(List.of("/bin/sh", "-c", KEEPER, "redis-keeper"));
        command.add(binary.executable().toString());
        command.addAll(options.arguments());
        command.addAll(List.of("--port", Integer.toString(port), "--bind", "127.0.0.1", "--save", ""));
        command.addAll(List.of("--dir", folder.toString(), "--logfile", log().toString()));
        command.addAll(List.of("--appendonly", options.dataFolder() == null ? "no" : "yes"));
        return new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.appendTo(log().toFile()))
                .start();
    }

    private static long readPid(Process keeper) throws IOException {
        BufferedReader reader = keeper.inputReader(StandardCharsets.UTF_8);
        String line = reader.readLine();
        if (line == null) {
            throw new IOException("the shell that starts redis-server said nothing");
        }
        return Long.parseLong(line.trim());
    }

    private Path log() {
        return folder.resolve("redis-" + port + ".log");
    }

    private void awaitAnswer() throws IOException {
        long deadline = System.nanoTime() + START_TIMEOUT.toNanos();
        while (System.nanoTime() < deadline) {
            if (!keeper.isAlive()) {
                throw new IOException("redis-server ended while starting on port " + port + ": " + lastWords());
            }
            if (answers()) {
                return;
            }
            try {
                Thread.sleep(10);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted while redis-server was starting", e);
            }
        }
        throw new IOException("redis-server does not answer on port " + port + ": " + lastWords());
    }

    /** Whether it is this server that answers, with all its data, and not another one on its port. */
    private boolean answers() {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 500);
            socket.setSoTimeout(500);
            socket.getOutputStream().write("INFO server\r\nPING\r\n".getBytes(StandardCharsets.US_ASCII));
            BufferedReader reader =
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
            boolean isThis = false;
            String line = reader.readLine();
            while (line != null && !line.startsWith("+") && !line.startsWith("-")) {
                isThis |= line.equals("process_id:" + pid);
                line = reader.readLine();
            }
            return line != null && ((isThis && line.equals("+PONG")) || line.startsWith("-NOAUTH"));
        } catch (IOException e) {
            return false;
        }
    }

    private String lastWords() {
        try {
            List<String> lines = Files.readAllLines(log());
            return lines.isEmpty()
                    ? "it said nothing"
                    : String.join("; ", lines.subList(Math.max(0, lines.size() - 3), lines.size()));
        } catch (IOException e) {
            return "it said nothing";
        }
    }
}
