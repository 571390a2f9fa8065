package dev.convoy.redis;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Reads a room that the caller has just come to own. Its sessions take a round trip of their own and come in portions, so that a large
 * room does not hold Redis up; nobody but the owner writes in between.
 */
final class RoomLoader {
    private static final Script LOAD = Script.load("room/load");
    private static final Script SESSIONS = Script.load("room/sessions");
    private static final int SESSIONS_PER_CALL = 32;
    private static final long ANY_GENERATION = -1;

    private final Steps steps;

    RoomLoader(Steps steps) {
        this.steps = steps;
    }

    /** What was read, or who owns the room instead (server id 0: nobody). */
    record Read<T>(@Nullable T value, @Nullable Fence current) {
        <R> R fold(Function<T, R> found, Function<Fence, R> fenced) {
            if (value != null) {
                return found.apply(value);
            }
            return fenced.apply(current == null ? new Fence(0, 0, 0) : current);
        }
    }

    CompletionStage<Read<RoomImage>> load(String roomId, Fence fence) {
        return steps.run(LOAD, keys(roomId), Args.of(fence)).thenCompose(room -> switch (room.code()) {
            case "ROOM" -> complete(roomId, fence, room, 1);
            case "FENCED" -> CompletableFuture.completedStage(new Read<RoomImage>(null, room.fence(1)));
            case "FORGOTTEN" -> CompletableFuture.completedStage(new Read<RoomImage>(null, null));
            default -> throw room.unexpected();
        });
    }

    /** Adds the sessions to a reply that has the seven values of a room from {@code at} on. */
    CompletionStage<Read<RoomImage>> complete(String roomId, Fence fence, Reply room, int at) {
        return complete(roomId, fence, room, at, Map.of());
    }

    /** The same when some of the sessions have been read since the room is the caller's. */
    CompletionStage<Read<RoomImage>> complete(
            String roomId, Fence fence, Reply room, int at, Map<String, SessionImage> known) {
        List<String> sessionIds = room.list(at + 6).texts();
        List<String> unknown =
                sessionIds.stream().filter(id -> !known.containsKey(id)).toList();
        List<SessionImage> present =
                sessionIds.stream().filter(known::containsKey).map(known::get).toList();
        return sessions(roomId, fence, unknown)
                .thenApply(read -> join(new Read<>(present, null), read)
                        .fold(
                                sessions -> new Read<>(image(room, at, sessions), null),
                                current -> new Read<RoomImage>(null, current)));
    }

    /**
     * Reads sessions right behind the takeover of their room, without waiting for its answer: on one connection commands of a slot are
     * answered in order. Should they have got there first, or the room be somebody else's, nothing is read.
     */
    CompletionStage<Map<String, SessionImage>> readAhead(
            String roomId, int serverId, long epoch, List<String> sessionIds) {
        return sessions(roomId, new Fence(serverId, epoch, ANY_GENERATION), sessionIds)
                .thenApply(read -> read.fold(
                        images ->
                                images.stream().collect(Collectors.toMap(SessionImage::sessionId, Function.identity())),
                        current -> Map.of()));
    }

    CompletionStage<Read<List<String>>> sessionIds(String roomId, Fence fence) {
        return steps.run(LOAD, keys(roomId), Args.of(fence)).thenApply(room -> switch (room.code()) {
            case "ROOM" -> new Read<>(room.list(7).texts(), null);
            case "FENCED" -> new Read<List<String>>(null, room.fence(1));
            case "FORGOTTEN" -> new Read<List<String>>(null, null);
            default -> throw room.unexpected();
        });
    }

    private static List<String> keys(String roomId) {
        return List.of(Keys.room(roomId), Keys.state(roomId), Keys.sessions(roomId));
    }

