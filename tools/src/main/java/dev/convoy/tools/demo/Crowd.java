package dev.convoy.tools.demo;

import dev.convoy.client.ClientOptions;
import dev.convoy.tools.cluster.ClusterMember;
import dev.convoy.tools.cluster.ClusterSettings;
import dev.convoy.tools.command.CommandFailure;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * All players of a demo, spread evenly over routers and rooms. Owned by the main thread; the players
 * themselves run on event loops of their own.
 */
final class Crowd implements Players, AutoCloseable {
    private static final int JOINED_WITHIN_S = 30;
    private static final int ENDED_WITHIN_S = 5;
    private static final int EVENT_LOOPS = 2;

    private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(EVENT_LOOPS));
    private final Measurements measurements = new Measurements();
    private final List<Player> players = new ArrayList<>();

    Crowd(DemoSettings settings, List<ClusterMember> routers) {
        for (int i = 0; i < settings.players(); i++) {
            ClientOptions.Builder options = ClientOptions.builder()
                    .plain()
                    .user("player-" + (i + 1))
                    .roomType("ledger")
                    .roomId("room-" + (i % settings.rooms() + 1))
                    .shuffled(false);
            // Each knows all routers, and each has its own favourite.
            for (int r = 0; r < routers.size(); r++) {
                options.server(
                        ClusterSettings.HOST,
                        routers.get((i + r) % routers.size()).port());
            }
            LedgerBook book = new LedgerBook(settings.mayRollBack());
            players.add(new Player(options.build(), settings.ratePerSecond(), settings.seed() + i, book, measurements));
        }
    }

    /** Waits until every player is in its room. */
    void join() throws InterruptedException {
        List<Future<String>> joins = players.stream()
                .map(player -> vertx.deployVerticle(player, new DeploymentOptions()))
                .toList();
        try {
            Future.all(joins).toCompletionStage().toCompletableFuture().get(JOINED_WITHIN_S, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw CommandFailure.failed("A player could not join: " + cause.getMessage(), e);
        } catch (TimeoutException e) {
            long missing =
                    statuses().stream().filter(status -> !status.present()).count();
            throw CommandFailure.failed(
                    missing + " of " + players.size() + " players had not joined within " + JOINED_WITHIN_S + " s.", e);
        }
    }

    void startSending() {
        players.forEach(Player::startSending);
    }

    void stopSending() {
        players.forEach(Player::stopSending);
    }

    @Override
    public List<PlayerStatus> statuses() {
        return players.stream().map(Player::status).toList();
    }

    @Override
    public void restartClients(long withinMs) {
        players.forEach(player -> player.restartClient(withinMs));
    }

    Measurements measurements() {
        return measurements;
    }

    @Override
    public void close() {
        try {
            vertx.close().toCompletionStage().toCompletableFuture().get(ENDED_WITHIN_S, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            // The verdict is told; who does not say goodbye in time ends with the process.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
