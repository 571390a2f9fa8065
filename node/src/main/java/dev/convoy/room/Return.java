package dev.convoy.room;

/** How a player has come back. */
public enum Return {
    /** To the node that held the room all along. */
    CONTINUED,
    /** To a room that has moved or whose node has died; nothing was lost in either direction. */
    RESTORED,
    /** To a checkpoint room whose crash has undone some of what the player was told; {@link Room#stateFor} is on its way. */
    ROLLED_BACK
}
