package dev.convoy.redis;

/** The answer to a claim. */
public sealed interface RoomClaim
        permits RoomClaim.Created, RoomClaim.Mine, RoomClaim.Loaded, RoomClaim.Owned, RoomClaim.Absent {
    /** The room is new. */
    record Created(long generation) implements RoomClaim {}

    /** The caller has owned it all along; if it does not hold it, {@link Rooms#load} has what Redis knows. */
    record Mine(long generation) implements RoomClaim {}

    /** Its owner had released it: it goes on here. */
    record Loaded(long generation, RoomImage image) implements RoomClaim {}

    /** Another node owns it, dead or alive. */
    record Owned(int serverId, long epoch, long generation) implements RoomClaim {
        public Fence fence() {
            return new Fence(serverId, epoch, generation);
        }
    }

    /** There is no such room, and the caller did not ask to make it. */
    record Absent() implements RoomClaim {}
}
