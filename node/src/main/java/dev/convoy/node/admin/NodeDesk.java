package dev.convoy.node.admin;

import dev.convoy.redis.ConvoyRedis;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Optional;

/** What the admin calls need of the node. Used on the control verticle's context. */
public interface NodeDesk {
    /** The node's own account of itself. */
    Future<JsonObject> describe();

    /** 0 while it has none. */
    int serverId();

    /** Empty while Redis has not been reached for the first time. */
    Optional<ConvoyRedis> redis();

    List<ShardDesk> shards();

    /** Hands over everything and ends the process; does nothing the second time. */
    void drain();
}
