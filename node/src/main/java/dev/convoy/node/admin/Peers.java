package dev.convoy.node.admin;

import dev.convoy.operations.http.AdminFailure;
import dev.convoy.redis.ConvoyRedis;
import dev.convoy.redis.NodeRow;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * The other nodes, asked by their admin HTTP on behalf of whoever asked us, with the token that they presented. Who
 * they are stands in the directory in Redis, which is trusted as the nodes trust it in everything. Confined to the
 * context it was made on.
 */
final class Peers {
    /** A node's answer, or why there is none. */
    record Reply(NodeRow row, @Nullable JsonObject body, String trouble) {}

    private static final int CONNECT_MS_MAX = 1_000;
    private static final long ANSWER_MS_MAX = 3_000;
    private static final int CONNECTIONS_PER_NODE_MAX = 4;
    private static final int OK = 200;

    private final Context context;
    private final HttpClient http;

    Peers(Vertx vertx) {
        this.context = vertx.getOrCreateContext();
        this.http = vertx.createHttpClient(
                new HttpClientOptions().setConnectTimeout(CONNECT_MS_MAX),
                new io.vertx.core.http.PoolOptions().setHttp1MaxSize(CONNECTIONS_PER_NODE_MAX));
    }

    /** Who is in the directory, by server id. */
    Future<List<NodeRow>> directory(ConvoyRedis redis) {
        return hop(redis.directory().read())
                .map(rows -> rows.stream()
                        .sorted(Comparator.comparingInt(NodeRow::serverId))
                        .toList());
    }

    /** Asks every node but one. Never fails: who does not answer is in the list with its trouble. */
    Future<List<Reply>> askAll(List<NodeRow> rows, int but, String path, String authorization) {
        List<Future<Reply>> replies = rows.stream()
                .filter(row -> row.serverId() != but)
                .map(row -> ask(row, HttpMethod.GET, path, authorization, new JsonObject())
                        .map(body -> new Reply(row, body, ""))
                        .otherwise(failure -> new Reply(row, null, sentence(failure))))
                .toList();
        return Future.all(replies).map(all -> all.list());
    }

    /** Asks a node, or tells it to do something. */
    Future<JsonObject> ask(NodeRow row, HttpMethod method, String path, String authorization, JsonObject body) {
        if (row.admin().isEmpty()) {
            return Future.failedFuture(AdminFailure.conflict("Node " + row.serverId() + " has no admin server."));
        }
        URI address = URI.create("http://" + row.admin());
        RequestOptions options = new RequestOptions()
                .setMethod(method)
                .setHost(address.getHost())
                .setPort(address.getPort())
                .setURI(path)
                .setTimeout(ANSWER_MS_MAX)
                .putHeader(HttpHeaderNames.AUTHORIZATION.toString(), authorization);
        return http.request(options)
                .compose(request -> method.equals(HttpMethod.GET) ? request.send() : request.send(body.toBuffer()))
                .compose(response -> response.body().map(bytes -> answer(row, response, bytes)))
                .recover(failure -> Future.failedFuture(
                        failure instanceof AdminFailure
                                ? failure
                                : AdminFailure.unavailable("Node " + row.serverId() + " at " + row.admin()
                                        + " does not answer: " + sentence(failure) + ".")));
    }

    private static JsonObject answer(NodeRow row, HttpClientResponse response, Buffer bytes) {
        JsonObject body;
        try {
            body = new JsonObject(bytes);
        } catch (DecodeException | ClassCastException noJson) {
            throw AdminFailure.unavailable("Node " + row.serverId() + " answered something that is no JSON.");
        }
        if (response.statusCode() == OK) return body;
        throw AdminFailure.unavailable(
                "Node " + row.serverId() + ": " + body.getString("error", "status " + response.statusCode()));
    }

    <T> Future<T> hop(CompletionStage<T> stage) {
        return Future.fromCompletionStage(stage, context);
    }

    private static String sentence(Throwable failure) {
        return failure.getMessage() == null ? failure.toString() : failure.getMessage();
    }
}
