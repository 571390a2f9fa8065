package dev.convoy.redis;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Some nodes that do random things to some rooms, and what must come of it. A node that sleeps is one that goes on believing what
 * it believed: nobody here is ever told that it has lost anything, except by an answer.
 *
 * <p>Time passes by writing into Redis that it has, so a run does not depend on how fast it is.
 */
final class ClusterModel {
    private static final Duration TTL = Duration.ofMinutes(5);
    private static final int NODES = 4;
    private static final int ROOMS = 3;
    private static final int SERVER_ID_MIN = 60;
    private static final int SERVER_IDS = 3;

    /** A node: what it believes. */
    private static final class Node {
        final String instance;
        final ConvoyRedis redis;
        final Map<String, Fence> rooms = new HashMap<>();
        final List<Integer> convs = new ArrayList<>();

        @Nullable
        Lease lease;

        Node(String instance, ConvoyRedis redis) {
            this.instance = instance;
            this.redis = redis;
        }
    }

    /** A room as it must be in Redis. */
    private static final class Room {
        final String id = TestRedis.freshName("model");
        final Map<String, Session> sessions = new HashMap<>();

        @Nullable
        Fence fence;

        long lastGeneration;
        boolean released;
    }

    /** A session as it must be in Redis. */
    private static final class Session {
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

    private final Random random;
    private final RawRedis raw;
    private final List<Node> nodes = new ArrayList<>();
    private final List<Room> rooms = new ArrayList<>();
    private final Map<Integer, Long> epochs = new HashMap<>();
    private final Map<Integer, Node> holders = new HashMap<>();
    private final Map<Integer, Set<Integer>> convsInUse = new HashMap<>();
    private final Set<String> tokensRotated = new HashSet<>();
    final Map<String, Integer> outcomes = new HashMap<>();

    ClusterModel(long seed, ConvoyRedis one, ConvoyRedis two, RawRedis raw) {
        this.random = new Random(seed);
        this.raw = raw;
        for (int i = 0; i < NODES; i++) {
            nodes.add(new Node("node-" + i, i % 2 == 0 ? one : two));
        }
        for (int i = 0; i < ROOMS; i++) {
            rooms.add(new Room());
        }
    }

    /** Does one random thing, and checks the answer and the state after it. Says what it did. */
    String step() {
        Node node = nodes.get(random.nextInt(NODES));
        Room room = rooms.get(random.nextInt(ROOMS));
        String done = switch (random.nextInt(20)) {
            case 0 -> acquire(node);
            case 1 -> renew(node);
            case 2 -> timePasses(node);
            case 3, 4 -> claimOrTakeOver(node, room);
            case 5, 6, 7, 8 -> commit(node, room);
            case 9, 10 -> admit(node, room);
            case 11, 12, 13, 14 -> redeemThrice(node, room);
            case 15 -> leave(node, room);
            case 16 -> releaseRoom(node, room);
            case 17 -> random.nextBoolean() ? dispose(node, room) : restore(node, room);
            case 18 -> acquireConvs(node);
            default -> releaseConvs(node);
        };
        outcomes.merge(done, 1, Integer::sum);
        checkRoom(room);
        checkLeases();
        return node.instance + " " + done;
    }

    private String timePasses(Node node) {
        return switch (random.nextInt(6)) {
            case 0 -> releaseLease(node);
            case 1, 2 -> expireLease();
            default -> "nothing";
        };
    }

    private String redeemThrice(Node node, Room room) {
        outcomes.merge(redeem(node, room), 1, Integer::sum);
        outcomes.merge(redeem(node, room), 1, Integer::sum);
        return redeem(node, room);
    }

    private static <T> T get(java.util.concurrent.CompletionStage<T> stage) {
        return RedisTest.get(stage);
    }

    private static void require(boolean holds, String what) {
        if (!holds) {
            throw new AssertionError(what);
        }
    }

    // Leases of server ids.

    private String acquire(Node node) {
        int wish = SERVER_ID_MIN + random.nextInt(SERVER_IDS);
        Lease lease = get(node.redis.nodeLeases().acquire(node.instance, wish, RedisTest.ADDRESS, TTL));
        int id = lease.serverId();
        Node holder = holders.get(id);
        require(holder == null || holder == node, "server id " + id + " was given to a second node");
        require(lease.epoch() > epochs.getOrDefault(id, 0L), "the epoch did not grow");
        epochs.put(id, lease.epoch());
        holders.put(id, node);
        node.lease = lease;
        node.convs.clear();
        return "acquire";
    }

