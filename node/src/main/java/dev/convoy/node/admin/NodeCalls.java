package dev.convoy.node.admin;

import dev.convoy.node.admin.ShardDesk.SessionQuery;
import dev.convoy.operations.http.AdminCalls;
import dev.convoy.operations.http.AdminFailure;
import dev.convoy.operations.http.AdminRequest;
import dev.convoy.redis.ConvoyRedis;
import dev.convoy.redis.NodeRow;
import dev.convoy.redis.RedisUnavailable;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/**
 * The admin calls of a node; {@code docs/OPERATIONS.md} lists them. Whatever is asked of the whole cluster, any node
 * answers, by asking the others. Confined to the context it was made on.
 */
public final class NodeCalls {
    private final NodeDesk node;
    private final Peers peers;
    private final Removals removals;

    /** Calls for the current context. */
    public NodeCalls(Vertx vertx, NodeDesk node) {
        this.node = node;
        this.peers = new Peers(vertx);
        this.removals = new Removals(node, this, peers);
    }

    /** Says what can be asked. */
    public void announce(AdminCalls calls) {
        calls.get("/node", request -> node.describe());
        calls.get("/cluster", this::cluster);
        calls.get("/rooms", this::rooms);
        calls.get("/sessions", this::sessions);
        calls.get("/leases", this::leases);
        calls.post("/drain", this::drain);
        removals.announce(calls);
    }

    private Future<JsonObject> cluster(AdminRequest request) {
        return directory()
                .compose(rows -> node.describe()
                        .compose(self -> peers.askAll(rows, node.serverId(), "/v1/node", request.authorization())
                                .map(replies -> cluster(rows, self, replies))));
    }

    private JsonObject cluster(List<NodeRow> rows, JsonObject self, List<Peers.Reply> replies) {
        JsonArray nodes = new JsonArray();
        for (NodeRow row : rows) {
            JsonObject entry = row(row);
            if (row.serverId() == node.serverId()) entry.put("node", self);
            for (Peers.Reply reply : replies) {
                if (reply.row().serverId() != row.serverId()) continue;
                if (reply.body() != null) entry.put("node", reply.body());
                else entry.put("trouble", reply.trouble());
            }
            nodes.add(entry);
        }
        return new JsonObject().put("askedNode", node.serverId()).put("nodes", nodes);
    }

    private static JsonObject row(NodeRow row) {
        return new JsonObject()
                .put("serverId", row.serverId())
                .put("epoch", row.epoch())
                .put("state", row.state().name())
                .put("host", row.host())
                .put("ports", new JsonArray(List.copyOf(row.ports())))
                .put("admin", row.admin())
                .put("load", row.load())
                .put("leaseMsLeft", row.ttlMs());
    }

    private Future<JsonObject> rooms(AdminRequest request) {
        String after = request.query("after").orElse("");
        int limit = request.query("limit", Pages.LIMIT, 1, Pages.LIMIT_MAX);
        Future<List<List<JsonObject>>> here = fromShards(shard -> shard.rooms(after, limit + 1));
        return page("rooms", request, here, "/v1/rooms?after=" + encoded(after) + "&limit=" + limit, limit);
    }

    private Future<JsonObject> sessions(AdminRequest request) {
        SessionQuery query = new SessionQuery(
                request.query("room").orElse(""),
                request.query("user").orElse(""),
                request.query("id").orElse(""));
        String after = request.query("after").orElse("");
        int limit = request.query("limit", Pages.LIMIT, 1, Pages.LIMIT_MAX);
        return sessions(request, query, after, limit, request.flag("all"));
    }

    /** The sessions that are asked for, of this node or of all. */
    Future<JsonObject> sessions(AdminRequest request, SessionQuery query, String after, int limit, boolean all) {
        Future<List<List<JsonObject>>> here = fromShards(shard -> shard.sessions(query, after, limit + 1));
        String path = "/v1/sessions?after=" + encoded(after) + "&limit=" + limit + "&room=" + encoded(query.room())
                + "&user=" + encoded(query.user()) + "&id=" + encoded(query.id());
        return all ? pageOfAll("sessions", request, here, path, limit) : pageOfOurs("sessions", here, limit);
    }

