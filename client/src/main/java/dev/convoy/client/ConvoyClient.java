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
     *     {@link CredentialsUnreadableException}, or with IllegalStateException while there is a session
     */
    public Future<Session> join() {
        ContextInternal caller = vertx.getContext();
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

    /** Leaves the room politely: what was sent is delivered, the service is told, the credentials are cleared. */
    public Future<Void> close() {
        Stay present = stay.get();
        return present == null ? Future.succeededFuture() : present.leave();
    }

    /**
     * Drops everything without a word, as a killed process would; the credentials stay in the store. On the session's
     * context that is done at once; from elsewhere in its turn there, and what arrives before may still be handed over.
     */
    public void abandon() {
        Stay present = stay.get();
        if (present != null) present.abandon();
    }

    /** From a join to its end. Confined to its context. */
    private final class Stay implements Closeable {
        private final ContextInternal context;
        private @Nullable Joiner joiner;
        private @Nullable ClientSession session;
        private @Nullable Promise<Session> pending;
        private boolean over;

        private Stay(ContextInternal context) {
            this.context = context;
        }

        private void join(Promise<Session> joined) {
            if (over) {
                joined.fail(abandoned());
                return;
            }
            context.addCloseHook(this);
            Joiner way = new Joiner(context, options, this::end);
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
                joined.fail(result.cause());
            }
        }

        private Future<Void> leave() {
            Promise<Void> left = context.promise();
            context.runOnContext(turn -> {
                if (session != null) {
                    session.close().onComplete(left);
                } else {
                    drop();
                    left.complete();
                }
            });
            return left.future();
        }

        private void abandon() {
            if (context.inThread()) {
                drop();
            } else {
                context.runOnContext(turn -> drop());
            }
        }

        @Override
        public void close(Completable<Void> closed) {
            context.runOnContext(turn -> {
                drop();
                closed.succeed();
            });
        }

        private void drop() {
            if (over) return;
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
            context.removeCloseHook(this);
            stay.compareAndSet(this, null);
        }
    }

    private static SessionClosedException abandoned() {
        return new SessionClosedException("The client was abandoned before it had joined.");
    }
}
