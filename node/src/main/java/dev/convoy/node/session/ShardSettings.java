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
 * @param answerMsMax how long a room may take for what it answers with a future, e.g. whether it lets somebody in
 * @param link the clocks of a conv
 * @param durability of rooms whose type does not say
 * @param checkpointMs between two checkpoints of a room that needs them
 * @param slowCallMs a room that holds its event loop up for longer is named in the log
 */
public record ShardSettings(
        long windowMs,
        long absoluteMs,
        int outboxMessagesMax,
        int outboxBytesMax,
        int sessionsMax,
        long answerMsMax,
        LinkTimes link,
        Durability durability,
        long checkpointMs,
        long slowCallMs) {
    private static final long DAY_MS = 24L * 3600 * 1000;

    public static ShardSettings of(long windowMs, Durability durability, long checkpointMs) {
        return new ShardSettings(
                windowMs, DAY_MS, 4096, 4 << 20, 20_000, 5_000, LinkTimes.NODE, durability, checkpointMs, 50);
    }
}
