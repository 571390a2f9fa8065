package dev.convoy.redis;

import java.util.List;

/** The answer to a claim. */
public sealed interface RoomClaim
        permits RoomClaim.Created, RoomClaim.Mine, RoomClaim.Loaded, RoomClaim.Owned, RoomClaim.Absent {
    /** The room is new. */
    record Created(long generation) implements RoomClaim {}

    /** The caller has owned it all along; if it does not hold it, {@link Rooms#load} has what Redis knows. */
    record Mine(long generation) implements RoomClaim {}

    /** Its owner had released it: it goes on here. */
    record Loaded(long generation, RoomImage image) implements RoomClaim {}

    /**
     * Another node owns it, dead or alive.
     *
     * @param type of the room: who does not know it should not take it
     * @param sessionIds the room's sessions at this moment; none if there are very many
     */
    record Owned(int serverId, long epoch, long generation, String type, List<String> sessionIds) implements RoomClaim {
        public Owned {
            sessionIds = List.copyOf(sessionIds);
        }

        public Fence fence() {
            return new Fence(serverId, epoch, generation);
        }
    }

    /** There is no such room, and the caller did not ask to make it. */
    record Absent() implements RoomClaim {}
}
