package dev.convoy.redis;

/**
 * What every write to a room and its sessions carries, and what it is refused for if any part is stale.
 *
 * @param serverId the owner's server id; 0 only in an answer, for a room that nobody owns
 * @param epoch of the owner's lease of that server id
 * @param generation of the room: a new one for every owner
 */
public record Fence(int serverId, long epoch, long generation) {}
