package dev.convoy.operations.http;

import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;

/** Where a process says what it can be asked by admin HTTP. */
public interface AdminCalls {
    /** Answers a call. Called on the admin server's event loop; must not block. */
    @FunctionalInterface
    interface Answer {
        /** Fails, or throws, with an {@link AdminFailure}; anything else is told as a fault of ours. */
        Future<JsonObject> to(AdminRequest request);
    }

    /** A question: changes nothing. {@code path} is below {@code /v1}, with {@code :name} for its variable parts. */
    AdminCalls get(String path, Answer answer);

    /** An order. */
    AdminCalls post(String path, Answer answer);

    /**
     * A question that everybody may ask who reaches the address, as health and metrics are: the answer must hold nothing
     * secret.
     *
     * @param path not below {@code /v1}
     */
    AdminCalls open(String path, Answer answer);

    /**
     * A page or what belongs to it, shown to everybody: it must hold nothing secret.
     *
     * @param path not below {@code /v1}
     * @param resource on the class path
     */
    AdminCalls page(String path, String resource, String contentType);
}
