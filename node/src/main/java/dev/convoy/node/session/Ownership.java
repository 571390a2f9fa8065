package dev.convoy.node.session;

/**
 * In whose name a shard owns rooms: the node's server-id lease as it stands.
 *
 * @param serverId the node's server id
 * @param epoch of its lease
 */
public record Ownership(int serverId, long epoch) {}
