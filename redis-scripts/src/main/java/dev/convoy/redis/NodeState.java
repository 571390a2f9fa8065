package dev.convoy.redis;

/** What a node will do for new clients. */
public enum NodeState {
    JOINING,
    ACCEPTING,
    DRAINING
}
