package dev.convoy.node.admin;

import dev.convoy.node.admin.ShardDesk.SessionQuery;
import dev.convoy.operations.http.AdminCalls;
import dev.convoy.operations.http.AdminFailure;
import dev.convoy.operations.http.AdminRequest;
import dev.convoy.redis.ConvoyRedis;
import dev.convoy.redis.Revocation;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How an operator sends players away. Each does the same: first the truth is written to Redis (the tokens are
 * revoked, the user is banned), then a hint goes to every node to look there. A hint that is lost is made up for by the
 * owner's next keep-alive, which asks the same question.
 */
final class Removals {
    private static final Logger LOG = LoggerFactory.getLogger(Removals.class);
    private static final int REASON_CHARACTERS_MAX = 120;
    private static final int SESSIONS_OF_A_ROOM_MAX = 1_000;
    private static final Duration FOR_GOOD = Duration.ofDays(3_650);

    private final NodeDesk node;
    private final NodeCalls calls;
    private final Peers peers;

    Removals(NodeDesk node, NodeCalls calls, Peers peers) {
        this.node = node;
        this.calls = calls;
        this.peers = peers;
    }

    void announce(AdminCalls announced) {
        announced.post("/sessions/:id/kick", this::kick);
        announced.post("/users/:name/revoke", this::revokeUser);
        announced.post("/rooms/:id/revoke", this::revokeRoom);
        announced.get("/users/:name", this::user);
        announced.post("/users/:name/ban", this::ban);
        announced.post("/users/:name/unban", this::unban);
    }

    private Future<JsonObject> kick(AdminRequest request) {
        String id = request.path("id");
        Revocation why = why(request, Revocation.Kind.KICKED);
        ConvoyRedis redis = calls.redis();
        return find(request, new SessionQuery("", "", id), 1).compose(found -> {
            if (found.isEmpty()) throw AdminFailure.notFound("There is no session " + id + ".");
            JsonObject session = found.getJsonObject(0);
            String user = session.getString("user");
            return calls.hop(redis.sessions().revoke(session.getString("room"), id, why.text()))
                    .map(revoked -> {
                        if (!revoked) throw AdminFailure.notFound("The session " + id + " is over already.");
                        tell(redis, user);
                        return session.put("kicked", true);
                    });
        });
    }

    private Future<JsonObject> revokeUser(AdminRequest request) {
        String user = request.path("name");
        ConvoyRedis redis = calls.redis();
        return calls.hop(redis.sessions()
                        .revokeUser(user, why(request, Revocation.Kind.KICKED).text()))
                .map(count -> {
                    tell(redis, user);
                    return new JsonObject().put("user", user).put("sessions", count);
                });
    }

    private Future<JsonObject> revokeRoom(AdminRequest request) {
        String room = request.path("id");
        Revocation why = why(request, Revocation.Kind.KICKED);
        ConvoyRedis redis = calls.redis();
        return find(request, new SessionQuery(room, "", ""), SESSIONS_OF_A_ROOM_MAX)
                .compose(found -> calls.hop(redis.sessions().revokeRoom(room, why.text()))
                        .map(count -> {
                            TreeSet<String> users = new TreeSet<>();
                            for (int i = 0; i < found.size(); i++)
                                users.add(found.getJsonObject(i).getString("user"));
                            users.forEach(user -> tell(redis, user));
                            return new JsonObject().put("room", room).put("sessions", count);
                        }));
    }

    private Future<JsonObject> user(AdminRequest request) {
        String user = request.path("name");
        ConvoyRedis redis = calls.redis();
        return calls.hop(redis.users().banned(user))
                .compose(ban -> calls.hop(redis.users().where(user)).map(places -> {
                    JsonArray sessions = new JsonArray();
                    places.forEach(place -> sessions.add(new JsonObject()
                            .put("id", place.sessionId())
                            .put("room", place.roomId())
                            .put("serverId", place.serverId())
                            .put("online", place.online())));
                    JsonObject banned = ban.map(present -> new JsonObject()
                                    .put("reason", present.reason())
                                    .put("secondsLeft", present.forMs() / 1_000))
                            .orElse(null);
                    return new JsonObject().put("user", user).put("ban", banned).put("sessions", sessions);
                }));
    }

    private Future<JsonObject> ban(AdminRequest request) {
        String user = request.path("name");
        Revocation why = why(request, Revocation.Kind.BANNED);
        Duration time = time(request);
        ConvoyRedis redis = calls.redis();
        // The ban first: who is sent away must not slip in again before it stands.
        return calls.hop(redis.users().ban(user, why.detail(), time))
                .compose(banned -> calls.hop(redis.sessions().revokeUser(user, why.text())))
                .map(count -> {
                    tell(redis, user);
                    return new JsonObject()
                            .put("user", user)
                            .put("bannedForSeconds", time.toSeconds())
                            .put("sessions", count);
                });
    }

    private Future<JsonObject> unban(AdminRequest request) {
        String user = request.path("name");
        return calls.hop(calls.redis().users().unban(user))
                .map(done -> new JsonObject().put("user", user).put("banned", false));
    }

    private static Revocation why(AdminRequest request, Revocation.Kind kind) {
        return new Revocation(
                kind, request.text("reason", REASON_CHARACTERS_MAX).orElse(""));
    }

    /** How long a ban is to last: {@code seconds}, or {@code until} a moment of ISO 8601, or for good. */
    private static Duration time(AdminRequest request) {
        Optional<Long> seconds = request.number("seconds", 1, FOR_GOOD.toSeconds());
        Optional<String> until = request.text("until", 64);
        if (seconds.isPresent() && until.isPresent()) {
            throw AdminFailure.badRequest("Give either 'seconds' or 'until', not both.");
        }
        if (until.isEmpty()) return seconds.map(Duration::ofSeconds).orElse(FOR_GOOD);
        try {
            Duration time = Duration.between(Instant.now(), Instant.parse(until.get()));
            if (time.toMillis() > 0 && time.compareTo(FOR_GOOD) <= 0) return time;
        } catch (DateTimeParseException noInstant) {
            // Told below, as a moment that has passed is.
        }
        throw AdminFailure.badRequest("'until' must be a moment to come, like 2030-01-31T18:00:00Z.");
    }

    /** Sessions on whatever node; fails if one that did not answer may have more. */
    private Future<JsonArray> find(AdminRequest request, SessionQuery query, int limit) {
        return calls.sessions(request, query, "", limit, true).map(page -> {
            JsonArray found = page.getJsonArray("sessions");
            JsonArray silent = page.getJsonArray("silentNodes");
            if (found.isEmpty() && !silent.isEmpty()) {
                throw AdminFailure.unavailable("Not found on the nodes that answered; these did not: " + silent + ".");
            }
            return found;
        });
    }

    private void tell(ConvoyRedis redis, String user) {
        node.shards().forEach(shard -> shard.look(user));
        peers.hop(redis.hints().kick(user))
                .onFailure(lost -> LOG.info("a hint was lost, its nodes will look later: {}", lost.getMessage()));
    }
}
