package dev.convoy.node.session;

import dev.convoy.protocol.session.LinkTimes;
import dev.convoy.room.Durability;

/**
 * The bounds of a shard's sessions.
 *
 * @param windowMs how long a session waits for its player to come back
 * @param absoluteMs how long a session lasts at most, whatever happens
 * @param outboxMessagesMax unacknowledged messages a session may have
 * @param outboxBytesMax bytes of them
 * @param sessionsMax sessions on the shard, online and away
 * @param authMsMax how long the application may take to say whether it lets somebody in
 * @param link the clocks of a conv
 * @param durability of rooms whose type does not say
 * @param checkpointMs between two checkpoints of a room that needs them
 */
public record ShardSettings(
        long windowMs,
        long absoluteMs,
        int outboxMessagesMax,
        int outboxBytesMax,
        int sessionsMax,
        long authMsMax,
        LinkTimes link,
        Durability durability,
        long checkpointMs) {
    private static final long DAY_MS = 24L * 3600 * 1000;

    public static ShardSettings of(long windowMs, Durability durability, long checkpointMs) {
        return new ShardSettings(
                windowMs, DAY_MS, 4096, 4 << 20, 20_000, 5_000, LinkTimes.NODE, durability, checkpointMs);
    }
}
