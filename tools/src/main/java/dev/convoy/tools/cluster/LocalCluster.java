package dev.convoy.tools.cluster;

import dev.convoy.redis.local.RedisServerProcess;
import dev.convoy.tools.command.CommandFailure;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A whole cluster on this machine: a real Redis, nodes and routers, each a process of its own, on free
 * ports of 127.0.0.1 (but for the routers', which may be asked for) and with a token key of its own.
 *
 * <p>No process outlives us. {@link #close} ends them; a shutdown hook calls it at Ctrl-C and SIGTERM; and
 * when we are killed with SIGKILL they notice the end of the pipe that ties each of them to us.
 *
 * <p>Owned by the main thread; {@link #close} may come from the hook as well.
 */
public final class LocalCluster implements AutoCloseable {
    private static final int READY_WITHIN_S = 60;
    private static final int END_WITHIN_S = 5;
    private static final int OWN_END_MS = 300;
    private static final int TOKEN_KEY_BYTES = 32;
    private static final int RESET_KEY_BYTES = 32;
    private static final String REDIS_URI = "CONVOY_REDIS_URI";
    private static final int ADMIN_TOKEN_BYTES = 24;
    private static final String NODE_MAIN = "dev.convoy.node.NodeMain";
    private static final String ROUTER_MAIN = "dev.convoy.router.RouterMain";

    private final ClusterSettings settings;
    private final NodesWay nodesWay;
    private final ProcessLogs logs;
    private final Consumer<ClusterMember> whenDied;
    private final List<ClusterMember> nodes = new ArrayList<>();
    private final List<ClusterMember> routers = new ArrayList<>();
    private final Thread hook = new Thread(this::close, "end of the cluster");
    private final String adminToken = randomHex(ADMIN_TOKEN_BYTES);
    private final Map<String, String> nodeEnvironment;
    private final String resetKey = randomHex(RESET_KEY_BYTES);
    private @Nullable RedisServerProcess redis;
    private String nodesRedisUri = "";
    private volatile boolean closed;
    private volatile boolean logsWanted;

    /** What the nodes take for their Redis. */
    public interface NodesWay {
        /** The URI, once the real one listens on that port of loopback. */
        String uri(int redisPort) throws IOException;
    }

    private LocalCluster(
            ClusterSettings settings, NodesWay nodesWay, ProcessLogs logs, Consumer<ClusterMember> whenDied) {
        this.settings = settings;
        this.nodesWay = nodesWay;
        this.logs = logs;
        this.whenDied = whenDied;
        this.nodeEnvironment = nodeEnvironment();
    }

    /**
     * Starts everything and waits until all of it is ready.
     *
     * @param progress told what is being waited for, in words for people
     * @param whenDied told, on a thread of its own, of each node or router that ends without being asked
     * @throws CommandFailure when something did not start; nothing is left running then
     */
    public static LocalCluster start(
            ClusterSettings settings, Consumer<String> progress, Consumer<ClusterMember> whenDied) {
        return start(settings, port -> "redis://" + ClusterSettings.HOST + ":" + port, progress, whenDied);
    }

    /** The same with something between the nodes and their Redis. */
    public static LocalCluster start(
            ClusterSettings settings, NodesWay nodesWay, Consumer<String> progress, Consumer<ClusterMember> whenDied) {
        for (int i = 0; i < settings.routers() && settings.routerPort() != 0; i++) {
            requireFreePort(settings.routerPort() + i);
        }
        LocalCluster cluster = null;
        try {
            cluster = new LocalCluster(settings, nodesWay, ProcessLogs.create(), whenDied);
            Runtime.getRuntime().addShutdownHook(cluster.hook);
            cluster.startAll(progress);
            return cluster;
        } catch (IOException e) {
            if (cluster != null) cluster.close();
            throw CommandFailure.failed("The cluster did not start: " + e.getMessage(), e);
        } catch (RuntimeException e) {
            if (cluster != null) cluster.close();
            throw e;
        }
    }

    private static void requireFreePort(int port) {
        try (DatagramSocket free = new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))) {
            free.getLocalPort();
        } catch (SocketException e) {
            throw CommandFailure.failed("UDP port " + port + " on " + ClusterSettings.HOST
                    + " is in use; choose another one with --port, or end what uses it.");
        }
    }

    private void startAll(Consumer<String> progress) throws IOException {
        progress.accept("starting Redis");
        startRedis();
        for (int i = 1; i <= settings.nodes(); i++) {
            makeRoomForOneMore(progress);
            startNode();
        }
        for (int i = 1; i <= settings.routers(); i++) {
            makeRoomForOneMore(progress);
            int port = settings.routerPort() == 0 ? 0 : settings.routerPort() + i - 1;
            routers.add(startMember("router " + i, ROUTER_MAIN, routerEnvironment(port)));
        }
        for (ClusterMember member : members()) awaitReady(member, progress);
    }

    /**
     * Lets no more processes start at a time than there are cores: all at once would take as long, and each of
     * them so long that it takes its neighbours for dead.
     */
    private void makeRoomForOneMore(Consumer<String> progress) {
        List<ClusterMember> all = members();
        int atOnce = Math.max(2, Runtime.getRuntime().availableProcessors());
        if (all.size() >= atOnce) awaitReady(all.get(all.size() - atOnce), progress);
    }

    /** Synchronized with {@link #close}, as is every start: none may slip in behind it. */
    private synchronized void startRedis() throws IOException {
        if (closed) return;
        RedisServerProcess.Options options = RedisServerProcess.Options.inMemory();
        if (settings.redisKeepsData())
            options = options.withDataFolder(logs.folder().resolve("redis"));
        redis = RedisServerProcess.start(options);
        nodesRedisUri = nodesWay.uri(redis.port());
    }

    /** Starts one more node, and does not wait until it is ready. */
    public synchronized ClusterMember startNode() throws IOException {
        Map<String, String> environment = new HashMap<>(nodeEnvironment);
        environment.put(REDIS_URI, nodesRedisUri);
        ClusterMember node = startMember("node " + (nodes.size() + 1), NODE_MAIN, environment);
        nodes.add(node);
        return node;
    }

    /** SIGKILL to Redis. */
    public synchronized void killRedis() {
        if (redis != null && !closed) redis.kill();
    }

    /** Starts a killed Redis again on its port, with its data if it keeps them, and waits until it answers. */
    public synchronized void restartRedis() throws IOException {
        if (redis != null && !closed) redis.restart();
    }

    private synchronized ClusterMember startMember(String name, String mainClass, Map<String, String> environment)
            throws IOException {
        if (closed) throw new IOException("it is being ended");
        Map<String, String> all = new HashMap<>(environment);
        all.putIfAbsent(REDIS_URI, redisUri());
        all.put("CONVOY_RESET_KEY", resetKey);
        all.put("CONVOY_ADMIN_PORT", "0");
        all.put("CONVOY_ADMIN_TOKEN", adminToken);
        return ClusterMember.start(name, mainClass, all, logs.fileFor(name), this::hasDied);
    }

    /** At Ctrl-C the terminal ends the members as well as us: what is over with us has not died by itself. */
    private void hasDied(ClusterMember member) {
        CompletableFuture.delayedExecutor(OWN_END_MS, TimeUnit.MILLISECONDS).execute(() -> {
            if (closed) return;
            logsWanted = true;
            whenDied.accept(member);
        });
    }

    private Map<String, String> nodeEnvironment() {
        return Map.of(
                "CONVOY_NODE_HOST",
                ClusterSettings.HOST,
                "CONVOY_NODE_PORTS",
                "0",
                "CONVOY_NODE_SHARDS",
                "1",
                "CONVOY_TOKEN_KEY",
                randomHex(TOKEN_KEY_BYTES),
                "CONVOY_AUTH",
                "anonymous",
                "CONVOY_PLAIN",
                "true",
                "CONVOY_DURABILITY",
                settings.durability());
    }

    private static String randomHex(int bytes) {
        byte[] random = new byte[bytes];
        new SecureRandom().nextBytes(random);
        return HexFormat.of().formatHex(random);
    }

    private static Map<String, String> routerEnvironment(int port) {
        return Map.of(
                "CONVOY_ROUTER_HOST",
                ClusterSettings.HOST,
                "CONVOY_ROUTER_PORT",
                Integer.toString(port),
                "CONVOY_ROUTER_LOOPS",
                "1");
    }

    private void awaitReady(ClusterMember member, Consumer<String> progress) {
        if (member.state() == MemberState.UP) return;
        progress.accept("waiting for " + member.name());
        try {
            member.ready().get(READY_WITHIN_S, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            sayNothingWhileEnding();
            logsWanted = true;
            if (e.getCause() instanceof CommandFailure failure) throw failure;
            throw CommandFailure.failed(member.name() + " did not start: " + e.getCause(), e);
        } catch (TimeoutException e) {
            logsWanted = true;
            throw CommandFailure.failed(
                    member.name() + " was not ready within " + READY_WITHIN_S + " s; its log: " + member.log() + ".",
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw CommandFailure.failed("Interrupted while the cluster was starting.", e);
        }
    }

    /** At Ctrl-C during the start, the ends that we bring about are no failures to report. */
    private void sayNothingWhileEnding() {
        if (!closed) return;
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private String redisUri() {
        if (redis == null) throw new IllegalStateException("no Redis yet");
        return redis.uri();
    }

    /** What Redis has used of the CPU so far; 0 when nobody can say. */
    public synchronized long redisCpuNanos() {
        if (redis == null) return 0;
        return ProcessHandle.of(redis.pid())
                .flatMap(process -> process.info().totalCpuDuration())
                .map(Duration::toNanos)
                .orElse(0L);
    }

    /** What Redis this is and where, in words for people. */
    public String redisDescription() {
        return redis == null ? "" : redis.description();
    }

    public List<ClusterMember> nodes() {
        return List.copyOf(nodes);
    }

    public List<ClusterMember> routers() {
        return List.copyOf(routers);
    }

    /** What the nodes' admin calls want to be shown. */
    public String adminToken() {
        return adminToken;
    }

    /** The node with this server id, dead or alive. */
    public Optional<ClusterMember> node(int serverId) {
        return nodes.stream().filter(node -> node.serverId() == serverId).findFirst();
    }

    /** Where the processes' logs are. */
    public Path logFolder() {
        return logs.folder();
    }

    /** Whether the logs stay when the cluster ends. They do not, unless a process died or did not start. */
    public void keepLogs(boolean keep) {
        logsWanted = keep;
    }

    private List<ClusterMember> members() {
        List<ClusterMember> all = new ArrayList<>(nodes);
        all.addAll(routers);
        return all;
    }

    /** Ends all processes, in order if they let us, by force after a few seconds. Does nothing the second time. */
    @Override
    public synchronized void close() {
        if (closed) return;
        closed = true;
        List<ClusterMember> all = members();
        all.forEach(ClusterMember::stop);
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(END_WITHIN_S);
        try {
            for (ClusterMember member : all) member.awaitEnd(deadline);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            all.forEach(ClusterMember::kill);
        }
        if (redis != null) redis.close();
        if (!logsWanted) logs.delete();
        if (Thread.currentThread() != hook) forgetHook();
    }

    private void forgetHook() {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // The JVM is ending; the hook will find nothing left to do.
        }
    }
}
