package dev.convoy.room;

/** When a room's clock runs. */
public enum TickWhen {
    /** As long as the room exists, also when all its players are away. */
    ALWAYS,
    /** While at least one player is online; asleep otherwise. Steps that fall into the sleep are not made up for. */
    SOMEBODY_ONLINE
}
