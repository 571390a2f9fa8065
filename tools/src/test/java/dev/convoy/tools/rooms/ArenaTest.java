package dev.convoy.tools.rooms;

import static org.assertj.core.api.Assertions.assertThat;

import dev.convoy.client.ClientOptions;
import dev.convoy.client.ConvoyClient;
import dev.convoy.client.Session;
import dev.convoy.client.SessionEvent;
import dev.convoy.protocol.wire.ErrorCode;
import dev.convoy.tools.architecture.DocumentedCode;
import dev.convoy.tools.cluster.ClusterSettings;
import dev.convoy.tools.cluster.LocalCluster;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The game of the tutorial, played by clients through a router on a real node. */
@Timeout(120)
class ArenaTest {
    private static final int WAIT_S = 30;

    @Test
    void theTutorialShowsTheCodeThatIsPlayed() throws IOException {
        DocumentedCode.requireIn("docs/ROOMS.md", "node/src/main/java/dev/convoy/node/builtin/ArenaRoom.java");
    }

    @Test
    void aGameIsPlayedToItsEnd() throws Exception {
        ClusterSettings settings = new ClusterSettings(1, 1, 0, "strict", false);
        Vertx vertx = Vertx.vertx();
        try (LocalCluster cluster = LocalCluster.start(settings, said -> {}, died -> {})) {
            Runner ann = new Runner(vertx, cluster, "ann");
            Runner bob = new Runner(vertx, cluster, "bob");
            until(() -> ann.says("\"user\":\"bob\"") && bob.says("\"user\":\"ann\""));
            vertx.setPeriodic(25, timer -> ann.runAfterTheCoin());
            until(() -> ann.closed != null && bob.closed != null);
            assertThat(ann.closed).isEqualTo(ErrorCode.ROOM_CLOSED);
            assertThat(bob.news)
                    .as("told once, in order")
                    .filteredOn(line -> line.contains("\"user\":\"ann\""))
                    .extracting(line -> new JsonObject(line).getInteger("points"))
                    .containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10);
            assertThat(bob.news.get(bob.news.size() - 1)).isEqualTo("{\"winner\":\"ann\"}");
            assertThat(bob.pictures).isPositive();
        } finally {
            vertx.close().toCompletionStage().toCompletableFuture().get(WAIT_S, TimeUnit.SECONDS);
        }
    }

    private static void until(BooleanSupplier isSo) throws InterruptedException {
        long giveUp = System.nanoTime() + TimeUnit.SECONDS.toNanos(WAIT_S);
        while (!isSo.getAsBoolean()) {
            assertThat(System.nanoTime()).as("time").isLessThan(giveUp);
            Thread.sleep(10);
        }
    }

    /** A player who runs straight at the coin. */
    private static final class Runner {
        final List<String> news = new CopyOnWriteArrayList<>();
        volatile int pictures;
        volatile @Nullable ErrorCode closed;
        private final Session session;
        private final String user;
        private volatile Buffer picture = Buffer.buffer();

        Runner(Vertx vertx, LocalCluster cluster, String user) throws Exception {
            this.user = user;
            ClientOptions options = cluster.client()
                    .server("127.0.0.1", cluster.routers().get(0).port())
                    .user(user)
                    .roomType("arena")
                    .roomId("field")
                    .build();
            session = ConvoyClient.create(vertx, options)
                    .join()
                    .onSuccess(joined -> joined.handler(line -> news.add(line.toString()))
                            .volatileHandler(newest -> see(newest.message()))
                            .eventHandler(this::take))
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get(WAIT_S, TimeUnit.SECONDS);
        }

        boolean says(String part) {
            return news.stream().anyMatch(line -> line.contains(part));
        }

        void runAfterTheCoin() {
            Buffer seen = picture;
            int seat = seat();
            for (int at = 8; at < seen.length(); at += 5) {
                if (seen.getByte(at) != seat) continue;
                byte dx = towards(seen.getUnsignedShortLE(4) - seen.getUnsignedShortLE(at + 1));
                byte dy = towards(seen.getUnsignedShortLE(6) - seen.getUnsignedShortLE(at + 3));
                session.sendVolatile(Buffer.buffer(new byte[] {dx, dy}));
            }
        }

        private int seat() {
            for (String line : news) {
                JsonObject told = new JsonObject(line);
                if (user.equals(told.getString("user"))) return told.getInteger("seat");
            }
            return -1;
        }

        private static byte towards(int distance) {
            return (byte) (100 * Integer.signum(Math.abs(distance) < 200 ? 0 : distance));
        }

        @SuppressWarnings("NonAtomicVolatileUpdate") // Only ever on the session's context.
        private void see(Buffer newest) {
            picture = newest;
            pictures++;
        }

        private void take(SessionEvent event) {
            if (event instanceof SessionEvent.Closed end) closed = end.error();
        }
    }
}
