package dev.convoy.node.session;

import dev.convoy.protocol.wire.SessionId;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who has a place in a room: its sessions, online and away, in the order in which they joined, and those whose record is being
 * written. A user has one place. Owned by the room's event loop.
 */
final class Seats {
    private final Map<SessionId, ServerSession> sessions = new LinkedHashMap<>();
    private final Map<String, ServerSession> byUser = new HashMap<>();
    private final Set<String> reserved = new HashSet<>();

    void add(ServerSession session) {
        sessions.put(session.id(), session);
        byUser.put(session.user(), session);
    }

    /** False when the session had no place (any more). */
    boolean remove(ServerSession session) {
        if (!sessions.remove(session.id(), session)) return false;
        byUser.remove(session.user(), session);
        return true;
    }

    boolean has(ServerSession session) {
        return sessions.get(session.id()) == session;
    }

    @Nullable
    ServerSession of(SessionId id) {
        return sessions.get(id);
    }

    @Nullable
    ServerSession of(String user) {
        return byUser.get(user);
    }

    /** Keeps a user's place while the record is written; false when somebody of that name is at it already. */
    boolean reserve(String user) {
        return reserved.add(user);
    }

    void unreserve(String user) {
        reserved.remove(user);
    }

    /** How many places are taken if this user wants one: one's own does not count. */
    int takenByOthersThan(String user) {
        int taken = sessions.size() + reserved.size();
        return byUser.containsKey(user) ? taken - 1 : taken;
    }

    /** A view. */
    Collection<ServerSession> all() {
        return sessions.values();
    }

    Set<SessionId> ids() {
        return sessions.keySet();
    }

    List<ServerSession> connected() {
        return sessions.values().stream()
                .filter(session -> session.isConnected() && !session.isBare)
                .toList();
    }

    boolean isSomebodyOnline() {
        for (ServerSession session : sessions.values()) if (session.isOnline()) return true;
        return false;
    }

    int size() {
        return sessions.size();
    }

    boolean isEmpty() {
        return sessions.isEmpty();
    }
}
