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

    private final ContextInternal context;
    private final CredentialStore store;
    private Future<?> last = Future.succeededFuture();
    private boolean positionBusy;
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

    /** The session ended so: clears the credentials when nobody can come back to it any more. */
    void forget(@Nullable ErrorCode end) {
        if (end != null && isGone(end)) clear().onFailure(context::reportException);
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
        saved.onSuccess(done -> kept.accept(received)).onFailure(context::reportException);
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
        Future<T> answer;
        try {
            answer = work.get();
        } catch (RuntimeException failure) {
            return Future.failedFuture(failure);
        }
        if (answer.isComplete()) return answer;
        Promise<T> here = context.promise();
        answer.onComplete(here);
        return here.future();
    }
}
