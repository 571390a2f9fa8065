package dev.convoy.node.session;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.IntConsumer;
import java.util.stream.Stream;

/**
 * Who and what is on a shard at this moment, for an operator. Lists come in pages, sorted by id, so that a node with
 * many sessions answers as quickly as one with few. Used on the shard's event loop and not kept.
 */
public final class Census {
    /**
     * A room.
     *
     * @param durability in a word, e.g. {@code strict}
     * @param isMoving it is on its way to another node
     */
    public record RoomRow(
            String id, String type, String durability, long generation, int online, int away, boolean isMoving) {}

    /**
     * A session.
     *
     * @param conv 0 while the player is away
     * @param client its {@code address:port}; empty while the player is away
     * @param rttMs smoothed; 0 while nothing has been measured
     * @param outboxMessages that the player has not acknowledged
     * @param awayLeftMs how much longer the player may come back; 0 while they are here
     */
    public record SessionRow(
            String id,
            String user,
            String playerId,
            String roomId,
            boolean isOnline,
            int conv,
            String client,
            int rttMs,
            int outboxMessages,
            int outboxBytes,
            long awayLeftMs) {}

    /**
     * How much there is of everything.
     *
     * @param online players who are here
     * @param away players who are away and may come back
     * @param moving rooms on their way to another node
     * @param outboxMessages that players have not acknowledged
     */
    public record Levels(int online, int away, int rooms, int moving, long outboxMessages, long outboxBytes) {}

    private final Collection<RoomHost> rooms;
    private final Traffic traffic;

    Census(Collection<RoomHost> rooms, Traffic traffic) {
        this.rooms = rooms;
        this.traffic = traffic;
    }

    /** The first rooms whose ids come after {@code after}, at most {@code limit}. */
    public List<RoomRow> rooms(String after, int limit) {
        return first(rooms.stream(), RoomHost::roomId, after, limit).stream()
                .map(Census::row)
                .toList();
    }

    /**
     * The first sessions whose ids come after {@code after}, at most {@code limit}.
     *
     * @param room only this room's; empty: any
     * @param user only this user's; empty: any
     * @param id only this one; empty: any
     */
    public List<SessionRow> sessions(String room, String user, String id, String after, int limit) {
        Stream<ServerSession> all = rooms.stream()
                .filter(host -> room.isEmpty() || host.roomId().equals(room))
                .flatMap(host -> host.seats().all().stream())
                .filter(session -> user.isEmpty() || session.user().equals(user))
                .filter(session -> id.isEmpty() || session.id().toString().equals(id));
        return first(all, session -> session.id().toString(), after, limit).stream()
                .map(this::row)
                .toList();
    }

    /**
     * How much there is of everything, in one look at all sessions.
     *
     * @param heardRttMs told the smoothed round-trip time of each player who was heard since {@code sinceMs}
     */
    public Levels levels(long sinceMs, IntConsumer heardRttMs) {
        int online = 0;
        int away = 0;
        int moving = 0;
        long messages = 0;
        long bytes = 0;
        for (RoomHost room : rooms) {
            if (room.isMoving()) moving++;
            for (ServerSession session : room.seats().all()) {
                messages += session.outbox.messages();
                bytes += session.outbox.bytes();
                Connection connection = session.connection;
                if (connection == null) {
                    away++;
                    continue;
                }
                online++;
                int rttMs = connection.link.smoothedRttMs();
                if (rttMs > 0 && connection.link.heardAtMs() > sinceMs) heardRttMs.accept(rttMs);
            }
        }
        return new Levels(online, away, rooms.size(), moving, messages, bytes);
    }

    private static int online(RoomHost room) {
        int online = 0;
        for (ServerSession session : room.seats().all()) if (session.isConnected()) online++;
        return online;
    }

    private static RoomRow row(RoomHost room) {
        int online = online(room);
        return new RoomRow(
                room.roomId(),
                room.spec().type(),
                room.spec().durability().name().toLowerCase(Locale.ROOT),
                room.fence().generation(),
                online,
                room.seats().size() - online,
                room.isMoving());
    }

    private SessionRow row(ServerSession session) {
        Connection connection = session.connection;
        return new SessionRow(
                session.id().toString(),
                session.user(),
                session.playerId(),
                session.host().roomId(),
                session.isConnected(),
                connection == null ? 0 : connection.link.conv(),
                connection == null ? "" : connection.carrier.path().clientAddress(),
                connection == null ? 0 : connection.link.smoothedRttMs(),
                session.outbox.messages(),
                session.outbox.bytes(),
                connection == null ? Math.max(0, session.awayUntilMs - traffic.nowMs()) : 0);
    }

    /** Keeps no more than a page while it looks at all. */
    private static <T> List<T> first(Stream<T> all, Function<T, String> id, String after, int limit) {
        TreeMap<String, T> page = new TreeMap<>(Comparator.naturalOrder());
        all.forEach(one -> {
            String name = id.apply(one);
            boolean isOnPage = page.size() < limit || name.compareTo(page.lastKey()) < 0;
            if (name.compareTo(after) <= 0 || !isOnPage) return;
            page.put(name, one);
            if (page.size() > limit) page.pollLastEntry();
        });
        return List.copyOf(page.values());
    }
}
