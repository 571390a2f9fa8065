package dev.convoy.redis;

import static dev.convoy.redis.ClusterModel.require;
import static dev.convoy.redis.RedisTest.get;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A room and its sessions as they must be in Redis, and what nodes do to them with the fence that they believe in. */
final class ModelRoom {
    /** A session as it must be in Redis. */
    static final class Session {
        final String id = RedisTest.freshSessionId();
        final List<byte[]> outbox = new ArrayList<>();
        int token;
        long attempt;
        long generation = 1;
        long sent;
        long received;
        String revoked = "";

        String hash(int n) {
            return RedisTest.sha256(id + n);
        }
    }

    final String id = TestRedis.freshName("model");
    final Map<String, Session> sessions = new HashMap<>();
    private final Set<String> tokensRotated = new HashSet<>();

    @Nullable
    Fence fence;

    long lastGeneration;
    boolean released;

    /** Whether a believed fence is that of the owner. */
    boolean owns(@Nullable Fence believed) {
        return !released && fence != null && fence.equals(believed);
    }

    String commit(ConvoyRedis redis, @Nullable Fence believed, Random random) {
        Session session = any(random);
        if (believed == null || session == null) {
            return "commit nothing";
        }
        List<OutboxEntry> appended = new ArrayList<>();
        int messages = random.nextInt(4);
        for (int i = 1; i <= messages; i++) {
            appended.add(new OutboxEntry(session.sent + i, RedisTest.bytes("m" + (session.sent + i))));
        }
        long sent = session.sent + messages;
        long acked = sent - session.outbox.size() - messages + random.nextInt(session.outbox.size() + messages + 1);
        SessionDelta delta = new SessionDelta(session.id, session.received + 1, sent, acked, appended);
        Commit answer = get(redis.rooms().commit(id, believed, null, true, List.of(delta)));
        require(answer instanceof Commit.Committed == owns(believed), "commit: " + answer);
        if (!(answer instanceof Commit.Committed)) {
            return "commit fenced";
        }
        appended.forEach(entry -> session.outbox.add(entry.payload()));
        session.sent = sent;
        session.received++;
        while (session.outbox.size() > sent - acked) {
            session.outbox.remove(0);
        }
        get(redis.rooms().commit(id, believed, null, true, List.of(delta)));
        return "commit";
    }

    private @Nullable Session any(Random random) {
        List<Session> all = new ArrayList<>(sessions.values());
        all.sort(Comparator.comparing(session -> session.id));
        return all.isEmpty() ? null : all.get(random.nextInt(all.size()));
    }

    String admit(ConvoyRedis redis, @Nullable Fence believed, Random random) {
        if (believed == null || sessions.size() > 5) {
            return "admit nobody";
        }
        Session session = new Session();
        NewSession arrival = new NewSession(session.id, "ann", "p", session.hash(0), 1, 60_000, 600_000);
        Admission answer = get(redis.sessions().admit(id, believed, arrival));
        require(answer instanceof Admission.Admitted == owns(believed), "admission: " + answer);
        if (owns(believed)) {
            sessions.put(session.id, session);
            return "admit";
        }
        return "admit fenced";
    }

    String leave(ConvoyRedis redis, @Nullable Fence believed, Random random) {
        Session session = any(random);
        if (believed == null || session == null) {
            return "leave nothing";
        }
        SessionStep answer = get(redis.sessions().leave(id, believed, session.id));
        require(answer instanceof SessionStep.Done == owns(believed), "leave: " + answer);
        if (owns(believed)) {
            sessions.remove(session.id);
            return "leave";
        }
        return "leave fenced";
    }

    /** Any of: the current token, the last one again with its attempt, the last one with another, a wrong one. */
    String redeem(ConvoyRedis redis, @Nullable Fence believed, Random random) {
        Session session = any(random);
        if (believed == null || session == null) {
            return "redeem nothing";
        }
        int kind = random.nextInt(13);
        boolean last = kind <= 6 && session.token > 0;
        boolean wrong = kind == 7;
        int presented = wrong ? 9_999 : last ? session.token - 1 : session.token;
        long attempt = last && kind < 5 ? session.attempt : random.nextLong();
        String next = session.hash(last && kind > 4 ? 8_888 : presented + 1);
        Redeem redeem = new Redeem(
                session.id,
                "ann",
                session.hash(presented),
                next,
                attempt,
                2,
                wrong ? 1 : session.generation,
                0,
                60_000);
        Redemption answer = get(redis.sessions().redeem(id, believed, redeem));
        return answered(session, owns(believed), last, wrong, kind < 5, attempt, answer);
    }

    private String answered(
            Session session, boolean mine, boolean last, boolean wrong, boolean same, long attempt, Redemption answer) {
        Class<? extends Redemption> expected = expected(session, mine, last, wrong, same);
        require(expected.isInstance(answer), "redemption: " + answer + ", not " + expected.getSimpleName());
        if (answer instanceof Redemption.Rotated rotated) {
            require(tokensRotated.add(session.hash(session.token)), "a token was redeemed twice");
            session.token++;
            session.attempt = attempt;
            session.generation++;
            require(rotated.session().generation() == session.generation, "the session's generation");
            require(rotated.session().sent() == session.sent, "what the session has sent");
        }
        if (answer instanceof Redemption.Reused) {
            session.revoked = "reuse";
        }
        return "redeem " + expected.getSimpleName();
    }

    private static Class<? extends Redemption> expected(
            Session session, boolean mine, boolean last, boolean wrong, boolean same) {
        if (!mine) {
            return Fenced.class;
        }
        if (wrong) {
            return Redemption.Invalid.class;
        }
        if (!session.revoked.isEmpty()) {
            return Redemption.Revoked.class;
        }
        if (!last) {
            return Redemption.Rotated.class;
        }
        return same ? Redemption.Repeated.class : Redemption.Reused.class;
    }

    void check(RawRedis raw) {
        Object stored = raw.call("HMGET", Keys.room(id), "owner", "epoch", "generation", "disposed");
        List<?> fields = (List<?>) Objects.requireNonNull(stored);
        boolean exists = fields.get(0) != null && fields.get(3) == null;
        require(exists == (fence != null), "room " + fields + ", not " + fence);
        if (fence != null) {
            Fence now = released ? new Fence(0, 0, fence.generation()) : fence;
            List<String> expected = List.of("" + now.serverId(), "" + now.epoch(), "" + now.generation());
            require(fields.subList(0, 3).equals(expected), "room " + fields + ", not " + fence);
        }
    }

    void checkImage(RoomImage image) {
        require(image.sessions().size() == sessions.size(), "sessions of an image");
        for (SessionImage seen : image.sessions()) {
            Session session = sessions.get(seen.sessionId());
            require(session != null, "a session that nobody admitted");
            if (session != null) {
                require(seen.sent() == session.sent && seen.received() == session.received, "numbers of a session");
                require(seen.tokens().currentHash().equals(session.hash(session.token)), "token of a session");
                require(seen.tokens().revoked().equals(session.revoked), "revocation of a session");
                require(seen.outbox().size() == session.outbox.size(), "outbox of a session");
                for (int i = 0; i < session.outbox.size(); i++) {
                    boolean same = Arrays.equals(seen.outbox().get(i).payload(), session.outbox.get(i));
                    require(same, "message of a session");
                }
            }
        }
    }
}
