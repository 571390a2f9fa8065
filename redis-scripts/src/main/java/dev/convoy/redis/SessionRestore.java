package dev.convoy.redis;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Puts sessions back as their owner holds them. */
final class SessionRestore {
    private static final Script RESTORE = Script.load("session/restore");

    private SessionRestore() {}

    static CompletionStage<RoomStep> all(Steps steps, String roomId, Fence fence, List<SessionImage> sessions) {
        CompletionStage<RoomStep> all = CompletableFuture.completedStage(new RoomStep.Done());
        for (SessionImage session : sessions) {
            all = all.thenCombine(one(steps, roomId, fence, session), (a, b) -> a instanceof RoomStep.Done ? b : a);
        }
        return all;
    }

    private static CompletionStage<RoomStep> one(Steps steps, String roomId, Fence fence, SessionImage s) {
        String previous = s.tokens().previousHash();
        Args args = Args.of(fence)
                .add(Keys.sessionId(s.sessionId()))
                .add(Keys.name(s.user()))
                .add(s.playerId())
                .add(Keys.hash(s.tokens().currentHash()))
                .add(previous)
                .add(previous.isEmpty() ? "" : Long.toUnsignedString(s.tokens().attempt()))
                .add(s.tokens().revoked())
                .add(s.generation())
                .addUnsigned(Integer.toUnsignedLong(s.conv()))
                .add(s.received())
                .add(s.sent())
                .add(s.acked())
                .add(!s.online())
                .add(s.idleMs())
                .add(s.expiresInMs())
                .add(s.absoluteInMs());
        s.outbox().forEach(entry -> args.add(entry.payload()));
        List<String> keys = List.of(
                Keys.room(roomId),
                Keys.state(roomId),
                Keys.sessions(roomId),
                Keys.session(roomId, s.sessionId()),
                Keys.outbox(roomId, s.sessionId()));
        return steps.run(RESTORE, keys, args).thenApply(Rooms::step);
    }
}
