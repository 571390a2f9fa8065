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

    private final Random random;
    private final RawRedis raw;
    private final List<Node> nodes = new ArrayList<>();
    private final List<ModelRoom> rooms = new ArrayList<>();
    private final Map<Integer, Long> epochs = new HashMap<>();
    private final Map<Integer, Node> holders = new HashMap<>();
    private final Map<Integer, Set<Integer>> convsInUse = new HashMap<>();
    final Map<String, Integer> outcomes = new HashMap<>();

    ClusterModel(long seed, ConvoyRedis one, ConvoyRedis two, RawRedis raw) {
        this.random = new Random(seed);
        this.raw = raw;
        for (int i = 0; i < NODES; i++) {
            nodes.add(new Node("node-" + i, i % 2 == 0 ? one : two));
        }
        for (int i = 0; i < ROOMS; i++) {
            rooms.add(new ModelRoom());
        }
    }

    /** Does one random thing, and checks the answer and the state after it. Says what it did. */
    String step() {
        Node node = nodes.get(random.nextInt(NODES));
        ModelRoom room = rooms.get(random.nextInt(ROOMS));
        String done = switch (random.nextInt(20)) {
            case 0 -> acquire(node);
            case 1 -> renew(node);
            case 2 -> timePasses(node);
            case 3, 4 -> claimOrTakeOver(node, room);
            case 5, 6, 7, 8 -> room.commit(node.redis, node.rooms.get(room.id), random);
            case 9, 10 -> room.admit(node.redis, node.rooms.get(room.id), random);
            case 11, 12, 13, 14 -> redeemThrice(node, room);
            case 15 -> room.leave(node.redis, node.rooms.get(room.id), random);
            case 16 -> releaseRoom(node, room);
            case 17 -> random.nextBoolean() ? dispose(node, room) : restore(node, room);
            case 18 -> acquireConvs(node);
            default -> releaseConvs(node);
        };
        outcomes.merge(done, 1, Integer::sum);
        room.check(raw);
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

    private String redeemThrice(Node node, ModelRoom room) {
        outcomes.merge(room.redeem(node.redis, node.rooms.get(room.id), random), 1, Integer::sum);
        outcomes.merge(room.redeem(node.redis, node.rooms.get(room.id), random), 1, Integer::sum);
        return room.redeem(node.redis, node.rooms.get(room.id), random);
    }

    private static <T> T get(java.util.concurrent.CompletionStage<T> stage) {
        return RedisTest.get(stage);
    }

    static void require(boolean holds, String what) {
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

    private String claimOrTakeOver(Node node, ModelRoom room) {
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
            return alive ? "claim owned" : takeOver(node, lease, room, owned);
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
            room.checkImage(loaded.image());
        }
        own(node, room, new Fence(lease.serverId(), lease.epoch(), generation));
        return created ? "claim created" : "claim loaded";
    }

    private void own(Node node, ModelRoom room, Fence fence) {
        require(fence.generation() > room.lastGeneration, "the generation did not grow");
        room.lastGeneration = fence.generation();
        room.fence = fence;
        room.released = false;
        node.rooms.put(room.id, fence);
    }

    private String takeOver(Node node, Lease lease, ModelRoom room, RoomClaim.Owned expected) {
        TakeOver answer = get(node.redis.rooms().takeOver(room.id, expected, lease.serverId(), lease.epoch()));
        require(answer instanceof TakeOver.TakenOver, "takeover of a dead owner's room: " + answer);
        TakeOver.TakenOver taken = (TakeOver.TakenOver) answer;
        own(node, room, new Fence(lease.serverId(), lease.epoch(), taken.generation()));
        room.checkImage(taken.image());
        TakeOver again = get(node.redis.rooms().takeOver(room.id, new Fence(1, 1, 1), lease.serverId(), lease.epoch()));
        require(again instanceof TakeOver.Changed, "takeover from somebody who was never the owner");
        return "takeover";
    }

    private String releaseRoom(Node node, ModelRoom room) {
        Fence fence = node.rooms.get(room.id);
        if (fence == null) {
            return "release no room";
        }
        boolean mine = room.owns(node.rooms.get(room.id));
        boolean again = room.released && room.fence != null && room.fence.generation() == fence.generation();
        RoomStep answer = get(node.redis.rooms().release(room.id, fence));
        require(answer instanceof RoomStep.Done == (mine || again), "release of a room: " + answer);
        room.released = room.released || mine;
        return mine ? "release room" : "release room fenced";
    }

    private String dispose(Node node, ModelRoom room) {
        Fence fence = node.rooms.get(room.id);
        if (fence == null) {
            return "dispose no room";
        }
        boolean mine = room.owns(node.rooms.get(room.id));
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
    private String restore(Node node, ModelRoom room) {
        Fence fence = node.rooms.get(room.id);
        if (fence == null || room.fence == null) {
            return "restore nothing";
        }
        if (!room.owns(node.rooms.get(room.id))) {
            if (room.released && room.fence.equals(fence)) {
                return "restore nothing";
            }
            RoomImage stale = new RoomImage(RedisTest.SPEC, false, null, List.of());
            RoomStep answer = get(node.redis.rooms().restore(room.id, fence, stale));
            require(answer instanceof Fenced, "a sleeper put back its room: " + answer);
            return "restore fenced";
        }
        RoomImage image = get(node.redis.rooms().load(room.id, fence));
        for (ModelRoom.Session session : room.sessions.values()) {
            raw.call("DEL", Keys.session(room.id, session.id), Keys.outbox(room.id, session.id));
        }
        raw.call("DEL", Keys.room(room.id), Keys.state(room.id), Keys.sessions(room.id));
        require(
                get(node.redis.rooms().commit(room.id, fence, null, true, List.of())) instanceof Forgotten,
                "forgotten");
        require(get(node.redis.rooms().restore(room.id, fence, image)) instanceof RoomStep.Done, "restored");
        return "restore";
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
