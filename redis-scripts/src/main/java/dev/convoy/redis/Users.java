package dev.convoy.redis;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * Where users are, and who is banned.
 *
 * <p>Presence is derived: the owner of a room says it after the fact, repeats it before its time runs out, and nothing is decided by
 * it. A ban is not derived: whoever lets a user in, or back in, asks for it.
 */
public final class Users {
    private static final Script SEEN = Script.load("user/seen");
    private static final Script GONE = Script.load("user/gone");
    private static final Script WHERE = Script.load("user/where");
    private static final Script BAN = Script.load("user/ban");
    private static final Script BANNED = Script.load("user/banned");

    private final Steps steps;

    Users(Steps steps) {
        this.steps = steps;
    }

    /**
     * A session of a user.
     *
     * @param ttlMs until when this holds, from now; of one who is away: how long they may still come back
     */
    public record Place(String sessionId, String roomId, int serverId, boolean online, long ttlMs) {}

    /**
     * A ban.
     *
     * @param forMs how much longer
     */
    public record Ban(String reason, long forMs) {}

    /**
     * Says where a session is; false if the next owner of its room has said something since.
     *
     * @param fence of the room
     * @param online false: away
     * @param ttl how long it holds unless said again; of one who is away, the rest of the window
     */
    public CompletionStage<Boolean> seen(
            String user, String roomId, Fence fence, String sessionId, boolean online, Duration ttl) {
        Args args = new Args()
                .add(Keys.sessionId(sessionId))
                .add(fence.generation())
                .add(ttl.toMillis())
                .add(fence.serverId())
                .add(online)
                .add(Keys.name(roomId));
        return steps.run(SEEN, List.of(Keys.user(user)), args)
                .thenApply(reply -> reply.code().equals("DONE"));
    }

    /** Says that a session has ended; false if the next owner of its room has said something since. */
    public CompletionStage<Boolean> gone(String user, Fence fence, String sessionId) {
        Args args = new Args().add(Keys.sessionId(sessionId)).add(fence.generation());
        return steps.run(GONE, List.of(Keys.user(user)), args)
                .thenApply(reply -> reply.code().equals("DONE"));
    }

    /** Where a user is; empty: nowhere. */
    public CompletionStage<List<Place>> where(String user) {
        return steps.run(WHERE, List.of(Keys.user(user)), new Args()).thenApply(reply -> {
            List<Place> places = new ArrayList<>();
            for (int i = 1; i < reply.size(); i++) {
                Reply entry = reply.list(i);
                boolean online = entry.text(3).equals("1");
                places.add(new Place(entry.text(0), entry.text(4), (int) entry.number(2), online, entry.number(1)));
            }
            return List.copyOf(places);
        });
    }

    /** Bans a user from coming in and from coming back. Their tokens and sessions are the caller's to end. */
    public CompletionStage<Void> ban(String user, String reason, Duration time) {
        if (time.toMillis() <= 0) {
            throw new IllegalArgumentException("a ban of " + time);
        }
        Args args = new Args().add(time.toMillis()).add(reason);
        return steps.run(BAN, List.of(Keys.ban(user)), args).thenAccept(reply -> {});
    }

    public CompletionStage<Void> unban(String user) {
        return steps.run(BAN, List.of(Keys.ban(user)), new Args().add(0).add(""))
                .thenAccept(reply -> {});
    }

    /** Why, and how much longer, a user is banned; empty: they are not. */
    public CompletionStage<Optional<Ban>> banned(String user) {
        return steps.run(BANNED, List.of(Keys.ban(user)), new Args()).thenApply(reply -> switch (reply.code()) {
            case "BANNED" -> Optional.of(new Ban(reply.text(1), reply.number(2)));
            case "WELCOME" -> Optional.empty();
            default -> throw reply.unexpected();
        });
    }
}
