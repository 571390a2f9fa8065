package dev.convoy.tools.bench;

import dev.convoy.client.ClientOptions;
import dev.convoy.client.ConvoyClient;
import dev.convoy.client.CredentialStore;
import dev.convoy.client.Session;
import dev.convoy.redis.local.RedisRelay;
import dev.convoy.tools.cluster.ClusterMember;
import dev.convoy.tools.cluster.ClusterSettings;
import dev.convoy.tools.cluster.LocalCluster;
import dev.convoy.tools.command.CommandFailure;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * How often a player waits for Redis, counted: real clients, a router and two nodes, whose way to their Redis holds every answer back
 * for a moment, so that what was asked for together can be told from what was asked for in turn. Counted is on the connection of the
 * node's shard, from the request until the client has its answer; of several runs the middle one tells, since a node speaks with its
 * Redis by itself now and then.
 *
 * <p>Owned by the main thread.
 */
final class RoundTripCount implements AutoCloseable {
    private static final int RUNS = 7;
    private static final int ROOMS = 12;
    private static final long DELAY_MS = 20;
    private static final long QUIET_MS = 5 * DELAY_MS;
    private static final int ANSWERED_WITHIN_S = 30;
    private static final long LEASE_IS_OVER_MS = 3_000;
    private static final int SERVER_ID_SHIFT = 24;
    private static final String SHARDS = "-shard-";

    private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
    private final LocalCluster cluster;
    private final RedisRelay relay;
    private final List<ConvoyClient> clients = new ArrayList<>();

    private RoundTripCount(LocalCluster cluster, RedisRelay relay) {
        this.cluster = cluster;
        this.relay = relay;
    }

    /** {@code {connect, resume, resumeAtTakeover, takeover}}: round trips; the last is what a takeover adds to a resume. */
    static JsonObject run() throws InterruptedException {
        RedisRelay[] relay = new RedisRelay[1];
        ClusterSettings settings = new ClusterSettings(2, 1, 0, "strict", false);
        LocalCluster.NodesWay way = redisPort -> {
            relay[0] = new RedisRelay(redisPort, DELAY_MS);
            return relay[0].uri();
        };
        try (LocalCluster cluster = LocalCluster.start(settings, way, progress -> {}, died -> {});
                RoundTripCount count = new RoundTripCount(cluster, relay[0])) {
            return count.measure();
        } catch (IOException e) {
            throw CommandFailure.failed("The way to Redis could not be measured: " + e.getMessage() + ".", e);
        }
    }

    private JsonObject measure() throws InterruptedException {
        join("first", "room", CredentialStore.memory());
        CredentialStore store = CredentialStore.memory();
        List<Long> connects = new ArrayList<>();
        List<Long> resumes = new ArrayList<>();
        for (int i = 0; i < RUNS; i++) {
            String user = "user-" + i;
            connects.add(counted(() -> join(user, "room", store)));
            clients.get(clients.size() - 1).abandon();
            resumes.add(counted(() -> join(user, "room", store)));
        }
        long resume = middle(resumes);
        long atTakeover = middle(takeovers());
        return new JsonObject()
                .put("connect", middle(connects))
                .put("resume", resume)
                .put("resumeAtTakeover", atTakeover)
                .put("takeover", atTakeover - resume);
    }

    /** Players who come back to the rooms of a node that was killed. */
    private List<Long> takeovers() throws InterruptedException {
        CredentialStore store = CredentialStore.memory();
        List<String> orphans = new ArrayList<>();
        int victim = 0;
        for (int i = 0; i < ROOMS; i++) {
            String name = "room-" + i;
            int owner = join(name, name, store).conv() >>> SERVER_ID_SHIFT;
            if (victim == 0) victim = owner;
            if (owner == victim) orphans.add(name);
            clients.get(clients.size() - 1).abandon();
        }
        cluster.node(victim).ifPresent(ClusterMember::kill);
        Thread.sleep(LEASE_IS_OVER_MS);
        List<Long> counts = new ArrayList<>();
        for (String name : orphans) counts.add(counted(() -> join(name, name, store)));
        return counts;
    }

    private interface Step {
        void run() throws InterruptedException;
    }

    private long counted(Step step) throws InterruptedException {
        long before = quiet();
        step.run();
        return relay.roundTrips(SHARDS) - before;
    }

    /** The count, when nothing is under way. */
    private long quiet() throws InterruptedException {
        long count = relay.roundTrips(SHARDS);
        while (true) {
            Thread.sleep(QUIET_MS);
            long next = relay.roundTrips(SHARDS);
            if (next == count) return count;
            count = next;
        }
    }

    private static long middle(List<Long> counts) {
        Collections.sort(counts);
        return counts.get(counts.size() / 2);
    }

    /** Comes in, or back if the store has credentials. */
    private Session join(String user, String room, CredentialStore store) throws InterruptedException {
        ClientOptions options = ClientOptions.builder()
                .plain()
                .server(ClusterSettings.HOST, cluster.routers().get(0).port())
                .user(user)
                .roomType("echo")
                .roomId(room)
                .credentialStore(store)
                .build();
        ConvoyClient client = ConvoyClient.create(vertx, options);
        clients.add(client);
        try {
            return client.join().toCompletionStage().toCompletableFuture().get(ANSWERED_WITHIN_S, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw CommandFailure.failed("A player could not join: " + e + ".", e);
        }
    }

    @Override
    public void close() throws IOException {
        clients.forEach(ConvoyClient::abandon);
        vertx.close();
        relay.close();
    }
}
