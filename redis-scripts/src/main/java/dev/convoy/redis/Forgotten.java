package dev.convoy.redis;

import java.util.List;

/**
 * Redis remembers less than it had been told: it came back empty, or a failover lost its last moments. Nothing was changed; the
 * owner puts back what it holds with {@link Rooms#restore} and tries again.
 *
 * @param sessions the ids of the sessions of which too little is known; none: the room itself is unknown
 */
public record Forgotten(List<String> sessions) implements Commit, RoomStep, Admission, Redemption, SessionStep {
    static final Forgotten ROOM = new Forgotten(List.of());

    public Forgotten {
        sessions = List.copyOf(sessions);
    }
}
