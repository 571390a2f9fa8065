package dev.convoy.redis;

/** A lease that somebody holds. */
public record LeaseView(int serverId, long epoch, String instance, NodeState state, long ttlMs) {}
