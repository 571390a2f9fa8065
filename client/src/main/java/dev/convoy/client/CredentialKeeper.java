package dev.convoy.client;

import dev.convoy.protocol.wire.ErrorCode;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.internal.ContextInternal;
import java.util.Optional;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the present credentials in the user's store: one call at a time, in order, answers on the context. The
 * position of the user in the stream of messages is part of them, because the service forgets what is acknowledged,
 * and nothing may be acknowledged that a restarted client would ask for again. Confined to its context.
 */
final class CredentialKeeper {
    /** A store that works in the background is given a new position at most so often. */
    private static final int POSITION_SPACING_MS = 50;

    private static final int POSITION_RETRY_MS = 1_000;

    private static final int IDLE_WITHIN_MS = 2_000;

    private final ContextInternal context;
    private final CredentialStore store;
    private Future<?> last = Future.succeededFuture();
    /** The call of the store that began last. */
    private Future<?> begun = Future.succeededFuture();

    private boolean positionBusy;
    private boolean abandoned;
    private @Nullable Credentials current;

    CredentialKeeper(ContextInternal context, CredentialStore store) {
        this.context = context;
        this.store = store;
    }

    /** The credentials that were kept last, or empty; fails when there are some that cannot be read. */
    Future<Optional<Credentials>> load() {
        return call(store::load).map(bytes -> bytes.map(stored -> Credentials.decode(stored, store)));
    }

    /** Completes when the credentials would survive this process; fails and keeps the former ones otherwise. */
    Future<Void> keep(Credentials credentials) {
        byte[] bytes = credentials.encode();
        Future<Void> kept = afterLast(() -> store.save(bytes)).onSuccess(saved -> current = credentials);
        last = kept;
        return kept;
    }

    Future<Void> clear() {
        Future<Void> cleared = afterLast(store::clear);
        last = cleared;
        return cleared;
    }

    /** Saves nothing more, as if the process were dead, so that whoever comes next finds what it finds. */
    void abandon() {
        abandoned = true;
    }

    /** Completes when the store has nothing to do for us any more, or has taken very long. */
    Future<Void> idle() {
        Future<?> busy = abandoned ? begun : last;
        if (busy.isComplete()) return Future.succeededFuture();
        Promise<Void> idle = context.promise();
        long timer = context.setTimer(IDLE_WITHIN_MS, fired -> idle.tryComplete());
        busy.onComplete(done -> {
            context.owner().cancelTimer(timer);
            idle.tryComplete();
        });
        return idle.future();
    }

    /** The session ended so: clears the credentials when nobody can come back to it any more. */
    void forget(@Nullable ErrorCode end) {
        if (end != null && isGone(end)) clear().onFailure(context::reportException);
    }

    /** Keeps the position; completes when it would survive this process. */
    Future<Void> keepPosition(long received) {
        Credentials present = current;
        if (present == null) return Future.failedFuture(new IllegalStateException("there is no position yet"));
        return keep(present.withReceived(received));
    }

    /**
     * Keeps a new position, unless a call is still on its way: then {@code again} follows anyhow.
     *
     * @param kept told the position, when it would survive this process
     * @param again told when another position can be kept
     */
    void keepPosition(long received, LongConsumer kept, Runnable again) {
        if (positionBusy || current == null || !last.isComplete()) return;
        Future<Void> saved = keep(current.withReceived(received));
        if (saved.succeeded()) {
            kept.accept(received);
            return;
        }
        positionBusy = true;
        saved.onSuccess(done -> kept.accept(received)).onFailure(failure -> {
            if (!abandoned) context.reportException(failure);
        });
        saved.onComplete(done -> context.setTimer(done.succeeded() ? POSITION_SPACING_MS : POSITION_RETRY_MS, fired -> {
            positionBusy = false;
            again.run();
        }));
    }

    private static boolean isGone(ErrorCode end) {
        return switch (end) {
            case LEFT, KICKED, BANNED, ROOM_CLOSED -> true;
            default -> end.retry() == ErrorCode.Retry.JOIN_ANEW;
        };
    }

    private Future<Void> afterLast(Supplier<Future<Void>> work) {
        return last.isComplete() ? call(work) : last.transform(done -> call(work));
    }

    private <T> Future<T> call(Supplier<Future<T>> work) {
        if (abandoned) return Future.failedFuture(new SessionClosedException("The client was abandoned."));
        Future<T> answer;
        try {
            answer = work.get();
        } catch (RuntimeException failure) {
            return Future.failedFuture(failure);
        }
        begun = answer;
        if (answer.isComplete()) return answer;
        Promise<T> here = context.promise();
        answer.onComplete(here);
        return here.future();
    }
}
