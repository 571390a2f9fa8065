package dev.convoy.tools.bench;

import dev.convoy.tools.command.CommandFailure;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** nginx as a UDP proxy in front of a node, where it is installed with its stream module; one process, one folder of its own. */
final class Nginx implements AutoCloseable {
    private static final List<Path> PROGRAMS = List.of(Path.of("/usr/sbin/nginx"), Path.of("/usr/local/sbin/nginx"));
    private static final List<Path> MODULES = List.of(
            Path.of("/usr/lib/nginx/modules/ngx_stream_module.so"),
            Path.of("/usr/lib64/nginx/modules/ngx_stream_module.so"));

    /** As many sockets as clients and their upstream sockets need; a session is one connection and one socket. */
    private static final int CONNECTIONS = 16_384;

    private final Path folder;
    private final BenchProcess process;
    private final int port;

    private Nginx(Path folder, BenchProcess process, int port) {
        this.folder = folder;
        this.process = process;
        this.port = port;
    }

    /** Why it cannot be measured here, or empty when it can. */
    static Optional<String> absence() {
        if (find(PROGRAMS).isEmpty()) return Optional.of("nginx is not installed");
        if (find(MODULES).isEmpty()) return Optional.of("nginx is installed without its stream module");
        return Optional.empty();
    }

    private static Optional<Path> find(List<Path> places) {
        return places.stream().filter(Files::isReadable).findFirst();
    }

    /** Starts it in front of a UDP port of this machine. */
    static Nginx start(int nodePort) {
        try {
            int port;
            try (DatagramSocket free = new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))) {
                port = free.getLocalPort();
            }
            Path folder = Files.createTempDirectory("convoy-bench-nginx-");
            Path configuration = Files.writeString(folder.resolve("nginx.conf"), configuration(folder, port, nodePort));
            List<String> command = List.of(
                    find(PROGRAMS).orElseThrow().toString(),
                    "-p",
                    folder.toString(),
                    "-c",
                    configuration.toString(),
                    "-e",
                    folder.resolve("error.log").toString());
            return new Nginx(folder, BenchProcess.start("nginx", command, Map.of()), port);
        } catch (IOException e) {
            throw CommandFailure.failed("nginx could not be set up: " + e.getMessage() + ".", e);
        }
    }

    /** One process, as our router has one loop; no logs; a session ends when it has been silent for a while. */
    private static String configuration(Path folder, int port, int nodePort) {
        return """
                load_module %s;
                daemon off;
                master_process off;
                worker_rlimit_nofile %d;
                pid %s;
                error_log %s crit;
                events { worker_connections %d; }
                stream {
                    server {
                        listen 127.0.0.1:%d udp rcvbuf=4m sndbuf=4m;
                        proxy_pass 127.0.0.1:%d;
                        proxy_timeout 10s;
                    }
                }
                """.formatted(
                        find(MODULES).orElseThrow(),
                        CONNECTIONS,
                        folder.resolve("nginx.pid"),
                        folder.resolve("error.log"),
                        CONNECTIONS,
                        port,
                        nodePort);
    }

    int port() {
        return port;
    }

    BenchProcess process() {
        return process;
    }

    @Override
    public void close() {
        process.close();
        try (Stream<Path> files = Files.walk(folder)) {
            files.sorted(Comparator.reverseOrder()).forEach(Nginx::delete);
        } catch (IOException e) {
            // A folder of temporary files stays behind.
        }
    }

    private static void delete(Path path) {
        try {
            Files.deleteIfExists(path);
        } catch (IOException e) {
            // As above.
        }
    }
}
