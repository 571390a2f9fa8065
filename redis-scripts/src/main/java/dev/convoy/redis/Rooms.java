package dev.convoy.redis;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Ownership and durability of rooms.
 *
 * <p>A room has one owner at a time: a server id under an epoch, for one generation of the room. Every write carries that
 * {@link Fence} and is refused with {@link Fenced} once any part of it is stale, so a node that slept cannot harm the room's next owner.
 */
public final class Rooms {
    private static final Script CLAIM = Script.load("room/claim");
    private static final Script TAKEOVER = Script.load("room/takeover");
    private static final Script COMMIT = Script.load("room/commit");
    private static final Script TOUCH = Script.load("room/touch");
    private static final Script RELEASE = Script.load("room/release");
    private static final Script DISPOSE = Script.load("room/dispose");
    private static final Script RESTORE = Script.load("room/restore");

    private static final RoomSpec NO_SPEC = new RoomSpec("", null, 0, RoomSpec.Durability.STRICT);

    private final Steps steps;
    private final RoomLoader loader;
    private final long ttlMs;

    Rooms(Steps steps, Duration roomTtl) {
        this.steps = steps;
        this.loader = new RoomLoader(steps);
        this.ttlMs = roomTtl.toMillis();
    }

    /**
     * Takes a room that nobody owns; leaves an owned one alone.
     *
     * @param spec how to make the room if there is none; null: make none
     */
    public CompletionStage<RoomClaim> claim(String roomId, int serverId, long epoch, @Nullable RoomSpec spec) {
        Args args = new Args().add(ServerIds.check(serverId)).add(epoch).add(ttlMs);
        addSpec(args, spec == null ? NO_SPEC : spec);
        return steps.run(CLAIM, keys(roomId), args).thenCompose(reply -> switch (reply.code()) {
            case "CREATED" -> CompletableFuture.completedStage(new RoomClaim.Created(reply.number(1)));
            case "MINE" -> CompletableFuture.completedStage(new RoomClaim.Mine(reply.number(1)));
            case "OWNED" -> CompletableFuture.completedStage(owned(reply));
            case "ABSENT" -> CompletableFuture.completedStage(new RoomClaim.Absent());
            case "LOADED" -> {
                Fence fence = new Fence(serverId, epoch, reply.number(1));
                yield loader.complete(roomId, fence, reply, 2)
                        .thenApply(loaded -> loaded.<RoomClaim>fold(
                                image -> new RoomClaim.Loaded(fence.generation(), image), Rooms::overtaken));
            }
            default -> throw reply.unexpected();
        });
    }

    private static RoomClaim owned(Reply reply) {
        Fence fence = reply.fence(1);
        List<String> sessionIds = reply.list(5).texts();
        return new RoomClaim.Owned(fence.serverId(), fence.epoch(), fence.generation(), reply.text(4), sessionIds);
    }

    /** Somebody took the room while its sessions were being read. */
    private static RoomClaim overtaken(Fence fence) {
        return new RoomClaim.Owned(fence.serverId(), fence.epoch(), fence.generation(), "", List.of());
    }

    /** Takes a room whose sessions the caller does not know: {@link #takeOver(String, RoomClaim.Owned, int, long)} is faster. */
    public CompletionStage<TakeOver> takeOver(String roomId, Fence expectedOwner, int serverId, long epoch) {
        RoomClaim.Owned expected = new RoomClaim.Owned(
                expectedOwner.serverId(), expectedOwner.epoch(), expectedOwner.generation(), "", List.of());
        return takeOver(roomId, expected, serverId, epoch);
    }

