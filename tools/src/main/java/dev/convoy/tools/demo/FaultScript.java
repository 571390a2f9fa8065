package dev.convoy.tools.demo;

import dev.convoy.tools.cluster.ClusterMember;
import dev.convoy.tools.cluster.LocalCluster;
import dev.convoy.tools.cluster.MemberState;
import dev.convoy.tools.command.CommandFailure;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.function.BooleanSupplier;

/**
 * Brings the demo's fault about: a list of steps, each of which waits for its moment. Remembers whom the fault
 * hit, because they have to come back from it. Owned by the main thread, which calls {@link #advance} often.
 */
final class FaultScript {
    /** Longer than any lease lasts: others have taken over, and what the node still believes is wrong. */
    static final long PAUSED_MS = 20_000;

    static final long REDIS_AWAY_MS = 5_000;

    /** Between a new node's being ready and the next one's drain, as one that replaces them with care would wait. */
    private static final long BETWEEN_NODES_MS = 1_000;

    /** Long enough for a plain session to have come back from the first change. */
    private static final long BETWEEN_ADDRESSES_MS = 5_000;

    /** Clients are killed, or change their address, within so long; not all at once, as no two players' machines fail in one moment. */
    private static final long RESTARTED_WITHIN_MS = 1_500;

    private record Step(BooleanSupplier isDue, Runnable action) {}

    private final LocalCluster cluster;
    private final Players players;
    /** One list of steps for each fault. */
    private final List<Queue<Step>> plans = new ArrayList<>();

    private final List<String> notes = new ArrayList<>();

    /** Player's place in the crowd → how often it had come back when the fault hit it last. */
    private final Map<Integer, Integer> returnsWhenHit = new HashMap<>();

    private long nowMs;
    private long lastStepAtMs;

    /**
     * @param faultAtMs when it begins
     */
    FaultScript(Faults faults, long faultAtMs, LocalCluster cluster, Players players) {
        this.cluster = cluster;
        this.players = players;
        for (Fault fault : faults.all()) plan(fault, faultAtMs);
    }

    private void plan(Fault fault, long faultAtMs) {
        plans.add(new ArrayDeque<>());
        switch (fault) {
            case NONE -> {}
            case ROAM -> roamTwice(faultAtMs);
            case CLIENT -> at(faultAtMs, this::restartClients);
            case KILL -> at(faultAtMs, this::kill);
            case DRAIN -> at(faultAtMs, () -> drain(fullest()));
            case PAUSE -> pauseAndGoOn(faultAtMs);
            case REDIS -> killAndRestartRedis(faultAtMs);
            case ROUTER -> at(faultAtMs, this::killRouter);
            case ROLLING -> replaceAll(faultAtMs);
        }
    }

    /** Takes the steps whose moment has come. */
    void advance(long elapsedMs) {
        nowMs = elapsedMs;
        for (Queue<Step> steps : plans) {
            while (!steps.isEmpty() && steps.element().isDue.getAsBoolean()) {
                steps.remove().action.run();
                lastStepAtMs = elapsedMs;
            }
        }
    }

    /** Whether all has been done for at least this long. */
    boolean isOverSince(long ms) {
        return plans.stream().allMatch(Queue::isEmpty) && nowMs - lastStepAtMs >= ms;
    }

    /** What was done, in words for people; empty before. */
    String note() {
        return String.join(" ", notes);
    }

    /** Players that are not there, or that were hit and have not come back since. */
    int neverReturned() {
        List<PlayerStatus> present = players.statuses();
        int count = 0;
        for (int i = 0; i < present.size(); i++) {
            PlayerStatus player = present.get(i);
            Integer before = returnsWhenHit.get(i);
            boolean stayed = before != null && player.returns() == before;
            if (stayed || !player.present()) count++;
        }
        return count;
    }

    private void at(long ms, Runnable action) {
        when(() -> nowMs >= ms, action);
    }

    private void when(BooleanSupplier isDue, Runnable action) {
        plans.get(plans.size() - 1).add(new Step(isDue, action));
    }

    private void kill() {
        ClusterMember node = fullest();
        hit(node);
        node.kill();
        notes.add(told(node, "was killed with SIGKILL"));
    }

    private void drain(ClusterMember node) {
        hit(node);
        node.drain();
        notes.add(told(node, "was told to end with SIGTERM"));
    }

