package dev.convoy.router;

import dev.convoy.protocol.handshake.ResetKey;
import dev.convoy.router.Membership.Listing;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/** A whole router on a Vert.x: the table's keeper and the loops of the data path. */
final class Router {
    private final Vertx vertx;
    private final CurrentTable current = new CurrentTable();
    private final TableKeeper keeper;
    private final InetSocketAddress publicAddress;
    private final List<RouterCounters> counters = new ArrayList<>();
    private final List<Pulse> pulses = new ArrayList<>();
    private final List<String> deployments = new ArrayList<>();

    private Router(Vertx vertx, RouterSettings settings, int port, Supplier<CompletionStage<List<Listing>>> directory) {
        this.vertx = vertx;
        this.publicAddress = new InetSocketAddress(settings.host(), port);
        this.keeper = new TableKeeper(directory, settings.insideHost(), current, newPulse());
    }

    /**
     * Starts the keeper, then the loops; the router forwards when the future completes. Call it off the event
     * loops: it binds a socket.
     *
     * @param directory reads who has a lease
     */
    static Future<Router> start(
            Vertx vertx, RouterSettings settings, Supplier<CompletionStage<List<Listing>>> directory) {
        int port;
        try {
            port = claimPort(settings.host(), settings.port());
        } catch (IOException taken) {
            String address = settings.host().getHostAddress() + ":" + settings.port();
            return Future.failedFuture(new IOException("UDP " + address + ": " + taken.getMessage(), taken));
        }
        Router router = new Router(vertx, settings, port, directory);
        Future<?> started = vertx.deployVerticle(router.keeper).onSuccess(router.deployments::add);
        for (int loop = 0; loop < settings.loops(); loop++) {
            started = started.compose(previous -> router.deployLoop(settings));
        }
        return started.map(router).recover(cause -> router.close().transform(closed -> Future.failedFuture(cause)));
    }

    /**
     * The port that the loops will share. SO_REUSEPORT would share it with any other router of this user as well,
     * and each would get half of the clients; so a socket without it goes first and finds the port taken.
     */
    private static int claimPort(InetAddress host, int port) throws IOException {
        try (DatagramSocket socket = new DatagramSocket(new InetSocketAddress(host, port))) {
            return socket.getLocalPort();
        }
    }

    private Future<?> deployLoop(RouterSettings settings) {
        RouterCounters loop = new RouterCounters();
        counters.add(loop);
        InetSocketAddress inside = new InetSocketAddress(settings.insideHost(), 0);
        Addresses addresses = new Addresses(publicAddress, settings.loops() > 1, inside);
        LoopLimits limits = new LoopLimits(settings.limits(), settings.loops(), new SecureRandom(), System.nanoTime());
        ResetKey resetKey = settings.resetKey().map(ResetKey::new).orElse(null);
        WayIn wayIn = new WayIn(current, loop, limits, resetKey);
        return vertx.deployVerticle(new RouterVerticle(addresses, loop, wayIn, new WayBack(current, loop), newPulse()))
                .onSuccess(deployments::add);
    }

    private Pulse newPulse() {
        Pulse pulse = new Pulse();
        pulses.add(pulse);
        return pulse;
    }

    /** How long the event loop has been silent that has been so for longest. */
    long longestSilenceNs() {
        return pulses.stream().mapToLong(Pulse::silenceNs).max().orElse(0);
    }

    /** Where clients send to. */
    InetSocketAddress publicAddress() {
        return publicAddress;
    }

    RouteTable table() {
        return current.get();
    }

    /** True once it has seen a node, for ever: a table is kept whatever becomes of Redis. */
    boolean hasTable() {
        return current.get() != RouteTable.EMPTY;
    }

    long nodes(NodeRoute.State state) {
        return table().rows().filter(row -> row.state() == state).count();
    }

    long suspects() {
        return table().rows().filter(row -> row.suspect() && !row.isDead()).count();
    }

    /** Since the directory last answered, or since the start. */
    double directoryAgeSeconds() {
        return keeper.directoryAgeNs() / 1e9;
    }

    /** All counters, summed over the loops. */
    Map<Outcome, Long> counters() {
        return RouterCounters.snapshot(counters);
    }

    /** One counter, summed over the loops. */
    long count(Outcome outcome) {
        return counters.stream().mapToLong(loop -> loop.get(outcome)).sum();
    }

    /** The directory has changed, somebody says. Any thread may call it. */
    void handleHint() {
        keeper.handleHint();
    }

    /** Closes the sockets; the Vert.x is the caller's. */
    Future<Void> close() {
        return Future.join(deployments.stream().map(vertx::undeploy).toList()).mapEmpty();
    }
}
