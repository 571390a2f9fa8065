package dev.convoy.node.admin;

import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.List;

/** What the admin calls need of a shard. May be used from any thread; the shard answers from its own event loop. */
public interface ShardDesk {
    /** Which sessions are asked for; an empty text asks for any. */
    record SessionQuery(String room, String user, String id) {}

    /** The first rooms whose ids come after {@code after}, sorted, at most {@code limit}. */
    Future<List<JsonObject>> rooms(String after, int limit);

    /** The first sessions whose ids come after {@code after}, sorted, at most {@code limit}. */
    Future<List<JsonObject>> sessions(SessionQuery query, String after, int limit);

    /** Ends the sessions of a user whose tokens have been revoked in Redis. */
    void look(String user);
}