    private void restartClients() {
        List<PlayerStatus> present = players.statuses();
        for (int i = 0; i < present.size(); i++)
            returnsWhenHit.put(i, present.get(i).returns());
        players.restartClients(RESTARTED_WITHIN_MS);
        notes.add(String.format(
                Locale.ROOT,
                "All %d clients were killed from %.1f s on, and started again with their credentials.",
                present.size(),
                nowMs / 1_000.0));
    }

    private void roamTwice(long faultAtMs) {
        at(faultAtMs, this::roam);
        at(faultAtMs + BETWEEN_ADDRESSES_MS, this::roam);
    }

    private void roam() {
        players.roam(RESTARTED_WITHIN_MS);
        notes.add(String.format(Locale.ROOT, "All clients changed their address from %.1f s on.", nowMs / 1_000.0));
    }

    private void pauseAndGoOn(long faultAtMs) {
        ClusterMember[] paused = new ClusterMember[1];
        at(faultAtMs, () -> {
            paused[0] = fullest();
            hit(paused[0]);
            paused[0].pause();
            notes.add(told(paused[0], "was stopped with SIGSTOP"));
        });
        at(faultAtMs + PAUSED_MS, () -> {
            paused[0].resume();
            notes.add(String.format(Locale.ROOT, "The node goes on since %.1f s.", nowMs / 1_000.0));
        });
    }

    private void killAndRestartRedis(long faultAtMs) {
        at(faultAtMs, () -> {
            cluster.killRedis();
            notes.add(String.format(Locale.ROOT, "Redis was killed with SIGKILL at %.1f s.", nowMs / 1_000.0));
        });
        at(faultAtMs + REDIS_AWAY_MS, () -> {
            try {
                cluster.restartRedis();
            } catch (IOException e) {
                throw CommandFailure.failed("Redis did not start again: " + e.getMessage() + ".", e);
            }
            notes.add(String.format(Locale.ROOT, "Redis is back with its data since %.1f s.", nowMs / 1_000.0));
        });
    }

    /** Only the clients know which router they use; so whoever came through it has to be there again at the end. */
    private void killRouter() {
        ClusterMember router = cluster.routers().get(0);
        router.kill();
        notes.add(String.format(
                Locale.ROOT,
                "%s (pid %d) was killed with SIGKILL at %.1f s.",
                router.name(),
                router.pid(),
                nowMs / 1_000.0));
    }

    private void replaceAll(long faultAtMs) {
        List<ClusterMember> old = cluster.nodes();
        long[] mayBeginAtMs = {faultAtMs};
        for (ClusterMember node : old) {
            when(() -> nowMs >= mayBeginAtMs[0], () -> drain(node));
            ClusterMember[] successor = new ClusterMember[1];
            when(() -> node.state() != MemberState.DRAINING, () -> successor[0] = startNode());
            when(() -> successor[0].state() != MemberState.STARTING, () -> {
                mayBeginAtMs[0] = nowMs + BETWEEN_NODES_MS;
                notes.add(successor[0].name() + " is there instead.");
            });
        }
    }

    private ClusterMember startNode() {
        try {
            return cluster.startNode();
        } catch (IOException e) {
            throw CommandFailure.failed("A new node did not start: " + e.getMessage() + ".", e);
        }
    }

    /** The node with most sessions. */
    private ClusterMember fullest() {
        return cluster.nodes().stream()
                .filter(candidate -> candidate.state() == MemberState.UP)
                .max(Comparator.comparingLong(candidate -> sessions(candidate)))
                .orElseThrow();
    }

    private long sessions(ClusterMember node) {
        return players.statuses().stream()
                .filter(player -> player.present() && player.serverId() == node.serverId())
                .count();
    }

    private void hit(ClusterMember node) {
        List<PlayerStatus> present = players.statuses();
        for (int i = 0; i < present.size(); i++) {
            PlayerStatus player = present.get(i);
            if (player.serverId() == node.serverId()) returnsWhenHit.put(i, player.returns());
        }
    }

    private String told(ClusterMember node, String what) {
        List<PlayerStatus> all = players.statuses();
        long held = all.stream()
                .filter(player -> player.serverId() == node.serverId())
                .count();
        return String.format(
                Locale.ROOT,
                "%s (server id %d, pid %d) %s at %.1f s; it held %d of %d sessions.",
                node.name(),
                node.serverId(),
                node.pid(),
                what,
                nowMs / 1_000.0,
                held,
                all.size());
    }
}
