package dev.convoy.redis;

/** The answer to a step of a room that has nothing to tell but that it is done. */
public sealed interface RoomStep permits RoomStep.Done, Fenced, Forgotten {
    record Done() implements RoomStep {}
}
