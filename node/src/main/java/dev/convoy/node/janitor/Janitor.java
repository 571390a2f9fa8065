package dev.convoy.node.janitor;

import dev.convoy.redis.ConvoyRedis;
import dev.convoy.redis.Due;
import dev.convoy.redis.Fence;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends the sessions whose node has died and whose players never came back. The nodes share the partitions of what is due
 * among them; whoever owns a partition looks at its entries when their time comes, and opens the rooms that nobody
 * alive owns. An opened room ends its own sessions, so {@code onLeave} runs exactly once, by the fence.
 *
 * <p>Two janitors of one partition do no harm. Owned by the context it was made on.
 */
public final class Janitor {
    private static final Logger log = LoggerFactory.getLogger(Janitor.class);
    private static final int ENTRIES_PER_POLL = 64;

    private final Context context;
    private final ConvoyRedis redis;
    private final String instance;
    private final JanitorTimes times;
    private final BooleanSupplier isAccepting;
    private final RoomDoor openRoom;
    private final boolean[] owned = new boolean[Due.PARTITIONS];

    /** Takes a room over if its owner is dead, and lets it go on here. */
    public interface RoomDoor {
        /** {@code ownerServerId}: whose the room was when it was looked at; 0 = nobody's. */
        void open(String roomId, int ownerServerId);
    }

    /**
     * A janitor for the current context.
     *
     * @param isAccepting whether this node may take rooms at the moment
     * @param openRoom takes a room over if its owner is dead, and lets it go on here
     */
    public Janitor(
            Vertx vertx,
            ConvoyRedis redis,
            String instance,
            JanitorTimes times,
            BooleanSupplier isAccepting,
            RoomDoor openRoom) {
        this.context = vertx.getOrCreateContext();
        this.redis = redis;
        this.instance = instance;
        this.times = times;
        this.isAccepting = isAccepting;
        this.openRoom = openRoom;
        claim();
        vertx.setPeriodic(times.claimEveryMs(), timer -> claim());
        vertx.setPeriodic(times.pollEveryMs(), timer -> poll());
    }

    private void claim() {
        for (int i = 0; i < owned.length; i++) {
            int partition = i;
            if (!isAccepting.getAsBoolean()) owned[partition] = false;
            else
                hop(redis.due().claim(partition, instance, times.claim()))
                        .onComplete(done -> owned[partition] = done.succeeded() && done.result());
        }
    }

    private void poll() {
        if (!isAccepting.getAsBoolean()) return;
        for (int partition = 0; partition < owned.length; partition++) {
            if (!owned[partition]) continue;
            hop(redis.due().poll(partition, ENTRIES_PER_POLL, times.lookAgain()))
                    .onSuccess(entries -> entries.forEach(this::look))
                    .onFailure(failure -> log.debug("nothing was polled: {}", failure.getMessage()));
        }
    }

    private void look(Due.Entry entry) {
        hop(redis.due().look(entry)).onSuccess(look -> {
            if (look instanceof Due.Look.Gone) watch(redis.due().strike(entry));
            else if (look instanceof Due.Look.Waits waits) {
                watch(redis.due().schedule(entry, Duration.ofMillis(waits.inMs() + 1)));
            } else if (look instanceof Due.Look.Over over) openIfOrphaned(entry, over.owner());
        });
    }

    /** A living owner ends its sessions itself. */
    private void openIfOrphaned(Due.Entry entry, Fence owner) {
        if (owner.serverId() == 0) {
            openRoom.open(entry.roomId(), 0);
            return;
        }
        hop(redis.nodeLeases().read(owner.serverId())).onSuccess(lease -> {
            boolean isAlive =
                    lease.filter(view -> view.epoch() == owner.epoch()).isPresent();
            if (!isAlive) openRoom.open(entry.roomId(), owner.serverId());
        });
    }

    private <T> Future<T> hop(CompletionStage<T> stage) {
        return Future.fromCompletionStage(stage, context);
    }

    private static void watch(CompletionStage<?> stage) {
        stage.whenComplete((done, failure) -> {
            if (failure != null) log.debug("an entry stays due: {}", failure.getMessage());
        });
    }
}
