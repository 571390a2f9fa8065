package dev.convoy.node.session;

/**
 * In whose name a shard owns rooms: the node's server-id lease as it stands.
 *
 * @param serverId the node's server id
 * @param epoch of its lease
 * @param mayTakeOver false just after Redis was away: the leases of the living have run out too, and they have not
 *     had the time to renew them
 */
public record Ownership(int serverId, long epoch, boolean mayTakeOver) {}
