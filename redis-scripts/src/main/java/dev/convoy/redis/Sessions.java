package dev.convoy.redis;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * The records that let players return. They live in their room's slot, under its fence.
 *
 * <p>Of a token only its hash gets here. The successor is made by the caller from a key, the session, the token and the
 * attempt, so that the same attempt gives the same successor again on any node.
 */
public final class Sessions {
    private static final Script ADMIT = Script.load("session/admit");
    private static final Script REDEEM = Script.load("session/redeem");
    private static final Script AWAY = Script.load("session/away");
    private static final Script LEAVE = Script.load("session/leave");
    private static final Script REVOKE = Script.load("session/revoke");

    private static final Script MEMBERS = Script.load("room/members");

    private final Steps steps;
    private final Users users;

    Sessions(Steps steps, Users users) {
        this.steps = steps;
        this.users = users;
    }

    /** Makes the record of a player who joins. The same session again, untouched since, is admitted again. */
    public CompletionStage<Admission> admit(String roomId, Fence fence, NewSession session) {
        String key = Keys.session(roomId, session.sessionId());
        List<String> keys = List.of(Keys.room(roomId), Keys.state(roomId), Keys.sessions(roomId), key);
        Args args = Args.of(fence)
                .add(session.sessionId())
                .add(Keys.name(session.user()))
                .add(Keys.name(session.playerId()))
                .add(Keys.hash(session.tokenHash()))
                .addUnsigned(Integer.toUnsignedLong(session.conv()))
                .add(session.idleMs())
                .add(session.absoluteMs());
        return steps.run(ADMIT, keys, args).thenApply(reply -> switch (reply.code()) {
            case "ADMITTED" -> new Admission.Admitted(reply.number(1));
            case "REFUSED" -> new Admission.Refused(Admission.Reason.valueOf(reply.text(1)));
            case "FENCED" -> new Fenced(reply.fence(1));
            case "FORGOTTEN" -> Forgotten.ROOM;
            default -> throw reply.unexpected();
        });
    }

    /** Redeems a reconnect token: see {@link Redemption} for what may come of it. */
    public CompletionStage<Redemption> redeem(String roomId, Fence fence, Redeem redeem) {
        List<String> keys = List.of(
                Keys.room(roomId), Keys.session(roomId, redeem.sessionId()), Keys.outbox(roomId, redeem.sessionId()));
        Args args = Args.of(fence)
                .add(Keys.name(redeem.user()))
                .add(Keys.hash(redeem.presentedHash()))
                .add(Keys.hash(redeem.nextHash()))
                .addUnsigned(redeem.attempt())
                .addUnsigned(Integer.toUnsignedLong(redeem.conv()))
                .add(redeem.clientGeneration())
                .add(redeem.clientReceived())
                .add(redeem.windowMs());
        return steps.run(REDEEM, keys, args).thenApply(Sessions::redemption);
    }

    private static Redemption redemption(Reply reply) {
        return switch (reply.code()) {
            case "ROTATED" -> new Redemption.Rotated(resumed(reply));
            case "REPEATED" -> new Redemption.Repeated(resumed(reply));
            case "REUSED" -> new Redemption.Reused();
            case "REVOKED" -> new Redemption.Revoked(reply.text(1));
            case "INVALID" -> new Redemption.Invalid();
            case "WRONG_USER" -> new Redemption.WrongUser();
            case "EXPIRED" -> new Redemption.Expired();
            case "LOST" -> new Redemption.Lost(reply.number(1));
            case "FENCED" -> new Fenced(reply.fence(1));
            case "FORGOTTEN" -> Forgotten.ROOM;
            default -> throw reply.unexpected();
        };
    }

    private static Redemption.Resumed resumed(Reply reply) {
        return new Redemption.Resumed(
                reply.number(1),
                reply.number(2),
                reply.number(3),
                reply.number(4),
                reply.text(5),
                Integer.parseUnsignedInt(reply.text(6)),
                reply.number(7));
    }

    /** Starts a session's reconnect window; the window of one that is away already goes on. */
    public CompletionStage<SessionStep> away(String roomId, Fence fence, String sessionId, long windowMs) {
        List<String> keys = List.of(Keys.room(roomId), Keys.session(roomId, sessionId));
        return steps.run(AWAY, keys, Args.of(fence).add(windowMs)).thenApply(Sessions::step);
    }

    /** Ends a session and all its tokens. */
    public CompletionStage<SessionStep> leave(String roomId, Fence fence, String sessionId) {
        List<String> keys = List.of(
                Keys.room(roomId),
                Keys.sessions(roomId),
                Keys.session(roomId, sessionId),
                Keys.outbox(roomId, sessionId));
        return steps.run(LEAVE, keys, Args.of(fence).add(sessionId)).thenApply(Sessions::step);
    }

    /**
     * Makes a session's tokens worthless, from anywhere; false if there is no such session. Whoever holds the session is to be told
     * by other means.
     *
     * @param reason a word for the answer to whoever presents one of them
     */
    public CompletionStage<Boolean> revoke(String roomId, String sessionId, String reason) {
        return steps.run(REVOKE, List.of(Keys.session(roomId, sessionId)), new Args().add(Keys.name(reason)))
                .thenApply(reply -> reply.code().equals("REVOKED"));
    }

    /** Revokes the tokens of every session of a room; says how many. */
    public CompletionStage<Integer> revokeRoom(String roomId, String reason) {
        return steps.run(MEMBERS, List.of(Keys.sessions(roomId)), new Args()).thenCompose(reply -> {
            List<String> sessionIds = reply.texts().subList(1, reply.size());
            return revokeAll(sessionIds.stream()
                    .map(sessionId -> revoke(roomId, sessionId, reason))
                    .toList());
        });
    }

    /** Revokes the tokens of every session that the user's presence shows; says how many. */
    public CompletionStage<Integer> revokeUser(String user, String reason) {
        return users.where(user)
                .thenCompose(places -> revokeAll(places.stream()
                        .map(place -> revoke(place.roomId(), place.sessionId(), reason))
                        .toList()));
    }

    private static CompletionStage<Integer> revokeAll(List<CompletionStage<Boolean>> revocations) {
        CompletionStage<Integer> all = CompletableFuture.completedStage(0);
        for (CompletionStage<Boolean> one : revocations) {
            all = all.thenCombine(one, (count, revoked) -> revoked ? count + 1 : count);
        }
        return all;
    }

    private static SessionStep step(Reply reply) {
        return switch (reply.code()) {
            case "DONE" -> new SessionStep.Done();
            case "UNKNOWN" -> new SessionStep.Unknown();
            case "FENCED" -> new Fenced(reply.fence(1));
            case "FORGOTTEN" -> Forgotten.ROOM;
            default -> throw reply.unexpected();
        };
    }
}
