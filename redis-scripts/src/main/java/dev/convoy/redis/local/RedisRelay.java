package dev.convoy.redis.local;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * A way to a Redis on loopback that takes its time, and by that can tell round trips apart: answers that come while the first of them is
 * held back are one trip's. So pipelined commands count once, and commands that wait for each other count each.
 *
 * <p>Two threads per connection. Counted are the connections whose client name contains a given text.
 */
public final class RedisRelay implements AutoCloseable {
    private static final int BUFFER_BYTES = 64 << 10;
    private static final int OPENING_CHARS = 1_024;

    private final ServerSocket listener;
    private final int serverPort;
    private final long delayMs;
    private final List<Line> lines = new CopyOnWriteArrayList<>();
    private volatile boolean isClosed;

    /**
     * Starts one.
     *
     * @param serverPort of the Redis on loopback
     * @param delayMs by which every answer comes later
     */
    public RedisRelay(int serverPort, long delayMs) throws IOException {
        this.serverPort = serverPort;
        this.delayMs = delayMs;
        this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        start("accept", this::accept);
    }

    public String uri() {
        return "redis://127.0.0.1:" + listener.getLocalPort();
    }

    /** Round trips that are over on the connections whose client name contains this. */
    public long roundTrips(String clientName) {
        return lines.stream()
                .filter(line -> line.opening.contains(clientName))
                .mapToLong(line -> line.roundTrips.get())
                .sum();
    }

    @Override
    public void close() throws IOException {
        isClosed = true;
        listener.close();
        lines.forEach(Line::close);
    }

    private void accept() throws IOException {
        while (!isClosed) {
            Socket client = listener.accept();
            Socket server = new Socket();
            server.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), serverPort));
            client.setTcpNoDelay(true);
            server.setTcpNoDelay(true);
            Line line = new Line(client, server);
            lines.add(line);
            start("there", line::carryThere);
            start("back", line::carryBack);
        }
    }

    private interface Work {
        void run() throws IOException;
    }

    private static void start(String name, Work work) {
        Thread thread = new Thread(
                () -> {
                    try {
                        work.run();
                    } catch (IOException e) {
                        // The connection, or the relay, is closed.
                    }
                },
                "redis-relay-" + name);
        thread.setDaemon(true);
        thread.start();
    }

    /** One connection. */
    private final class Line {
        private final Socket client;
        private final Socket server;
        private final AtomicLong roundTrips = new AtomicLong();
        /** What the client said first: its name is in there. */
        private volatile String opening = "";

        Line(Socket client, Socket server) {
            this.client = client;
            this.server = server;
        }

        private void carryThere() throws IOException {
            try (InputStream in = client.getInputStream();
                    OutputStream out = server.getOutputStream()) {
                byte[] buffer = new byte[BUFFER_BYTES];
                for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                    String said = opening;
                    if (said.length() < OPENING_CHARS) {
                        opening = said + new String(buffer, 0, n, StandardCharsets.ISO_8859_1);
                    }
                    out.write(buffer, 0, n);
                }
            } finally {
                close();
            }
        }

        private void carryBack() throws IOException {
            try (InputStream in = server.getInputStream();
                    OutputStream out = client.getOutputStream()) {
                byte[] buffer = new byte[BUFFER_BYTES];
                List<byte[]> held = new ArrayList<>();
                for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                    held.add(Arrays.copyOf(buffer, n));
                    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(delayMs));
                    while (in.available() > 0) held.add(in.readNBytes(in.available()));
                    roundTrips.incrementAndGet();
                    for (byte[] bytes : held) out.write(bytes);
                    held.clear();
                }
            } finally {
                close();
            }
        }

        private void close() {
            try {
                client.close();
                server.close();
            } catch (IOException e) {
                // It is as good as closed.
            }
        }
    }
}
