package dev.convoy.client;

import io.vertx.core.AsyncResult;
import io.vertx.core.Closeable;
import io.vertx.core.Completable;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A player's way into Convoy: one session at a time.
 *
 * <p>The session and all its handlers belong to one Vert.x context: the one that calls {@link #join}, when that is
 * an event loop's, else a new one. All methods may be called from any thread, also from programs that do not
 * otherwise use Vert.x. When the verticle that joined is undeployed, the client is {@linkplain #abandon abandoned}.
 */
public final class ConvoyClient {
    private final VertxInternal vertx;
    private final ClientOptions options;
    private final AtomicReference<@Nullable Stay> stay = new AtomicReference<>();

    private ConvoyClient(VertxInternal vertx, ClientOptions options) {
        this.vertx = vertx;
        this.options = options;
    }

    public static ConvoyClient create(Vertx vertx, ClientOptions options) {
        return new ConvoyClient((VertxInternal) vertx, options);
    }

    /**
     * Joins the room, or comes back to the session that the credential store knows for this user and room; when
     * the service has given that one up, joins anew.
     *
     * @return the session; fails with {@link RefusedException}, with {@link ServiceUnreachableException}, with
     *     {@link CredentialsUnreadableException}, or with IllegalStateException while there is a session; a session that
     *     is being left or abandoned is waited for
     */
    public Future<Session> join() {
        return join(vertx.getContext());
    }

    private Future<Session> join(@Nullable ContextInternal caller) {
        Stay present = stay.get();
        if (present != null && present.isEnding) return joinAfter(present, caller);
        ContextInternal context =
                caller != null && caller.isEventLoopContext() ? caller.unwrap() : vertx.createEventLoopContext();
        Stay begun = new Stay(context);
        if (!stay.compareAndSet(null, begun)) {
            return Future.failedFuture(new IllegalStateException("this client has a session already"));
        }
        Promise<Session> joined = (caller == null ? context : caller).promise();
        context.runOnContext(turn -> begun.join(joined));
        return joined.future();
    }

    private Future<Session> joinAfter(Stay former, @Nullable ContextInternal caller) {
        Promise<Session> joined = caller == null ? Promise.promise() : caller.promise();
        former.gone.future().onComplete(gone -> join(caller).onComplete(joined));
        return joined.future();
    }

    /** Leaves the room politely: what was sent is delivered, the service is told, the credentials are cleared. */
    public Future<Void> close() {
        Stay present = stay.get();
        return present == null ? Future.succeededFuture() : present.leave();
    }

    /**
     * Drops everything without a word, as a killed process would; the credentials stay in the store. On the session's
     * context that is done at once; from elsewhere in its turn there, and what arrives before may still be handed over.
     *
     * @return completes when nothing of it is left: no handler is called any more, and no save is on its way, so that another
     *     client may go on with the same store
     */
    public Future<Void> abandon() {
        Stay present = stay.get();
        return present == null ? Future.succeededFuture() : present.abandon();
    }

    /** From a join to its end. Confined to its context. */
    private final class Stay implements Closeable {
        private final ContextInternal context;
        private final CredentialKeeper keeper;
        /** Completes when nothing is left of it. */
        private final Promise<Void> gone;

        /** Who wants to join from now on waits for the end. */
        private volatile boolean isEnding;

        private @Nullable Joiner joiner;
        private @Nullable ClientSession session;
        private @Nullable Promise<Session> pending;
        private boolean over;

        private Stay(ContextInternal context) {
            this.context = context;
            this.keeper = new CredentialKeeper(context, options.store());
            this.gone = context.promise();
        }

        private void join(Promise<Session> joined) {
            if (over) {
                joined.fail(abandoned());
                return;
            }
            context.addCloseHook(this);
            Joiner way = new Joiner(context, options, keeper, this::end);
            joiner = way;
            pending = joined;
            way.join().onComplete(this::joined);
        }

        private void joined(AsyncResult<ClientSession> result) {
            Promise<Session> joined = pending;
            pending = null;
            if (joined == null) return;
            if (result.succeeded()) {
                session = result.result();
                joined.complete(session);
            } else {
                end();
                gone.future().onComplete(done -> joined.fail(result.cause()));
            }
        }

        private Future<Void> leave() {
            isEnding = true;
            context.runOnContext(turn -> {
                if (session == null) drop();
                else session.close();
            });
            return gone.future();
        }

        private Future<Void> abandon() {
            isEnding = true;
            if (context.inThread()) {
                drop();
            } else {
                context.runOnContext(turn -> drop());
            }
            return gone.future();
        }

        @Override
        public void close(Completable<Void> closed) {
            context.runOnContext(turn -> {
                drop();
                gone.future().onComplete(closed);
            });
        }

        private void drop() {
            if (over) return;
            keeper.abandon();
            if (session != null) {
                session.abandon();
            } else if (joiner != null) {
                joiner.abandon();
            }
            end();
            if (pending != null) pending.fail(abandoned());
            pending = null;
        }

        private void end() {
            if (over) return;
            over = true;
            isEnding = true;
            keeper.idle().onComplete(idle -> {
                context.removeCloseHook(this);
                stay.compareAndSet(this, null);
                gone.complete();
            });
        }
    }

    private static SessionClosedException abandoned() {
        return new SessionClosedException("The client was abandoned before it had joined.");
    }
}