    private Future<JsonObject> page(
            String name, AdminRequest request, Future<List<List<JsonObject>>> here, String path, int limit) {
        return request.flag("all") ? pageOfAll(name, request, here, path, limit) : pageOfOurs(name, here, limit);
    }

    private Future<JsonObject> pageOfOurs(String name, Future<List<List<JsonObject>>> here, int limit) {
        return here.map(parts -> {
            parts.forEach(part -> part.forEach(entry -> entry.put("serverId", node.serverId())));
            return Pages.of(name, parts, limit);
        });
    }

    private Future<JsonObject> pageOfAll(
            String name, AdminRequest request, Future<List<List<JsonObject>>> here, String path, int limit) {
        return directory()
                .compose(rows -> peers.askAll(rows, node.serverId(), path, request.authorization()))
                .compose(replies -> here.map(ours -> {
                    ours.forEach(part -> part.forEach(entry -> entry.put("serverId", node.serverId())));
                    List<List<JsonObject>> parts = new ArrayList<>(ours);
                    boolean isMore = false;
                    JsonArray silent = new JsonArray();
                    for (Peers.Reply reply : replies) {
                        if (reply.body() == null) {
                            silent.add(reply.row().serverId());
                            continue;
                        }
                        isMore |= reply.body().getBoolean("more", false);
                        parts.add(entries(reply.body().getJsonArray(name, new JsonArray())));
                    }
                    JsonObject page = Pages.of(name, parts, limit);
                    return page.put("more", isMore || page.getBoolean("more")).put("silentNodes", silent);
                }));
    }

    private static List<JsonObject> entries(JsonArray array) {
        List<JsonObject> entries = new ArrayList<>();
        for (int i = 0; i < array.size(); i++) entries.add(array.getJsonObject(i));
        return entries;
    }

    private Future<JsonObject> leases(AdminRequest request) {
        ConvoyRedis redis = redis();
        return directory()
                .compose(rows -> Future.all(rows.stream()
                                .map(row -> hop(redis.nodeLeases().read(row.serverId()))
                                        .map(lease -> lease.map(view -> new JsonObject()
                                                        .put("serverId", view.serverId())
                                                        .put("epoch", view.epoch())
                                                        .put("instance", view.instance())
                                                        .put(
                                                                "state",
                                                                view.state().name())
                                                        .put("leaseMsLeft", view.ttlMs()))
                                                .orElseGet(() -> new JsonObject()
                                                        .put("serverId", row.serverId())
                                                        .put("state", "FREE"))))
                                .toList())
                        .map(all -> new JsonObject().put("leases", new JsonArray(all.list()))));
    }

    private Future<JsonObject> drain(AdminRequest request) {
        Optional<Long> asked = request.number("serverId", 1, 254);
        if (asked.isEmpty() || asked.get() == node.serverId()) {
            node.drain();
            return Future.succeededFuture(new JsonObject().put("draining", node.serverId()));
        }
        return directory()
                .compose(rows -> rows.stream()
                        .filter(row -> row.serverId() == asked.get())
                        .findFirst()
                        .map(row ->
                                peers.ask(row, HttpMethod.POST, "/v1/drain", request.authorization(), new JsonObject()))
                        .orElseThrow(() ->
                                AdminFailure.notFound("There is no node with the server id " + asked.get() + ".")));
    }

    private Future<List<List<JsonObject>>> fromShards(Function<ShardDesk, Future<List<JsonObject>>> question) {
        return Future.all(node.shards().stream().map(question).toList()).map(all -> all.list());
    }

    Future<List<NodeRow>> directory() {
        return peers.directory(redis()).recover(NodeCalls::explain);
    }

    ConvoyRedis redis() {
        return node.redis().orElseThrow(() -> AdminFailure.unavailable("Redis has not been reached yet."));
    }

    /** An answer of Redis, or a failure that whoever asked can understand. */
    <T> Future<T> hop(CompletionStage<T> stage) {
        return peers.hop(stage).recover(NodeCalls::explain);
    }

    private static <T> Future<T> explain(Throwable failure) {
        return Future.failedFuture(
                failure instanceof RedisUnavailable
                        ? AdminFailure.unavailable("Redis does not answer: " + failure.getMessage())
                        : failure);
    }

    static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
