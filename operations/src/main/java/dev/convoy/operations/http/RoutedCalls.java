package dev.convoy.operations.http;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** Puts a process's calls and pages on the router. */
final class RoutedCalls implements AdminCalls {
    private static final String BASE = "/v1";
    private static final int OK = 200;

    private final Router router;

    RoutedCalls(Router router) {
        this.router = router;
    }

    @Override
    public AdminCalls get(String path, Answer answer) {
        return answered(router.get(BASE + path), answer);
    }

    @Override
    public AdminCalls post(String path, Answer answer) {
        return answered(router.post(BASE + path), answer);
    }

    @Override
    public AdminCalls open(String path, Answer answer) {
        return answered(router.get(path), answer);
    }

    private AdminCalls answered(Route route, Answer answer) {
        route.handler(context -> answer(context, answer));
        return this;
    }

    private static void answer(RoutingContext context, Answer answer) {
        Future<JsonObject> reply;
        try {
            reply = answer.to(new AdminRequest(context));
        } catch (RuntimeException refused) {
            context.fail(refused);
            return;
        }
        reply.onSuccess(body -> AdminServer.answer(context, OK, body)).onFailure(context::fail);
    }

    @Override
    public AdminCalls page(String path, String resource, String contentType) {
        Buffer content = read(resource);
        router.get(path)
                .handler(context -> context.response()
                        .putHeader("Content-Type", contentType)
                        .end(content));
        return this;
    }

    /** While the process starts; afterwards no page touches the disk. */
    private static Buffer read(String resource) {
        try (InputStream in = Thread.currentThread().getContextClassLoader().getResourceAsStream(resource)) {
            if (in == null) throw new IllegalArgumentException(resource + " is not on the class path");
            return Buffer.buffer(in.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
