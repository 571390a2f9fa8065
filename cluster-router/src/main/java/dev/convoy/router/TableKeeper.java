package dev.convoy.router;

import dev.convoy.router.Membership.Listing;
import dev.convoy.router.Membership.Probe;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.datagram.DatagramPacket;
import io.vertx.core.datagram.DatagramSocket;
import io.vertx.core.datagram.DatagramSocketOptions;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.security.SecureRandom;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the table: reads the directory, probes the nodes, and publishes what {@link Membership} makes of both. One
 * for the whole process, on a loop of its own, so that a flood on the data path delays no probe.
 *
 * <p>Both clocks are set anew when they have run, never in advance: after a pause of this process there is one round
 * of probes, not all those that were missed, and nobody is suspected for our own sleep.
 */
final class TableKeeper extends VerticleBase {
    static final long PROBE_EVERY_MS = 250;
    static final long READ_EVERY_MS = 500;

    private static final Logger LOG = LoggerFactory.getLogger(TableKeeper.class);

    private final Membership membership = new Membership();
    private final ProbeDatagram probes = new ProbeDatagram(new SecureRandom().nextInt());
    private final Supplier<CompletionStage<List<Listing>>> directory;
    private final InetAddress insideHost;
    private final CurrentTable current;
    private final Promise<Void> firstReading = Promise.promise();
    private final Pulse pulse;
    private volatile long directoryAnsweredNs = System.nanoTime();
    private @Nullable DatagramSocket socket;
    private int lastRound;
    private boolean isReading;
    private boolean isReadWanted;
    private boolean isDirectoryAway;
    private boolean isStopped;

    /** @param directory reads who has a lease; it fails when Redis is away, and must do so within a second or two */
    TableKeeper(
            Supplier<CompletionStage<List<Listing>>> directory,
            InetAddress insideHost,
            CurrentTable current,
            Pulse pulse) {
        this.directory = directory;
        this.insideHost = insideHost;
        this.current = current;
        this.pulse = pulse;
    }

    /** Completes with the first reading of the directory, even when that is empty. */
    @Override
    public Future<?> start() {
        pulse.start(vertx);
        DatagramSocketOptions options = new DatagramSocketOptions().setIpV6(insideHost instanceof Inet6Address);
        return vertx.createDatagramSocket(options)
                .listen(0, insideHost.getHostAddress())
                .compose(bound -> {
                    socket = bound;
                    bound.handler(this::handleAnswer).exceptionHandler(fault -> LOG.debug("Probe socket", fault));
                    probe();
                    read();
                    readPeriodically();
                    return firstReading.future();
                });
    }

    @Override
    public Future<?> stop() {
        isStopped = true;
        return socket == null ? Future.succeededFuture() : socket.close();
    }

    /** The directory has changed, somebody says. Any thread may call it. */
    void handleHint() {
        context.runOnContext(hint -> read());
    }

    /** Since the directory last answered, or since the start. Any thread may ask. */
    long directoryAgeNs() {
        return System.nanoTime() - directoryAnsweredNs;
    }

    private void probe() {
        if (isStopped || socket == null) return;
        for (Probe probe : membership.handleProbeRound()) {
            lastRound = probe.round();
            Buffer datagram = Buffer.buffer(probes.encode(probe.serverId(), probe.shard(), probe.round()));
            socket.send(datagram, probe.to().getPort(), probe.to().getHostString());
        }
        publish();
        vertx.setTimer(PROBE_EVERY_MS, due -> probe());
    }

    private void handleAnswer(DatagramPacket packet) {
        probes.parse(packet.data().getBytes(), lastRound)
                .ifPresent(answer -> membership.handleProbeAnswer(answer.serverId(), answer.shard(), answer.round()));
        publish();
    }

    private void readPeriodically() {
        vertx.setTimer(READ_EVERY_MS, due -> {
            if (isStopped) return;
            read();
            readPeriodically();
        });
    }

    /** One reading at a time; what asks for another meanwhile gets it afterwards. */
    private void read() {
        isReadWanted = true;
        if (isReading || isStopped) return;
        isReading = true;
        isReadWanted = false;
        Future.fromCompletionStage(directory.get(), context)
                .onSuccess(this::handleDirectory)
                .onFailure(this::handleDirectoryAway)
                .onComplete(read -> {
                    isReading = false;
                    if (isReadWanted) read();
                });
    }

    private void handleDirectory(List<Listing> listings) {
        if (isDirectoryAway) LOG.info("The directory answers again, with {} nodes", listings.size());
        isDirectoryAway = false;
        directoryAnsweredNs = System.nanoTime();
        membership.handleDirectory(listings, TimeUnit.NANOSECONDS.toMillis(System.nanoTime()));
        publish();
        firstReading.tryComplete();
    }

    private void handleDirectoryAway(Throwable cause) {
        if (!isDirectoryAway) LOG.warn("The directory does not answer; the last table is kept: {}", cause.toString());
        isDirectoryAway = true;
        membership.handleDirectoryAway();
        firstReading.tryFail(cause);
    }

    private void publish() {
        RouteTable table = membership.table();
        if (table == current.get()) return;
        current.set(table);
        LOG.info("Table: {}", table.rows().map(TableKeeper::describe).toList());
    }

    private static String describe(NodeRoute row) {
        return row.serverId() + " " + row.state() + (row.suspect() ? " suspect" : "");
    }
}