    private boolean holds(Lease lease) {
        return epochs.getOrDefault(lease.serverId(), 0L) == lease.epoch();
    }

    private String renew(Node node) {
        Lease lease = node.lease;
        if (lease == null) {
            return "renew nothing";
        }
        boolean good = holds(lease) && !"RELEASED".equals(raw.call("HGET", Keys.node(lease.serverId()), "state"));
        Renewal renewal = get(node.redis.nodeLeases().renew(lease, NodeState.ACCEPTING, 0, TTL));
        require(renewal instanceof Renewal.Renewed == good, "renewal " + renewal + ", but good: " + good);
        if (good) {
            holders.put(lease.serverId(), node);
        }
        return good ? "renew" : "renew lost";
    }

    private String releaseLease(Node node) {
        Lease lease = node.lease;
        if (lease == null) {
            return "release nothing";
        }
        get(node.redis.nodeLeases().release(lease, Duration.ZERO));
        if (holds(lease)) {
            holders.remove(lease.serverId());
        }
        return "release";
    }

    /** Time passes for one server id: its lease and quarantine are over, and nobody has told its holder. */
    private String expireLease() {
        int id = SERVER_ID_MIN + random.nextInt(SERVER_IDS);
        if (raw.number("EXISTS", Keys.node(id)) == 1) {
            raw.call("HSET", Keys.node(id), "untilMs", "1", "freeAtMs", "1");
            holders.remove(id);
        }
        return "expire";
    }

    private void checkLeases() {
        for (int id = SERVER_ID_MIN; id < SERVER_ID_MIN + SERVER_IDS; id++) {
            Optional<LeaseView> view = get(nodes.get(0).redis.nodeLeases().read(id));
            Node holder = holders.get(id);
            require(view.isPresent() == (holder != null), "lease of " + id + ": " + view);
            if (view.isPresent() && holder != null) {
                require(view.get().instance().equals(holder.instance), "lease of " + id + ": " + view);
                require(view.get().epoch() == epochs.getOrDefault(id, 0L), "lease of " + id + ": " + view);
            }
        }
    }

    // Rooms.

    private String claimOrTakeOver(Node node, Room room) {
        Lease lease = node.lease;
        if (lease == null) {
            return "claim without a lease";
        }
        RoomClaim claim = get(node.redis.rooms().claim(room.id, lease.serverId(), lease.epoch(), RedisTest.SPEC));
        if (claim instanceof RoomClaim.Owned owned) {
            require(owned.fence().equals(room.fence), "owned by " + owned + ", not " + room.fence);
            boolean alive = get(node.redis.nodeLeases().read(owned.serverId()))
                    .filter(view -> view.epoch() == owned.epoch())
                    .isPresent();
            return alive ? "claim owned" : takeOver(node, lease, room, owned.fence());
        }
        if (claim instanceof RoomClaim.Mine mine) {
            Fence mineToo = new Fence(lease.serverId(), lease.epoch(), mine.generation());
            require(mineToo.equals(room.fence) && !room.released, "mine " + mineToo + ", not " + room.fence);
            node.rooms.put(room.id, mineToo);
            return "claim mine";
        }
        boolean created = claim instanceof RoomClaim.Created;
        require(created == (room.fence == null), claim + " of " + room.fence);
        require(created || room.released, claim + " of a room with an owner");
        long generation =
                claim instanceof RoomClaim.Created c ? c.generation() : ((RoomClaim.Loaded) claim).generation();
        if (claim instanceof RoomClaim.Loaded loaded) {
            checkImage(room, loaded.image());
        }
        own(node, room, new Fence(lease.serverId(), lease.epoch(), generation));
        return created ? "claim created" : "claim loaded";
    }

    private void own(Node node, Room room, Fence fence) {
        require(fence.generation() > room.lastGeneration, "the generation did not grow");
        room.lastGeneration = fence.generation();
        room.fence = fence;
        room.released = false;
        node.rooms.put(room.id, fence);
    }

    private String takeOver(Node node, Lease lease, Room room, Fence expected) {
        TakeOver answer = get(node.redis.rooms().takeOver(room.id, expected, lease.serverId(), lease.epoch()));
        require(answer instanceof TakeOver.TakenOver, "takeover of a dead owner's room: " + answer);
        TakeOver.TakenOver taken = (TakeOver.TakenOver) answer;
        own(node, room, new Fence(lease.serverId(), lease.epoch(), taken.generation()));
        checkImage(room, taken.image());
        TakeOver again = get(node.redis.rooms().takeOver(room.id, new Fence(1, 1, 1), lease.serverId(), lease.epoch()));
        require(again instanceof TakeOver.Changed, "takeover from somebody who was never the owner");
        return "takeover";
    }

