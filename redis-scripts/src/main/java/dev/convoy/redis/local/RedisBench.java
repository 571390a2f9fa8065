package dev.convoy.redis.local;

import dev.convoy.redis.Admission;
import dev.convoy.redis.Commit;
import dev.convoy.redis.ConvoyRedis;
import dev.convoy.redis.Fence;
import dev.convoy.redis.NewSession;
import dev.convoy.redis.OutboxEntry;
import dev.convoy.redis.Redeem;
import dev.convoy.redis.Redemption;
import dev.convoy.redis.RedisSettings;
import dev.convoy.redis.RoomClaim;
import dev.convoy.redis.RoomSpec;
import dev.convoy.redis.SessionDelta;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/**
 * How much Redis takes on one core: admissions, redemptions and commits a second, from one connection that keeps some 64 sessions'
 * worth of them under way, and what each costs the server in CPU time.
 *
 * <p>{@code RedisBench [seconds per measurement] [JSON file]}, against a server of its own.
 */
public final class RedisBench {
    private static final int ROOMS = 256;
    private static final int IN_FLIGHT = 64;
    private static final int MESSAGE_BYTES = 100;
    private static final Duration COMMAND_TIMEOUT = Duration.ofSeconds(10);
    private static final RoomSpec SPEC = new RoomSpec("bench", null, 0, RoomSpec.Durability.STRICT);

    /**
     * One measurement.
     *
     * @param sessionsPerCall how many sessions one call is for
     * @param cpuMicrosPerCall of the redis-server process
     */
    public record Result(
            String name,
            int sessionsPerCall,
            double callsPerSecond,
            double sessionsPerSecond,
            double cpuMicrosPerCall) {
        String json() {
            return String.format(
                    Locale.ROOT,
                    "{\"name\":\"%s\",\"sessionsPerCall\":%d,\"callsPerSecond\":%.0f,\"sessionsPerSecond\":%.0f,\"cpuMicrosPerCall\":%.2f}",
                    name,
                    sessionsPerCall,
                    callsPerSecond,
                    sessionsPerSecond,
                    cpuMicrosPerCall);
        }
    }

    private final RedisServerProcess server;
    private final ConvoyRedis redis;
    private final List<Fence> fences = new ArrayList<>();
    private long counter;

    private RedisBench(RedisServerProcess server, ConvoyRedis redis) {
        this.server = server;
        this.redis = redis;
    }

    public static void main(String[] args) throws IOException {
        int seconds = args.length > 0 ? Integer.parseInt(args[0]) : 3;
        List<Result> results = run(Duration.ofSeconds(seconds));
        String json =
                "[" + String.join(",\n ", results.stream().map(Result::json).toList()) + "]";
        System.out.println(json);
        if (args.length > 1) {
            Files.writeString(Path.of(args[1]), json + "\n");
        }
    }

    /** Runs all measurements, each for {@code time} after a warm-up of a third of it, on a server of its own. */
    public static List<Result> run(Duration time) throws IOException {
        try (RedisServerProcess server = RedisServerProcess.start();
                ConvoyRedis redis =
                        ConvoyRedis.connect(RedisSettings.of(server.uri()).withCommandTimeout(COMMAND_TIMEOUT))) {
            RedisBench bench = new RedisBench(server, redis);
            for (int i = 0; i < ROOMS; i++) {
                RoomClaim claim = redis.rooms()
                        .claim("bench-" + i, 1, 1, SPEC)
                        .toCompletableFuture()
                        .join();
                bench.fences.add(new Fence(1, 1, ((RoomClaim.Created) claim).generation()));
            }
            List<Result> results = new ArrayList<>();
            results.add(bench.measure("admit", 1, time, IN_FLIGHT, bench::admit));
            results.add(bench.redeems(time));
            for (int sessions : new int[] {1, 16, 64}) {
                results.add(bench.commits(sessions, time));
            }
            return results;
        }
    }