    /**
     * Takes a room from its owner, by compare-and-set, and reads it and its sessions in the same round trip as long as no others
     * have come since the caller was told of it.
     *
     * <p>This step cannot know whether the owner is alive: its lease lives in another slot. The caller reads that first
     * ({@link NodeLeases#read}) and takes over only if the lease is gone or of another epoch. Taking from the living breaks no
     * promise, since the old owner is fenced from then on, but drops its clients.
     */
    public CompletionStage<TakeOver> takeOver(String roomId, RoomClaim.Owned expected, int serverId, long epoch) {
        Args args = Args.of(expected.fence())
                .add(ServerIds.check(serverId))
                .add(epoch)
                .add(ttlMs);
        CompletionStage<Reply> taken = steps.run(TAKEOVER, keys(roomId), args);
        CompletionStage<Map<String, SessionImage>> early =
                loader.readAhead(roomId, serverId, epoch, expected.sessionIds());
        return taken.thenCompose(reply -> switch (reply.code()) {
            case "TAKEN" -> {
                Fence fence = new Fence(serverId, epoch, reply.number(1));
                yield early.thenCompose(known -> loader.complete(roomId, fence, reply, 2, known))
                        .thenApply(loaded -> loaded.<TakeOver>fold(
                                image -> new TakeOver.TakenOver(fence.generation(), image), TakeOver.Changed::new));
            }
            case "CHANGED" -> CompletableFuture.completedStage(new TakeOver.Changed(reply.fence(1)));
            default -> throw reply.unexpected();
        });
    }

    /**
     * Reads a room that the caller owns but does not hold, because an answer was lost.
     *
     * @return fails with {@link IllegalStateException} if the caller does not own it (any more)
     */
    public CompletionStage<RoomImage> load(String roomId, Fence fence) {
        return loader.load(roomId, fence)
                .thenApply(loaded -> loaded.fold(image -> image, current -> {
                    throw new IllegalStateException("the room is owned by " + current);
                }));
    }

    /**
     * Commits the room and what has happened in its sessions, together or not at all.
     *
     * @param snapshot null: the last one stands
     */
    public CompletionStage<Commit> commit(
            String roomId, Fence fence, byte @Nullable [] snapshot, boolean started, List<SessionDelta> deltas) {
        return commit(roomId, fence, snapshot, started, deltas, List.of());
    }

    /**
     * Commits the room, what has happened in its sessions, and the end of some of them, together or not at all. What a
     * session's end changes in the room is so committed exactly once, whoever dies in between.
     *
     * @param snapshot null: the last one stands
     * @param endedSessionIds none of them among {@code deltas}
     */
    public CompletionStage<Commit> commit(
            String roomId,
            Fence fence,
            byte @Nullable [] snapshot,
            boolean started,
            List<SessionDelta> deltas,
            List<String> endedSessionIds) {
        List<String> keys = new ArrayList<>(3 + 2 * (deltas.size() + endedSessionIds.size()));
        keys.addAll(keys(roomId));
        Args args = Args.of(fence).add(started);
        addSnapshot(args, snapshot);
        args.add(endedSessionIds.size());
        for (SessionDelta delta : deltas) {
            keys.add(Keys.session(roomId, delta.sessionId()));
            keys.add(Keys.outbox(roomId, delta.sessionId()));
            args.add(delta.received())
                    .add(delta.sent())
                    .add(delta.ackedThrough())
                    .add(delta.appended().size());
            delta.appended().forEach(entry -> args.add(entry.payload()));
        }
        for (String sessionId : endedSessionIds) {
            keys.add(Keys.session(roomId, sessionId));
            keys.add(Keys.outbox(roomId, sessionId));
            args.add(sessionId);
        }
        return steps.run(COMMIT, keys, args).thenApply(reply -> switch (reply.code()) {
            case "COMMITTED" -> new Commit.Committed();
            case "FENCED" -> new Fenced(reply.fence(1));
            case "FORGOTTEN" -> forgotten(reply, i -> deltas.get(i).sessionId());
            default -> throw reply.unexpected();
        });
    }

