package dev.convoy.node.lease;

import dev.convoy.redis.Lease;
import io.vertx.core.Context;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The convs of one shard: those it may give out, leased in advance so that a connect waits for nothing, and
 * those that are in use. Owned by the shard's event loop.
 */
public final class ShardConvs {
    private static final int LOW_WATER = 64;
    private static final int SERVER_ID_SHIFT = 24;

    private final Runnable refill;
    private final ReleasedConvs released;
    private volatile @Nullable Context owner;
    private final Deque<Integer> free = new ArrayDeque<>();
    private final Set<Integer> inUse = new HashSet<>();
    private @Nullable Lease lease;
    private boolean isAsked;

    /** Takes back a conv that was in use. */
    interface ReleasedConvs {
        void add(Lease lease, int sequence);
    }

    ShardConvs(Runnable refill, ReleasedConvs released) {
        this.refill = refill;
        this.released = released;
    }

    /** The context whose event loop owns this from now on; before the first lease. */
    public void ownedBy(Context context) {
        owner = context;
    }

    /** Runs something on the owner's event loop. */
    void onOwner(Runnable action) {
        Context context = owner;
        if (context != null) context.runOnContext(now -> action.run());
    }

    /** A conv that nobody has or has had lately; 0 when there is none at the moment. */
    public int take() {
        if (free.size() <= LOW_WATER && !isAsked) {
            isAsked = true;
            refill.run();
        }
        Integer sequence = free.pollFirst();
        if (sequence == null || lease == null) return 0;
        inUse.add(sequence);
        return lease.serverId() << SERVER_ID_SHIFT | sequence;
    }

    /** The conv is not in use any more. */
    public void release(int conv) {
        int sequence = conv & (1 << SERVER_ID_SHIFT) - 1;
        Lease now = lease;
        if (now == null || conv >>> SERVER_ID_SHIFT != now.serverId() || !inUse.remove(sequence)) return;
        released.add(now, sequence);
    }

    /** More convs, or none when {@code sequences} is empty: ask again. */
    void add(Lease ofLease, int[] sequences) {
        isAsked = false;
        if (lease == null || lease.epoch() != ofLease.epoch() || lease.serverId() != ofLease.serverId()) {
            free.clear();
            inUse.clear();
            lease = ofLease;
        }
        for (int sequence : sequences) free.addLast(sequence);
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