    private boolean owns(Node node, Room room) {
        return !room.released && room.fence != null && room.fence.equals(node.rooms.get(room.id));
    }

    private String commit(Node node, Room room) {
        Fence fence = node.rooms.get(room.id);
        Session session = any(room);
        if (fence == null || session == null) {
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
        Commit answer = get(node.redis.rooms().commit(room.id, fence, null, true, List.of(delta)));
        require(answer instanceof Commit.Committed == owns(node, room), "commit: " + answer);
        if (!(answer instanceof Commit.Committed)) {
            return "commit fenced";
        }
        appended.forEach(entry -> session.outbox.add(entry.payload()));
        session.sent = sent;
        session.received++;
        while (session.outbox.size() > sent - acked) {
            session.outbox.remove(0);
        }
        get(node.redis.rooms().commit(room.id, fence, null, true, List.of(delta)));
        return "commit";
    }

    private String releaseRoom(Node node, Room room) {
        Fence fence = node.rooms.get(room.id);
        if (fence == null) {
            return "release no room";
        }
        boolean mine = owns(node, room);
        boolean again = room.released && room.fence != null && room.fence.generation() == fence.generation();
        RoomStep answer = get(node.redis.rooms().release(room.id, fence));
        require(answer instanceof RoomStep.Done == (mine || again), "release of a room: " + answer);
        room.released = room.released || mine;
        return mine ? "release room" : "release room fenced";
    }

    private String dispose(Node node, Room room) {
        Fence fence = node.rooms.get(room.id);
        if (fence == null) {
            return "dispose no room";
        }
        boolean mine = owns(node, room);
        boolean again = room.fence == null && room.lastGeneration == fence.generation();
        RoomStep answer = get(node.redis.rooms().dispose(room.id, fence));
        require(answer instanceof RoomStep.Done == (mine || again), "disposal: " + answer);
        if (mine) {
            room.fence = null;
            room.sessions.clear();
        }
        return mine ? "dispose" : "dispose fenced";
    }

    /** Redis loses the room, or a sleeper that owned it long ago tries to put it back. */
    private String restore(Node node, Room room) {
        Fence fence = node.rooms.get(room.id);
        if (fence == null || room.fence == null) {
            return "restore nothing";
        }
        if (!owns(node, room)) {
            if (room.released && room.fence.equals(fence)) {
                return "restore nothing";
            }
            RoomImage stale = new RoomImage(RedisTest.SPEC, false, null, List.of());
            RoomStep answer = get(node.redis.rooms().restore(room.id, fence, stale));
            require(answer instanceof Fenced, "a sleeper put back its room: " + answer);
            return "restore fenced";
        }
        RoomImage image = get(node.redis.rooms().load(room.id, fence));
        for (Session session : room.sessions.values()) {
            raw.call("DEL", Keys.session(room.id, session.id), Keys.outbox(room.id, session.id));
        }
        raw.call("DEL", Keys.room(room.id), Keys.state(room.id), Keys.sessions(room.id));
        require(
                get(node.redis.rooms().commit(room.id, fence, null, true, List.of())) instanceof Forgotten,
                "forgotten");
        require(get(node.redis.rooms().restore(room.id, fence, image)) instanceof RoomStep.Done, "restored");
        return "restore";
    }

    // Sessions.

    private @Nullable Session any(Room room) {
        List<Session> all = new ArrayList<>(room.sessions.values());
        all.sort(java.util.Comparator.comparing(session -> session.id));
        return all.isEmpty() ? null : all.get(random.nextInt(all.size()));
    }

    private String admit(Node node, Room room) {
        Fence fence = node.rooms.get(room.id);
        if (fence == null || room.sessions.size() > 5) {
            return "admit nobody";
        }
        Session session = new Session();
        NewSession arrival = new NewSession(session.id, "ann", "p", session.hash(0), 1, 60_000, 600_000);
        Admission answer = get(node.redis.sessions().admit(room.id, fence, arrival));
        require(answer instanceof Admission.Admitted == owns(node, room), "admission: " + answer);
        if (owns(node, room)) {
            room.sessions.put(session.id, session);
            return "admit";
        }
        return "admit fenced";
    }

    private String leave(Node node, Room room) {
        Fence fence = node.rooms.get(room.id);
        Session session = any(room);
        if (fence == null || session == null) {
            return "leave nothing";
        }
        SessionStep answer = get(node.redis.sessions().leave(room.id, fence, session.id));
        require(answer instanceof SessionStep.Done == owns(node, room), "leave: " + answer);
        if (owns(node, room)) {
            room.sessions.remove(session.id);
            return "leave";
        }
        return "leave fenced";
    }

    /** Any of: the current token, the last one again with its attempt, the last one with another, a wrong one. */
    private String redeem(Node node, Room room) {
        Fence fence = node.rooms.get(room.id);
        Session session = any(room);
        if (fence == null || session == null) {
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
        Redemption answer = get(node.redis.sessions().redeem(room.id, fence, redeem));
        return answered(session, owns(node, room), last, wrong, kind < 5, attempt, answer);
    }

    private String answered(
            Session session, boolean mine, boolean last, boolean wrong, boolean same, long attempt, Redemption answer) {
        Class<? extends Redemption> expected = !mine
                ? Fenced.class
                : wrong
                        ? Redemption.Invalid.class
                        : !session.revoked.isEmpty()
                                ? Redemption.Revoked.class
                                : !last
                                        ? Redemption.Rotated.class
                                        : same ? Redemption.Repeated.class : Redemption.Reused.class;
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

    private void checkRoom(Room room) {
        Object stored = raw.call("HMGET", Keys.room(room.id), "owner", "epoch", "generation", "disposed");
        List<?> fields = (List<?>) java.util.Objects.requireNonNull(stored);
        boolean exists = fields.get(0) != null && fields.get(3) == null;
        require(exists == (room.fence != null), "room " + fields + ", not " + room.fence);
        if (room.fence != null) {
            Fence fence = room.released ? new Fence(0, 0, room.fence.generation()) : room.fence;
            List<String> expected = List.of("" + fence.serverId(), "" + fence.epoch(), "" + fence.generation());
            require(fields.subList(0, 3).equals(expected), "room " + fields + ", not " + fence);
        }
    }

    private void checkImage(Room room, RoomImage image) {
        require(image.sessions().size() == room.sessions.size(), "sessions of an image");
        for (SessionImage seen : image.sessions()) {
            Session session = room.sessions.get(seen.sessionId());
            require(session != null, "a session that nobody admitted");
            if (session != null) {
                require(seen.sent() == session.sent && seen.received() == session.received, "numbers of a session");
                require(seen.tokens().currentHash().equals(session.hash(session.token)), "token of a session");
                require(seen.tokens().revoked().equals(session.revoked), "revocation of a session");
                require(seen.outbox().size() == session.outbox.size(), "outbox of a session");
                for (int i = 0; i < session.outbox.size(); i++) {
                    boolean same = java.util.Arrays.equals(seen.outbox().get(i).payload(), session.outbox.get(i));
                    require(same, "message of a session");
                }
            }
        }
    }

    // Convs.

    private String acquireConvs(Node node) {
        Lease lease = node.lease;
        if (lease == null) {
            return "convs without a lease";
        }
        int count = 1 + random.nextInt(5);
        ConvGrant grant = get(node.redis.convLeases().acquire(lease.serverId(), lease.epoch(), count, TTL));
        require(grant instanceof ConvGrant.Granted == holds(lease), "convs: " + grant);
        if (grant instanceof ConvGrant.Granted granted) {
            Set<Integer> inUse = convsInUse.computeIfAbsent(lease.serverId(), id -> new HashSet<>());
            for (int sequence : granted.sequences()) {
                require(inUse.add(sequence), "conv " + sequence + " was given twice");
                node.convs.add(sequence);
            }
        }
        return grant instanceof ConvGrant.Granted ? "convs" : "convs stale";
    }

    private String releaseConvs(Node node) {
        Lease lease = node.lease;
        if (lease == null || node.convs.isEmpty()) {
            return "release no conv";
        }
        int sequence = node.convs.get(0);
        boolean quarantined = random.nextBoolean();
        ConvStep answer = get(node.redis
                .convLeases()
                .release(lease.serverId(), lease.epoch(), new int[] {sequence}, quarantined ? TTL : Duration.ZERO));
        require((answer == ConvStep.DONE) == holds(lease), "release of a conv: " + answer);
        if (answer == ConvStep.DONE) {
            node.convs.remove(0);
            raw.call("SET", Keys.cursor(lease.serverId()), "" + (sequence - 1));
            if (!quarantined) {
                convsInUse.getOrDefault(lease.serverId(), Set.of()).remove(sequence);
            }
        }
        return "release conv " + answer;
    }
}
