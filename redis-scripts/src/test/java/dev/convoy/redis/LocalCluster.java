package dev.convoy.redis;

import dev.convoy.redis.local.RedisServerProcess;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;

/** A Redis Cluster of six processes: three masters, each with a replica. */
public final class LocalCluster implements AutoCloseable {
    private static final int MASTERS = 3;
    private static final int SLOTS = 16384;
    final List<RedisServerProcess> servers = new ArrayList<>();
    private final List<RawRedis> raws = new ArrayList<>();

    public LocalCluster() throws IOException {
        try {
            List<Integer> busPorts = new ArrayList<>();
            for (int i = 0; i < 2 * MASTERS; i++) {
                int busPort = RedisServerProcess.freePort();
                busPorts.add(busPort);
                servers.add(RedisServerProcess.start(RedisServerProcess.Options.inMemory()
                        .withArguments(
                                "--cluster-enabled",
                                "yes",
                                "--cluster-node-timeout",
                                "1500",
                                "--cluster-replica-validity-factor",
                                "0",
                                "--repl-diskless-sync-delay",
                                "0",
                                "--cluster-port",
                                Integer.toString(busPort))));
                raws.add(new RawRedis(servers.get(i).uri()));
            }
            form(busPorts);
        } catch (IOException | RuntimeException | AssertionError e) {
            close();
            throw e;
        }
    }

    private void form(List<Integer> busPorts) {
        for (int i = 0; i < MASTERS; i++) {
            String first = Integer.toString(i * SLOTS / MASTERS);
            String last = Integer.toString((i + 1) * SLOTS / MASTERS - 1);
            raws.get(i).call("CLUSTER", "ADDSLOTSRANGE", first, last);
            raws.get(i).call("CLUSTER", "SET-CONFIG-EPOCH", Integer.toString(i + 1));
        }
        for (int i = 1; i < servers.size(); i++) {
            String port = Integer.toString(servers.get(i).port());
            raws.get(0)
                    .call("CLUSTER", "MEET", "127.0.0.1", port, busPorts.get(i).toString());
        }
        await(
                "everybody to know everybody",
                () -> raws.stream()
                        .allMatch(
                                raw -> raw.text("CLUSTER", "INFO").contains("cluster_known_nodes:" + servers.size())));
        for (int i = MASTERS; i < servers.size(); i++) {
            String master = raws.get(i - MASTERS).text("CLUSTER", "MYID");
            RawRedis replica = raws.get(i);
            await(
                    "a replica to know its master",
                    () -> replica.text("CLUSTER", "NODES").contains(master));
            replica.call("CLUSTER", "REPLICATE", master);
        }
        await(
                "the cluster to be whole",
                () -> raws.stream().allMatch(raw -> raw.text("CLUSTER", "INFO").contains("cluster_state:ok")));
        for (int i = MASTERS; i < servers.size(); i++) {
            RawRedis replica = raws.get(i);
            await(
                    "a replica to follow",
                    () -> replica.text("INFO", "replication").contains("master_link_status:up"));
        }
    }

    /** Waits, by asking, for something that another process will do. */
    static void await(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + 30_000_000_000L;
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("waited in vain for " + what);
            }
            LockSupport.parkNanos(20_000_000);
        }
    }

    public String uri() {
        return "redis-cluster://"
                + servers.stream().map(s -> "127.0.0.1:" + s.port()).collect(Collectors.joining(","));
    }

    /** Waits until the replica of a master has all that the master has answered, then kills the master. */
    public void killMaster(int index) {
        RawRedis master = raws.get(index);
        RawRedis replica = raws.get(MASTERS + index);
        await("the replica to have it all", () -> offset(master).equals(offset(replica)));
        servers.get(index).kill();
    }

    private static String offset(RawRedis raw) {
        String info = raw.text("INFO", "replication");
        String field = info.contains("role:master") ? "master_repl_offset:" : "slave_repl_offset:";
        int at = info.indexOf(field) + field.length();
        return info.substring(at, info.indexOf('\r', at));
    }

    @Override
    public void close() {
        raws.forEach(RawRedis::close);
        servers.forEach(RedisServerProcess::close);
    }
}
