package dev.convoy.redis;

/**
 * The write came from somebody who does not own the room (any more): nothing was changed, and the caller's copy of the room is to
 * be closed without sending anything.
 *
 * @param current who owns it; server id 0 if nobody does
 */
public record Fenced(Fence current) implements Commit, RoomStep, Admission, Redemption, SessionStep {}
