package dev.convoy.router;

import io.netty.util.NetUtil;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Locale;

/** The table for people and programs that ask a router for it. */
final class TableView {
    private TableView() {}

    /**
     * {@code {"directoryAgeSeconds": 0.2, "rows": [{"serverId": 1, "epoch": 1763640000123, "state": "accepting", "suspect": false,
     * "shards": ["10.0.0.7:7100", …]}, …]}}, by rising server id, rows of the dead included.
     */
    static JsonObject of(Router router) {
        JsonArray rows = new JsonArray();
        router.table().rows().forEach(row -> rows.add(row(row)));
        return new JsonObject()
                .put("directoryAgeSeconds", router.directoryAgeSeconds())
                .put("rows", rows);
    }

    private static JsonObject row(NodeRoute row) {
        JsonArray shards = new JsonArray();
        row.shards().forEach(shard -> shards.add(NetUtil.toSocketAddressString(shard)));
        return new JsonObject()
                .put("serverId", row.serverId())
                .put("epoch", row.epoch())
                .put("state", row.state().name().toLowerCase(Locale.ROOT))
                .put("suspect", row.suspect())
                .put("shards", shards);
    }
}
