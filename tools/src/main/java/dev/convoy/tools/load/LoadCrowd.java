package dev.convoy.tools.load;

import dev.convoy.client.ClientOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.HdrHistogram.Histogram;

/** All players, dealt to the lanes. Owned by the main thread; the players themselves belong to their lanes. */
final class LoadCrowd implements AutoCloseable {
    private static final int DEPLOYED_WITHIN_S = 30;
    private static final int ENDED_WITHIN_S = 10;

    private final LoadSettings settings;
    private final Vertx vertx;
    private final List<LoadLane> lanes = new ArrayList<>();
    private final List<LoadPlayer> players = new ArrayList<>();

    LoadCrowd(LoadSettings settings, LoadMeters meters, Histogram lagMicros) {
        this.settings = settings;
        this.vertx = Vertx.vertx(
                new VertxOptions().setEventLoopPoolSize(settings.loops()).setPreferNativeTransport(true));
        for (int i = 0; i < settings.loops(); i++) lanes.add(new LoadLane(meters, lagMicros));
        for (int i = 0; i < settings.players(); i++) {
            players.add(new LoadPlayer(vertx, settings, options(i), meters));
        }
    }

    private ClientOptions options(int player) {
        return ClientOptions.builder()
                .plain()
                .plain()
                .servers(settings.servers())
                .user(settings.user(player))
                .roomType(settings.room().toString())
                .roomId(settings.roomId(player))
                .build();
    }

    void start() throws InterruptedException {
        await(Future.all(lanes.stream().map(vertx::deployVerticle).toList()), DEPLOYED_WITHIN_S);
    }

    /** Lets the players up to this one join; each one's timetable is shifted by its part of an interval. */
    void admit(int from, int to) {
        long nowNanos = System.nanoTime();
        for (int i = from; i < to; i++) {
            long phaseNanos = settings.intervalNanos() * (i % settings.players()) / settings.players();
            lanes.get(i % lanes.size()).admit(players.get(i), nowNanos + phaseNanos);
        }
    }

    /** Messages of the measurement, which is over, that still wait to be sent. */
    long overdue() throws InterruptedException {
        List<Future<Long>> lanesOverdue = lanes.stream().map(LoadLane::overdue).toList();
        await(Future.all(lanesOverdue), ENDED_WITHIN_S);
        return lanesOverdue.stream()
                .filter(Future::succeeded)
                .mapToLong(Future::result)
                .sum();
    }

    /** Of everybody who is in, in both directions. */
    long datagrams() {
        return players.stream().mapToLong(LoadPlayer::datagrams).sum();
    }

    /** Everybody says goodbye, as far as there is time for it. */
    @Override
    public void close() {
        try {
            await(Future.join(players.stream().map(LoadPlayer::close).toList()), ENDED_WITHIN_S);
            await(vertx.close(), ENDED_WITHIN_S);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void await(Future<?> future, int seconds) throws InterruptedException {
        try {
            future.toCompletionStage().toCompletableFuture().get(seconds, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            // Who is not there is counted; who does not say goodbye ends with the process.
        }
    }
}
