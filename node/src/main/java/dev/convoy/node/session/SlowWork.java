package dev.convoy.node.session;

import dev.convoy.protocol.wire.ErrorCode;
import dev.convoy.room.AdmissionException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.util.concurrent.Callable;

/**
 * What takes too long for an event loop, such as a slow hash: done on two threads that all shards share, so that strangers who make
 * it necessary cannot have more of the machine than that. A shard that has too much of it waiting says so. Owned by its event loop.
 */
public final class SlowWork {
    private static final int THREADS = 2;
    private static final int BUSY_RETRY_MS = 1_000;

    private final WorkerExecutor threads;
    private final int waitingMax;
    private int waiting;

    /**
     * @param name of the threads, which whoever gives the same name shares
     * @param waitingMax how much one shard may have waiting
     */
    public SlowWork(Vertx vertx, String name, int waitingMax) {
        this.threads = vertx.createSharedWorkerExecutor(name, THREADS);
        this.waitingMax = waitingMax;
    }

    /** The result, on the caller's event loop; fails with RETRY_LATER at once when too much is waiting. */
    public <T> Future<T> run(Callable<T> work) {
        if (waiting >= waitingMax) {
            return Future.failedFuture(
                    new AdmissionException(ErrorCode.RETRY_LATER, BUSY_RETRY_MS, "too many are coming in at once"));
        }
        waiting++;
        return threads.executeBlocking(work, false).onComplete(done -> waiting--);
    }
}
