package dev.convoy.node.lease;

import dev.convoy.redis.Lease;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The convs of one shard: those it may give out, leased in advance so that a connect waits for nothing, and
 * those that are in use. Owned by the shard's event loop.
 */
public final class ShardConvs {
    private static final int LOW_WATER = 64;
    private static final int SERVER_ID_SHIFT = 24;
    private static final int SEQUENCE_MASK = (1 << SERVER_ID_SHIFT) - 1;

    private final Runnable refill;
    private final ReleasedConvs released;
    private final Claims claims;
    private final Supplier<@Nullable Lease> current;
    private volatile @Nullable Context owner;
    private final Deque<Integer> free = new ArrayDeque<>();
    private final Set<Integer> inUse = new HashSet<>();
    private @Nullable Lease lease;
    private boolean isAsked;

    /** Takes back a conv that was in use. */
    interface ReleasedConvs {
        void add(Lease lease, int sequence);
    }

    /** Leases one that a client has proposed; completed on any thread. */
    interface Claims {
        Future<Boolean> claim(Lease lease, int sequence);
    }

    /** {@code current}: the node's lease at this moment, null while it is in doubt. */
    ShardConvs(Runnable refill, ReleasedConvs released, Claims claims, Supplier<@Nullable Lease> current) {
        this.refill = refill;
        this.released = released;
        this.claims = claims;
        this.current = current;
    }

    /** The context whose event loop owns this from now on; before the first lease. */
    public void ownedBy(Context context) {
        owner = context;
    }

    /** Runs something on the owner's event loop, if there is an owner yet. */
    Future<Void> onOwner(Runnable action) {
        Context context = owner;
        if (context == null) return Future.succeededFuture();
        Promise<Void> done = Promise.promise();
        context.runOnContext(now -> {
            action.run();
            done.complete();
        });
        return done.future();
    }

    /** A conv that nobody has or has had lately; 0 when there is none at the moment. */
    public int take() {
        boolean isMine = isOf(current.get()); // What a lost lease left is somebody else's now.
        if ((free.size() <= LOW_WATER || !isMine) && !isAsked) {
            isAsked = true;
            refill.run();
        }
        Integer sequence = isMine ? free.pollFirst() : null;
        if (sequence == null || lease == null) return 0;
        inUse.add(sequence);
        return lease.serverId() << SERVER_ID_SHIFT | sequence;
    }

    /**
     * This conv, as a client proposed it.
     *
     * @return on the owner's event loop: true when it is in use from now on; false when it is not this node's, or
     *     somebody has it or has had it lately
     */
    public Future<Boolean> claim(int conv) {
        int sequence = conv & SEQUENCE_MASK;
        Lease now = lease;
        boolean isOurs = now != null && isOf(current.get()) && conv >>> SERVER_ID_SHIFT == now.serverId();
        if (now == null || !isOurs || inUse.contains(sequence)) return Future.succeededFuture(false);
        if (free.remove(sequence)) { // Leased already, for whoever comes next.
            inUse.add(sequence);
            return Future.succeededFuture(true);
        }
        Promise<Boolean> claimed = Promise.promise();
        claims.claim(now, sequence)
                .onComplete(done -> onOwner(() -> {
                    if (done.failed()) claimed.fail(done.cause());
                    else claimed.complete(done.result() && isOf(now) && inUse.add(sequence));
                }));
        return claimed.future();
    }

    /** The conv is not in use any more. */
    public void release(int conv) {
        int sequence = conv & SEQUENCE_MASK;
        Lease now = lease;
        if (now == null || conv >>> SERVER_ID_SHIFT != now.serverId() || !inUse.remove(sequence)) return;
        released.add(now, sequence);
    }

    /** More convs, or none when {@code sequences} is empty: ask again. */
    void add(Lease ofLease, int[] sequences) {
        isAsked = false;
        if (!isOf(ofLease)) {
            free.clear();
            inUse.clear();
            lease = ofLease;
        }
        for (int sequence : sequences) free.addLast(sequence);
    }

    private boolean isOf(@Nullable Lease other) {
        return lease != null && other != null && lease.epoch() == other.epoch() && lease.serverId() == other.serverId();
    }

    /** Convs that may be given out at once. */
    public int freeCount() {
        return free.size();
    }

    public int inUseCount() {
        return inUse.size();
    }

    /** Every sequence number that the lease must keep. */
    int[] kept() {
        int[] all = new int[inUse.size() + free.size()];
        int i = 0;
        for (int sequence : inUse) all[i++] = sequence;
        for (int sequence : free) all[i++] = sequence;
        return all;
    }
}