    private Result measure(
            String name,
            int sessionsPerCall,
            Duration time,
            int callsPerRound,
            Supplier<CompletionStage<Boolean>> call) {
        rounds(time.dividedBy(3), callsPerRound, call);
        Duration cpuBefore = cpu();
        long beforeNs = System.nanoTime();
        long calls = rounds(time, callsPerRound, call);
        double seconds = (System.nanoTime() - beforeNs) / 1e9;
        double cpuMicros = cpu().minus(cpuBefore).toNanos() / 1e3 / calls;
        return new Result(name, sessionsPerCall, calls / seconds, calls * sessionsPerCall / seconds, cpuMicros);
    }

    private long rounds(Duration time, int callsPerRound, Supplier<CompletionStage<Boolean>> call) {
        long endNs = System.nanoTime() + time.toNanos();
        long calls = 0;
        while (System.nanoTime() < endNs) {
            List<CompletableFuture<Boolean>> round = new ArrayList<>(callsPerRound);
            redis.batch(() -> {
                for (int i = 0; i < callsPerRound; i++) {
                    round.add(call.get().toCompletableFuture());
                }
            });
            if (!round.stream().allMatch(CompletableFuture::join)) {
                throw new IllegalStateException("a call was refused");
            }
            calls += callsPerRound;
        }
        return calls;
    }

    private Duration cpu() {
        return ProcessHandle.of(server.pid())
                .flatMap(process -> process.info().totalCpuDuration())
                .orElse(Duration.ZERO);
    }

    private static String hex(long number, int digits) {
        String hex = Long.toHexString(number);
        return "0".repeat(digits - hex.length()) + hex;
    }

    private CompletionStage<Boolean> admit() {
        long n = counter++;
        return admit((int) (n % ROOMS), hex(n, 32));
    }

    private CompletionStage<Boolean> admit(int room, String sessionId) {
        NewSession session = new NewSession(sessionId, "ann", "player", hex(0, 64), 1, 60_000, 600_000);
        return redis.sessions()
                .admit("bench-" + room, fences.get(room), session)
                .thenApply(answer -> answer instanceof Admission.Admitted);
    }

    private Result redeems(Duration time) {
        int players = 1024;
        long[] tokens = new long[players];
        for (int i = 0; i < players; i++) {
            admit(i % ROOMS, hex(i, 32).replaceFirst("^0", "f"))
                    .toCompletableFuture()
                    .join();
        }
        long[] next = {0};
        return measure("redeem", 1, time, IN_FLIGHT, () -> {
            int player = (int) (next[0]++ % players);
            long token = tokens[player]++;
            Redeem redeem = new Redeem(
                    hex(player, 32).replaceFirst("^0", "f"),
                    "ann",
                    hex(token, 64),
                    hex(token + 1, 64),
                    token,
                    2,
                    token + 1,
                    0,
                    60_000);
            return redis.sessions()
                    .redeem("bench-" + player % ROOMS, fences.get(player % ROOMS), redeem)
                    .thenApply(answer -> answer instanceof Redemption.Rotated);
        });
    }

    /** Commits of one more message each way for every session of a room, the last one acknowledged. */
    private Result commits(int sessions, Duration time) {
        String prefix = "e" + sessions / 16;
        List<List<String>> ids = new ArrayList<>();
        for (int room = 0; room < ROOMS; room++) {
            List<String> ofRoom = new ArrayList<>();
            for (int i = 0; i < sessions; i++) {
                String id = prefix + hex((long) room * sessions + i, 30);
                admit(room, id).toCompletableFuture().join();
                ofRoom.add(id);
            }
            ids.add(ofRoom);
        }
        long[] next = {0};
        byte[] message = new byte[MESSAGE_BYTES];
        return measure("commit", sessions, time, Math.max(4, IN_FLIGHT / sessions), () -> {
            int room = (int) (next[0] % ROOMS);
            long seq = next[0]++ / ROOMS + 1;
            List<SessionDelta> deltas = new ArrayList<>(sessions);
            for (String id : ids.get(room)) {
                deltas.add(new SessionDelta(id, seq, seq, seq - 1, List.of(new OutboxEntry(seq, message))));
            }
            return redis.rooms()
                    .commit("bench-" + room, fences.get(room), null, true, deltas)
                    .thenApply(answer -> answer instanceof Commit.Committed);
        });
    }
}
