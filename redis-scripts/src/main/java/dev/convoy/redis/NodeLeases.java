package dev.convoy.redis;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Which node has which server id.
 *
 * <p>A lease is held until its TTL has run out by Redis' clock. One that ran out may still be renewed as long as nobody else has got the
 * server id: Redis may have been away for longer than the TTL. So a holder counts a deadline of its own, from when it
 * <em>sent</em> the last good renewal, and serves nobody beyond it.
 *
 * <p>The epoch of a server id only grows, past release, expiry and a Redis that came back empty.
 */
public final class NodeLeases {
    private static final Script ACQUIRE = Script.load("node/acquire");
    private static final Script RENEW = Script.load("node/renew");
    private static final Script RELEASE = Script.load("node/release");
    private static final Script READ = Script.load("node/read");

    private final Steps steps;
    private final long quarantineMs;

    NodeLeases(Steps steps, Duration quarantine) {
        this.steps = steps;
        this.quarantineMs = quarantine.toMillis();
    }

    /**
     * Acquires a server id: the preferred one, else one that this instance had last, else the lowest free one.
     *
     * <p>An instance gets an id that it had last back at once, under a new epoch, even while the old lease stands (a pod that
     * restarts): two processes under one instance name would take the id from each other for ever.
     *
     * @param preferredServerId a wish; 0 or an id that cannot be: none
     * @return fails with {@link NoServerIdFree}, or {@link RedisUnavailable}
     */
    public CompletionStage<Lease> acquire(String instance, int preferredServerId, NodeAddress address, Duration ttl) {
        Wish wish = new Wish(Keys.name(instance), address, ttl.toMillis());
        if (!ServerIds.isValid(preferredServerId)) {
            return acquireAny(wish);
        }
        return tryAcquire(wish, preferredServerId)
                .thenCompose(
                        lease -> lease.map(CompletableFuture::completedStage).orElseGet(() -> acquireAny(wish)));
    }

    private record Wish(String instance, NodeAddress address, long ttlMs) {}

    private record Candidate(int serverId, boolean mineBefore, long freeInMs) {}

    private CompletionStage<Optional<Lease>> tryAcquire(Wish wish, int serverId) {
        Args args = new Args()
                .add(wish.instance)
                .add(wish.address.host())
                .add(wish.address.portsText())
                .add(wish.ttlMs)
                .add(quarantineMs);
        return steps.run(ACQUIRE, List.of(Keys.node(serverId)), args).thenApply(reply -> switch (reply.code()) {
            case "GRANTED" ->
                Optional.of(new Lease(serverId, reply.number(1), wish.instance, wish.address, wish.ttlMs));
            case "TAKEN" -> Optional.empty();
            default -> throw reply.unexpected();
        });
    }

    private CompletionStage<Lease> acquireAny(Wish wish) {
        List<CompletableFuture<Candidate>> looks = new ArrayList<>();
        for (int serverId = ServerIds.MIN; serverId <= ServerIds.MAX; serverId++) {
            if (ServerIds.isValid(serverId)) {
                looks.add(look(wish.instance, serverId).toCompletableFuture());
            }
        }
        return CompletableFuture.allOf(looks.toArray(CompletableFuture[]::new)).thenCompose(done -> {
            List<Candidate> all = looks.stream().map(CompletableFuture::join).toList();
            List<Candidate> free = all.stream()
                    .filter(c -> c.mineBefore || c.freeInMs == 0)
                    .sorted(Comparator.comparing((Candidate c) -> !c.mineBefore).thenComparing(Candidate::serverId))
                    .toList();
            long soonestMs = all.stream().mapToLong(Candidate::freeInMs).min().orElse(0);
            return acquireFirst(wish, free, 0, Math.max(1, soonestMs));
        });
    }

    private CompletionStage<Candidate> look(String instance, int serverId) {
        return steps.run(READ, List.of(Keys.node(serverId)), new Args()).thenApply(reply -> switch (reply.code()) {
            case "HELD" -> new Candidate(serverId, reply.text(2).equals(instance), reply.number(4) + quarantineMs);
            case "FREE" -> new Candidate(serverId, reply.text(1).equals(instance), reply.number(2));
            default -> throw reply.unexpected();
        });
    }

    /** Others look for ids at the same time, so a free one may be gone when we ask for it: try the next. */
    private CompletionStage<Lease> acquireFirst(Wish wish, List<Candidate> free, int index, long soonestMs) {
        if (index == free.size()) {
            return CompletableFuture.failedStage(new NoServerIdFree(soonestMs));
        }
        return tryAcquire(wish, free.get(index).serverId)
                .thenCompose(lease -> lease.map(CompletableFuture::completedStage)
                        .orElseGet(() -> acquireFirst(wish, free, index + 1, soonestMs)));
    }

    /** Keeps a lease, and says what the node is up to. */
    public CompletionStage<Renewal> renew(Lease lease, NodeState state, int load, Duration ttl) {
        Args args = new Args()
                .add(lease.epoch())
                .add(lease.instance())
                .add(lease.address().host())
                .add(lease.address().portsText())
                .add(state.name())
                .add(load)
                .add(ttl.toMillis())
                .add(quarantineMs);
        return steps.run(RENEW, List.of(Keys.node(lease.serverId())), args).thenApply(reply -> switch (reply.code()) {
            case "RENEWED" -> new Renewal.Renewed(ttl.toMillis(), false);
            case "RESTORED" -> new Renewal.Renewed(ttl.toMillis(), true);
            case "LOST" -> new Renewal.Lost(reply.number(1));
            default -> throw reply.unexpected();
        });
    }

    /** Gives a server id back, to be kept from other instances for a while. Nothing happens if the lease was lost before. */
    public CompletionStage<Void> release(Lease lease, Duration quarantine) {
        Args args = new Args().add(lease.epoch()).add(quarantine.toMillis());
        return steps.run(RELEASE, List.of(Keys.node(lease.serverId())), args).thenAccept(reply -> {});
    }

    /**
     * Who holds a server id now; empty if nobody does: never leased, released, or its time has run out.
     *
     * <p>An owner of a room is dead when this is empty or of another epoch.
     */
    public CompletionStage<Optional<LeaseView>> read(int serverId) {
        return steps.run(READ, List.of(Keys.node(serverId)), new Args()).thenApply(reply -> switch (reply.code()) {
            case "HELD" ->
                Optional.of(new LeaseView(
                        serverId, reply.number(1), reply.text(2), NodeState.valueOf(reply.text(3)), reply.number(4)));
            case "FREE" -> Optional.empty();
            default -> throw reply.unexpected();
        });
    }
}
