package dev.convoy.node.session;

import dev.convoy.redis.RoomSpec;
import io.vertx.core.buffer.Buffer;

/**
 * How somebody who joins would have the room made, if there is none yet.
 *
 * @param options for {@code onCreate}
 * @param password that whoever comes later has to give; empty: none
 */
record RoomWish(RoomSpec spec, Buffer options, String password) {}