    /** Keeps a room and those of these sessions that are online from expiring in silence, and asks who is to end. */
    public CompletionStage<Commit> touch(String roomId, Fence fence, List<String> sessionIds) {
        List<String> keys = new ArrayList<>(keys(roomId));
        sessionIds.forEach(sessionId -> keys.add(Keys.session(roomId, sessionId)));
        return steps.run(TOUCH, keys, Args.of(fence).add(ttlMs)).thenApply(reply -> switch (reply.code()) {
            case "COMMITTED" -> new Commit.Committed();
            case "REVOKED" -> revoked(reply, sessionIds);
            case "FENCED" -> new Fenced(reply.fence(1));
            case "FORGOTTEN" -> forgotten(reply, sessionIds::get);
            default -> throw reply.unexpected();
        });
    }

    private static Commit.Revoked revoked(Reply reply, List<String> sessionIds) {
        Map<String, String> reasons = new HashMap<>();
        for (int i = 1; i < reply.size(); i++) {
            Reply session = reply.list(i);
            reasons.put(sessionIds.get((int) session.number(0)), session.text(1));
        }
        return new Commit.Revoked(reasons);
    }

    /** Lets go of a room at a drain: whoever claims it next goes on with it. Commit everything first. */
    public CompletionStage<RoomStep> release(String roomId, Fence fence) {
        return steps.run(RELEASE, List.of(Keys.room(roomId)), Args.of(fence)).thenApply(Rooms::step);
    }

    /** Ends a room and all its sessions. */
    public CompletionStage<RoomStep> dispose(String roomId, Fence fence) {
        return loader.sessionIds(roomId, fence)
                .thenCompose(found -> found.fold(
                        sessionIds -> {
                            List<String> keys = new ArrayList<>(keys(roomId));
                            for (String sessionId : sessionIds) {
                                keys.add(Keys.session(roomId, sessionId));
                                keys.add(Keys.outbox(roomId, sessionId));
                            }
                            return steps.run(DISPOSE, keys, Args.of(fence)).thenApply(Rooms::step);
                        },
                        current ->
                                steps.run(DISPOSE, keys(roomId), Args.of(fence)).thenApply(Rooms::step)));
    }

    /**
     * Puts a room and its sessions back as the caller holds them, after {@link Forgotten} or a restored lease. Safe to repeat.
     * Where Redis has a younger generation of the room, that one stands.
     */
    public CompletionStage<RoomStep> restore(String roomId, Fence fence, RoomImage image) {
        Args args = Args.of(fence).add(ttlMs);
        addSpec(args, image.spec());
        args.add(image.started());
        addSnapshot(args, image.snapshot());
        return steps.run(RESTORE, keys(roomId), args)
                .thenApply(Rooms::step)
                .thenCompose(done -> done instanceof RoomStep.Done
                        ? SessionRestore.all(steps, roomId, fence, image.sessions())
                        : CompletableFuture.completedStage(done));
    }

    private static void addSpec(Args args, RoomSpec spec) {
        String verifier = spec.passwordVerifier();
        args.add(spec.type())
                .add(verifier == null ? "" : verifier)
                .add(spec.capacity())
                .add(spec.durability().name());
    }

    private static void addSnapshot(Args args, byte @Nullable [] snapshot) {
        args.add(snapshot != null).add(snapshot == null ? new byte[0] : snapshot);
    }

    private static List<String> keys(String roomId) {
        return List.of(Keys.room(roomId), Keys.state(roomId), Keys.sessions(roomId));
    }

    static RoomStep step(Reply reply) {
        return switch (reply.code()) {
            case "DONE" -> new RoomStep.Done();
            case "FENCED" -> new Fenced(reply.fence(1));
            case "FORGOTTEN" -> Forgotten.ROOM;
            default -> throw reply.unexpected();
        };
    }

    private interface SessionIdAt {
        String get(int index);
    }

    private static Forgotten forgotten(Reply reply, SessionIdAt sessionIds) {
        List<String> missing = new ArrayList<>();
        for (int i = 1; i < reply.size(); i++) {
            missing.add(sessionIds.get((int) reply.number(i)));
        }
        return new Forgotten(missing);
    }
}
