package dev.convoy.client;

import io.vertx.core.Handler;
import io.vertx.core.internal.ContextInternal;

/** Calls the user's code, which may fail without harm to the session. */
final class Callbacks {
    private Callbacks() {}

    /** Calls the handler; what it throws goes to the context's exception handler, as in all of Vert.x. */
    static <T> void call(ContextInternal context, Handler<T> handler, T argument) {
        try {
            handler.handle(argument);
        } catch (RuntimeException | Error failure) {
            context.reportException(failure);
        }
    }
}
