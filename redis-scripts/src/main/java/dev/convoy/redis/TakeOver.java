package dev.convoy.redis;

/** The answer to a takeover. */
public sealed interface TakeOver permits TakeOver.TakenOver, TakeOver.Changed {
    record TakenOver(long generation, RoomImage image) implements TakeOver {}

    /**
     * Somebody else was first, or the room was released or is no more: claim it again.
     *
     * @param current the room's fence; server id 0 if nobody owns it
     */
    record Changed(Fence current) implements TakeOver {}
}
