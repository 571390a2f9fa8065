package dev.convoy.tools.dev;

import dev.convoy.tools.cluster.ClusterMember;
import dev.convoy.tools.cluster.ClusterSettings;
import dev.convoy.tools.cluster.LocalCluster;
import dev.convoy.tools.cluster.MemberState;
import dev.convoy.tools.command.CommandFailure;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.RequestOptions;
import java.net.URI;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * One address for the console of a cluster whose nodes are there to be killed: passes every request on to a node that
 * is alive, the next one when that does not answer. Only the path and the token are passed on.
 */
final class ConsoleDoor implements AutoCloseable {
    private static final int LISTENS_WITHIN_S = 10;
    private static final int CONNECT_MS_MAX = 500;
    private static final long ANSWER_MS_MAX = 5_000;
    private static final int BODY_BYTES_MAX = 16 * 1024;
    private static final int BAD_GATEWAY = 502;
    private static final List<String> ASKED = List.of("Authorization", "Content-Type");
    private static final List<String> ANSWERED =
            List.of("Content-Type", "Content-Security-Policy", "X-Content-Type-Options", "Cache-Control");

    private final LocalCluster cluster;
    private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
    private final HttpClient http = vertx.createHttpClient(new HttpClientOptions().setConnectTimeout(CONNECT_MS_MAX));
    private int port;

    private ConsoleDoor(LocalCluster cluster) {
        this.cluster = cluster;
    }

    /** @param port 0 = any free one */
    static ConsoleDoor open(LocalCluster cluster, int port) throws InterruptedException {
        ConsoleDoor door = new ConsoleDoor(cluster);
        try {
            door.port = door.vertx
                    .createHttpServer()
                    .requestHandler(door::pass)
                    .listen(port, ClusterSettings.HOST)
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get(LISTENS_WITHIN_S, TimeUnit.SECONDS)
                    .actualPort();
            return door;
        } catch (ExecutionException | TimeoutException e) {
            door.close();
            throw CommandFailure.failed(
                    "TCP port " + port + " on " + ClusterSettings.HOST + " cannot be used for the console; choose"
                            + " another one with --console-port.",
                    e);
        }
    }

    /** With the token behind the #, which a browser sends to nobody. */
    String address() {
        return "http://" + ClusterSettings.HOST + ":" + port + "/console#token=" + cluster.adminToken();
    }

    private void pass(HttpServerRequest request) {
        request.body().onSuccess(body -> {
            if (body.length() > BODY_BYTES_MAX) {
                request.response().setStatusCode(413).end();
                return;
            }
            List<String> living = cluster.nodes().stream()
                    .filter(node -> node.state() == MemberState.UP || node.state() == MemberState.DRAINING)
                    .map(ClusterMember::admin)
                    .filter(address -> !address.isEmpty())
                    .toList();
            pass(request, body, living, 0);
        });
    }

    /** Orders are given once: one that may have arrived is not repeated at the next node. */
    private void pass(HttpServerRequest request, Buffer body, List<String> living, int index) {
        if (index == living.size()) {
            request.response()
                    .setStatusCode(BAD_GATEWAY)
                    .putHeader("Content-Type", "application/json")
                    .end("{\"error\": \"No node of this cluster answers.\"}");
            return;
        }
        ask(request, body, living.get(index))
                .onSuccess(answer -> {
                    request.response().setStatusCode(answer.head().statusCode());
                    for (String name : ANSWERED) {
                        String value = answer.head().getHeader(name);
                        if (value != null) request.response().putHeader(name, value);
                    }
                    request.response().end(answer.body());
                })
                .onFailure(away -> {
                    boolean mayRepeat =
                            request.method().name().equals("GET") || away instanceof java.net.ConnectException;
                    pass(request, body, living, mayRepeat ? index + 1 : living.size());
                });
    }

    private record Answer(HttpClientResponse head, Buffer body) {}

    private Future<Answer> ask(HttpServerRequest request, Buffer body, String node) {
        URI address = URI.create("http://" + node);
        RequestOptions options = new RequestOptions()
                .setMethod(request.method())
                .setHost(address.getHost())
                .setPort(address.getPort())
                .setURI(request.uri())
                .setTimeout(ANSWER_MS_MAX);
        for (String name : ASKED) {
            String value = request.getHeader(name);
            if (value != null) options.putHeader(name, value);
        }
        return http.request(options)
                .compose(asked -> asked.send(body))
                .compose(head -> head.body().map(content -> new Answer(head, content)));
    }

    @Override
    public void close() {
        vertx.close();
    }
}
