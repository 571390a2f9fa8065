package dev.convoy.redis;

import dev.convoy.redis.local.RedisServerProcess;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.utility.DockerImageName;

/**
 * The real Redis that tests share, one per JVM: the one that CONVOY_TEST_REDIS names (environment or system property), else one in
 * Docker if an engine answers, else the redis-server on the PATH or from org.signal:embedded-redis. Never a mock.
 *
 * <p>Some tests empty its database: let CONVOY_TEST_REDIS name one that holds nothing.
 *
 * <p>Tests keep out of each other's way by fresh names: {@link #freshName}.
 */
public final class TestRedis {
    private static final String SETTING = "CONVOY_TEST_REDIS";
    private static final String DOCKER_IMAGE = "redis:7.2-alpine";
    private static final int REDIS_PORT = 6379;
    private static final AtomicLong NAMES = new AtomicLong(System.nanoTime());
    private static @Nullable String uri;

    private TestRedis() {}

    /** The URI of the shared Redis, which is started by the first call. */
    public static synchronized String uri() {
        if (uri == null) {
            uri = find();
        }
        return uri;
    }

    /** Connects to it, with patience: a test is not to fail because the machine is busy. */
    public static ConvoyRedis connect() {
        return ConvoyRedis.connect(RedisSettings.of(uri()).withCommandTimeout(Duration.ofSeconds(10)));
    }

    /** A name that no other test uses. */
    public static String freshName(String prefix) {
        return prefix + "-" + Long.toHexString(NAMES.incrementAndGet());
    }

    private static String find() {
        String given = System.getProperty(SETTING, System.getenv().getOrDefault(SETTING, ""));
        if (!given.isEmpty()) {
            return announce(given, "named by " + SETTING);
        }
        if (dockerAnswers()) {
            Optional<String> inDocker = Container.start();
            if (inDocker.isPresent()) {
                return announce(inDocker.get(), DOCKER_IMAGE + " in Docker");
            }
        }
        try {
            // It ends with this JVM, and not before: every test class of the JVM shares it.
            RedisServerProcess server = RedisServerProcess.start();
            return announce(server.uri(), server.description());
        } catch (IOException e) {
            throw new IllegalStateException("no Redis for the tests: " + e.getMessage(), e);
        }
    }

    private static String announce(String found, String origin) {
        System.out.println("Tests use the Redis at " + found + ", " + origin);
        return found;
    }

    /** Whether an engine answers within a second at the usual socket; Testcontainers alone would take long to say no. */
    private static boolean dockerAnswers() {
        String host = System.getenv().getOrDefault("DOCKER_HOST", "unix:///var/run/docker.sock");
        if (!host.startsWith("unix://")) {
            return true;
        }
        Path socket = Path.of(host.substring("unix://".length()));
        if (!Files.exists(socket)) {
            return false;
        }
        FutureTask<Boolean> ping = new FutureTask<>(() -> ping(socket));
        Thread thread = new Thread(ping, "docker-ping");
        thread.setDaemon(true);
        thread.start();
        try {
            return ping.get(1, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static boolean ping(Path socket) throws IOException {
        try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
            channel.write(
                    ByteBuffer.wrap("GET /_ping HTTP/1.0\r\nHost: docker\r\n\r\n".getBytes(StandardCharsets.US_ASCII)));
            ByteBuffer answer = ByteBuffer.allocate(64);
            channel.read(answer);
            return new String(answer.array(), 0, answer.position(), StandardCharsets.US_ASCII).contains(" 200");
        }
    }

    /** In a class of its own, so that the rest works without Testcontainers on the class path. */
    private static final class Container {
        private Container() {}

        @SuppressWarnings("resource") // Testcontainers removes it when this JVM has ended.
        static Optional<String> start() {
            try {
                GenericContainer<?> redis =
                        new GenericContainer<>(DockerImageName.parse(DOCKER_IMAGE)).withExposedPorts(REDIS_PORT);
                redis.start();
                return Optional.of("redis://" + redis.getHost() + ":" + redis.getMappedPort(REDIS_PORT));
            } catch (RuntimeException e) {
                System.out.println("Docker answers, but starts no " + DOCKER_IMAGE + ": " + e.getMessage());
                return Optional.empty();
            }
        }
    }
}
