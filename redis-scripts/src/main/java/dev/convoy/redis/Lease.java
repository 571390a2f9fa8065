package dev.convoy.redis;

/**
 * A node's right to a server id.
 *
 * @param epoch newer than that of anybody who had this server id before
 * @param ttlMs from the moment that the acquisition or renewal was <em>sent</em>
 */
public record Lease(int serverId, long epoch, String instance, NodeAddress address, long ttlMs) {}
