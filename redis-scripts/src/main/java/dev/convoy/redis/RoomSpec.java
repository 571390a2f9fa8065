package dev.convoy.redis;

import org.jspecify.annotations.Nullable;

/**
 * What a room is, for all its life.
 *
 * @param type which application class runs it
 * @param passwordVerifier never the password itself; null: no password
 * @param capacity sessions at most, those that are away too; 0: no limit
 */
public record RoomSpec(String type, @Nullable String passwordVerifier, int capacity, Durability durability) {
    /** What a crash may take. */
    public enum Durability {
        /** Lives in the node: survives a changed address and a restarted client. */
        MEMORY,
        /** A crash rolls back to the last snapshot. */
        CHECKPOINT,
        /** Nothing leaves before it is in Redis. */
        STRICT
    }
}
