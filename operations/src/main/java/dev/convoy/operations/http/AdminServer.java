package dev.convoy.operations.http;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The admin door of a process: health for an orchestrator and metrics for Prometheus, open to whoever reaches the
 * address; and calls under {@code /v1} for whoever knows the token. It listens at an address that no player reaches.
 *
 * <pre>
 * GET /livez /readyz /startupz   200, or 503 and why
 * GET /metrics                   Prometheus' text format
 * *   /v1/...                    JSON; needs Authorization: Bearer TOKEN
 * </pre>
 *
 * An error is {@code {"error": "one sentence"}} with its status. Owned by the context that started it.
 */
public final class AdminServer {
    private static final Logger LOG = LoggerFactory.getLogger(AdminServer.class);
    private static final int BODY_BYTES_MAX = 16 * 1024;
    private static final int HEADER_BYTES_MAX = 8 * 1024;
    private static final int LINE_BYTES_MAX = 4 * 1024;
    private static final int IDLE_SECONDS_MAX = 30;
    private static final int OK = 200;
    private static final int NOT_FOUND = 404;
    private static final int NOT_ALLOWED = 405;
    private static final int TOO_LARGE = 413;
    private static final int FAULT = 500;
    private static final int UNAVAILABLE = 503;

    private final HttpServer server;
    private final AdminSettings settings;

    private AdminServer(HttpServer server, AdminSettings settings) {
        this.server = server;
        this.settings = settings;
    }

    /**
     * Starts to listen.
     *
     * @param calls says what the process can be asked, before the first question
     */
    public static Future<AdminServer> start(
            Vertx vertx,
            AdminSettings settings,
            Health health,
            PrometheusMeterRegistry meters,
            Consumer<AdminCalls> calls) {
        Router router = Router.router(vertx);
        router.route().handler(AdminServer::harden);
        probe(router, "/livez", health::notAlive);
        probe(router, "/readyz", health::notReady);
        probe(router, "/startupz", health::notStarted);
        router.get("/metrics").handler(context -> scrape(vertx, meters, context));
        // Before any path is looked at: a stranger does not even learn which there are.
        router.route("/v1/*").handler(new BearerGate(settings.token()));
        router.route("/v1/*").handler(BodyHandler.create(false).setBodyLimit(BODY_BYTES_MAX));
        calls.accept(new RoutedCalls(router));
        router.route().failureHandler(AdminServer::fail);
        router.errorHandler(NOT_FOUND, context -> refuse(context, NOT_FOUND, "There is nothing at this address."));
        router.errorHandler(
                NOT_ALLOWED, context -> refuse(context, NOT_ALLOWED, "This address does not take such a request."));
        HttpServerOptions options = new HttpServerOptions()
                .setHost(settings.host().getHostAddress())
                .setPort(settings.port())
                .setHttp2ClearTextEnabled(false)
                .setMaxHeaderSize(HEADER_BYTES_MAX)
                .setMaxInitialLineLength(LINE_BYTES_MAX)
                .setIdleTimeout(IDLE_SECONDS_MAX);
        return vertx.createHttpServer(options)
                .requestHandler(router)
                .listen()
                .map(listening -> new AdminServer(listening, settings));
    }

    /** The port that it listens at. */
    public int port() {
        return server.actualPort();
    }

    /** {@code host:port}, with brackets around an IPv6 address. */
    public String address() {
        String host = settings.host().getHostAddress();
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + port();
    }

    public Future<Void> close() {
        return server.close();
    }

    private static void harden(RoutingContext context) {
        context.response()
                .putHeader("X-Content-Type-Options", "nosniff")
                .putHeader("Cache-Control", "no-store")
                .putHeader("Content-Security-Policy", "default-src 'self'; frame-ancestors 'none'; base-uri 'none'");
        context.next();
    }

    private static void probe(Router router, String path, Supplier<Optional<String>> trouble) {
        router.get(path).handler(context -> {
            Optional<String> reason = trouble.get();
            context.response()
                    .setStatusCode(reason.isEmpty() ? OK : UNAVAILABLE)
                    .putHeader("Content-Type", "text/plain; charset=utf-8")
                    .end(reason.orElse("ok") + "\n");
        });
    }

    /** Off the event loop: some hundred lines of text are made from as many meters. */
    private static void scrape(Vertx vertx, PrometheusMeterRegistry meters, RoutingContext context) {
        vertx.executeBlocking(() -> meters.scrape(), false)
                .onSuccess(text -> context.response()
                        .putHeader("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
                        .end(text))
                .onFailure(context::fail);
    }

    private static void fail(RoutingContext context) {
        Throwable failure = context.failure();
        if (failure instanceof AdminFailure told) {
            refuse(context, told.status(), String.valueOf(told.getMessage()));
        } else if (context.statusCode() == TOO_LARGE) {
            refuse(context, TOO_LARGE, "The body may have " + BODY_BYTES_MAX + " bytes.");
        } else if (failure == null) {
            context.next(); // To the handlers of errors by their status.
        } else {
            LOG.error(
                    "An admin call failed: {} {}",
                    context.request().method(),
                    context.request().path(),
                    failure);
            refuse(context, FAULT, "A fault of our own; the log says more.");
        }
    }

    private static void refuse(RoutingContext context, int status, String sentence) {
        if (context.response().ended()) return;
        answer(context, status, new JsonObject().put("error", sentence));
    }

    static void answer(RoutingContext context, int status, JsonObject body) {
        context.response()
                .setStatusCode(status)
                .putHeader("Content-Type", "application/json")
                .end(body.toBuffer());
    }
}
