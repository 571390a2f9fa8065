package dev.convoy.tools.peer;

import dev.convoy.client.ClientOptions;
import dev.convoy.client.ConvoyClient;
import dev.convoy.client.PeerLine;
import dev.convoy.client.Session;
import dev.convoy.tools.cluster.ClusterSettings;
import dev.convoy.tools.cluster.LocalCluster;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** A player in a chat room who takes every line and writes down what comes by it. */
final class PeerPlayer implements AutoCloseable {
    private static final int PATIENCE_S = 60;

    final Session session;
    final List<String> heard = new CopyOnWriteArrayList<>();
    final List<PeerLine.Path> paths = new CopyOnWriteArrayList<>();
    private final ConvoyClient client;
    private volatile @Nullable PeerLine taken;

    private PeerPlayer(ConvoyClient client, Session session) {
        this.client = client;
        this.session = session;
        session.peerLineHandler(line -> {
            taken = line;
            line.pathHandler(paths::add);
            line.handler(message -> heard.add(message.toString()));
        });
    }

    static LocalCluster cluster(ClusterSettings settings) {
        return LocalCluster.start(settings, member -> {}, line -> {});
    }

    static PeerPlayer join(Vertx vertx, String host, int port, String user, String room, boolean throughRoom) {
        ClientOptions options = ClientOptions.builder()
                .server(host, port)
                .plain()
                .user(user)
                .roomType("chat")
                .roomId(room)
                .peerLinesThroughRoom(throughRoom)
                .build();
        ConvoyClient client = ConvoyClient.create(vertx, options);
        return new PeerPlayer(client, get(client.join()));
    }

    /** A line to another player, who has taken it. */
    PeerLine open(PeerPlayer other) {
        other.taken = null;
        PeerLine line = get(session.openPeerLine(other.session.playerId()));
        line.pathHandler(paths::add);
        await("take the line", () -> other.taken != null);
        return line;
    }

    PeerLine taken() {
        PeerLine present = taken;
        if (present == null) throw new AssertionError("no line was taken");
        return present;
    }

    static List<String> numbered(String text, int count) {
        return new ArrayList<>(
                IntStream.rangeClosed(1, count).mapToObj(i -> text + i).toList());
    }

    static <T> T get(Future<T> future) {
        try {
            return future.toCompletionStage().toCompletableFuture().get(PATIENCE_S, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    static void await(String what, BooleanSupplier done) {
        long giveUpNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_S);
        while (!done.getAsBoolean()) {
            if (System.nanoTime() > giveUpNanos) throw new AssertionError("did not " + what);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
        }
    }

    void leave() {
        get(client.close());
    }

    @Override
    public void close() {
        leave();
    }
}