    private CompletionStage<Read<List<SessionImage>>> sessions(String roomId, Fence fence, List<String> sessionIds) {
        CompletionStage<Read<List<SessionImage>>> all = CompletableFuture.completedStage(new Read<>(List.of(), null));
        for (int from = 0; from < sessionIds.size(); from += SESSIONS_PER_CALL) {
            List<String> portion = sessionIds.subList(from, Math.min(sessionIds.size(), from + SESSIONS_PER_CALL));
            all = all.thenCombine(portion(roomId, fence, portion), RoomLoader::join);
        }
        return all;
    }

    private static Read<List<SessionImage>> join(Read<List<SessionImage>> a, Read<List<SessionImage>> b) {
        if (a.value == null || b.value == null) {
            return a.value == null ? a : b;
        }
        List<SessionImage> both = new ArrayList<>(a.value);
        both.addAll(b.value);
        return new Read<>(both, null);
    }

    private CompletionStage<Read<List<SessionImage>>> portion(String roomId, Fence fence, List<String> sessionIds) {
        List<String> keys = new ArrayList<>(1 + 2 * sessionIds.size());
        keys.add(Keys.room(roomId));
        for (String sessionId : sessionIds) {
            keys.add(Keys.session(roomId, sessionId));
            keys.add(Keys.outbox(roomId, sessionId));
        }
        Args args = new Args().add(fence.serverId()).add(fence.epoch());
        if (fence.generation() == ANY_GENERATION) args.add("");
        else args.add(fence.generation());
        return steps.run(SESSIONS, keys, args).thenApply(reply -> switch (reply.code()) {
            case "SESSIONS" -> {
                List<SessionImage> images = new ArrayList<>();
                for (int i = 1; i < reply.size(); i++) {
                    Reply session = reply.list(i);
                    images.add(session(sessionIds.get((int) session.number(0)), session));
                }
                yield new Read<>(images, null);
            }
            case "FENCED" -> new Read<List<SessionImage>>(null, reply.fence(1));
            case "FORGOTTEN" -> new Read<List<SessionImage>>(null, null);
            default -> throw reply.unexpected();
        });
    }

    private static RoomImage image(Reply room, int at, List<SessionImage> sessions) {
        String verifier = room.text(at + 1);
        RoomSpec spec = new RoomSpec(
                room.text(at),
                verifier.isEmpty() ? null : verifier,
                (int) room.number(at + 2),
                RoomSpec.Durability.valueOf(room.text(at + 3)));
        return new RoomImage(spec, room.text(at + 4).equals("1"), room.bytesOrNull(at + 5), sessions);
    }

    private static SessionImage session(String sessionId, Reply reply) {
        Fields fields = new Fields(reply.list(1).texts());
        long sent = fields.number("sent");
        Reply payloads = reply.list(4);
        List<OutboxEntry> outbox = new ArrayList<>(payloads.size());
        for (int i = 0; i < payloads.size(); i++) {
            outbox.add(new OutboxEntry(sent - payloads.size() + 1 + i, payloads.bytes(i)));
        }
        String attempt = fields.text("attempt");
        SessionImage.Tokens tokens = new SessionImage.Tokens(
                fields.text("token"),
                fields.text("previous"),
                attempt.isEmpty() ? 0 : Long.parseUnsignedLong(attempt),
                fields.text("revoked"));
        return new SessionImage(
                sessionId,
                fields.text("user"),
                fields.text("player"),
                tokens,
                fields.number("generation"),
                Integer.parseUnsignedInt(fields.text("conv")),
                fields.number("received"),
                sent,
                fields.number("acked"),
                fields.text("away").equals("0"),
                fields.number("idleMs"),
                reply.number(2),
                reply.number(3),
                outbox);
    }

    /** A hash, as Redis lists it: field, value, field, value. */
    private static final class Fields {
        private final Map<String, String> values = new HashMap<>();

        Fields(List<String> flat) {
            for (int i = 0; i < flat.size(); i += 2) {
                values.put(flat.get(i), flat.get(i + 1));
            }
        }

        String text(String field) {
            String value = values.get(field);
            if (value == null) {
                throw new IllegalStateException("a session without a field " + field);
            }
            return value;
        }

        long number(String field) {
            return Long.parseLong(text(field));
        }
    }
}
