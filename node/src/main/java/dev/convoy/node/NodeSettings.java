package dev.convoy.node;

import dev.convoy.node.login.LoginSettings;
import dev.convoy.node.session.IdentityCheck;
import dev.convoy.node.session.NewcomerSettings;
import dev.convoy.operations.http.AdminSettings;
import dev.convoy.operations.settings.Declarations;
import dev.convoy.operations.settings.InvalidSettings;
import dev.convoy.operations.settings.ProcessSettings;
import dev.convoy.operations.settings.Setting;
import dev.convoy.operations.settings.SettingType;
import dev.convoy.operations.settings.Settings;
import dev.convoy.operations.settings.Sources;
import dev.convoy.protocol.conv.ConflictPolicy;
import dev.convoy.protocol.handshake.ClusterKeyPair;
import dev.convoy.redis.ServerIds;
import dev.convoy.room.Durability;
import io.vertx.core.Vertx;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A node's settings: each declared here, once, and read by the method of its name. */
public final class NodeSettings {
    private static final int SHARDS_MAX = 16;
    private static final int PORT_MAX = 65_535;
    private static final int SERVER_ID_MAX = 254;
    private static final int KEY_BYTES = 32;
    private static final int INSTANCE_BYTES_MAX = 64;
    private static final int ROOM_TYPE_BYTES_MAX = 32;

    /** What a busy conv's challenger gets. */
    enum Conflict {
        REASSIGN,
        REFUSE
    }

    /** All of them, in the order of the documentation. */
    public static final Declarations ALL = new Declarations("node");

    private static final Setting<InetAddress> HOST = ALL.add(Setting.of(
                    "CONVOY_NODE_HOST",
                    SettingType.ownAddress(),
                    "The address that routers reach this node at; in Kubernetes the pod's.")
            .or("127.0.0.1", settings -> InetAddress.getLoopbackAddress()));

    private static final Setting<Integer> PORTS = ALL.add(Setting.of(
                    "CONVOY_NODE_PORTS",
                    SettingType.number(0, PORT_MAX - SHARDS_MAX),
                    "The UDP port of shard 0, the others' following; 0 = any free ones.")
            .or(0));

    private static final Setting<Integer> SHARDS = ALL.add(Setting.of(
                    "CONVOY_NODE_SHARDS",
                    SettingType.oneOf(1, 2, 4, 8, SHARDS_MAX),
                    "Event loops, each with a UDP port and rooms of its own: one for each core that the node may use.")
            .or(1));

    private static final Setting<Integer> SERVER_ID = ALL.add(Setting.of(
                    "CONVOY_NODE_SERVER_ID",
                    SettingType.number(0, SERVER_ID_MAX),
                    "The server id that the node would like, 0 = any; the lease in Redis decides. Server id 75 (0x4B)"
                            + " does not exist.")
            .or(0));

    private static final Setting<Integer> ORDINAL = ALL.add(Setting.of(
                    "CONVOY_NODE_ORDINAL",
                    SettingType.number(0, ServerIds.COUNT - 1),
                    "Which of a row of nodes this is, counted from 0: it would like server id ordinal + 1, the"
                            + " non-existent 75 left out. In Kubernetes the pod's index. CONVOY_NODE_SERVER_ID, where"
                            + " set, is the wish instead.")
            .orNone("none"));

    private static final Setting<String> INSTANCE = ALL.add(Setting.of(
                    "CONVOY_NODE_INSTANCE",
                    SettingType.text(INSTANCE_BYTES_MAX),
                    "Who this is: whoever comes back under the same name gets its server id back at once. In Kubernetes"
                            + " the pod's name.")
            .or("node-PID", settings -> "node-" + ProcessHandle.current().pid()));

    private static final Setting<String> REDIS_URI = ALL.add(ProcessSettings.REDIS_URI);

    private static final Setting<byte[]> TOKEN_KEY = ALL.add(Setting.of(
                    "CONVOY_TOKEN_KEY",
                    SettingType.hex(KEY_BYTES),
                    "The key that reconnect tokens are made from: random, and the same on every node.")
            .secret());

    private static final Setting<byte[]> CLUSTER_KEY = ALL.add(Setting.of(
                    "CONVOY_CLUSTER_KEY",
                    SettingType.hex(KEY_BYTES),
                    "The private key that the cluster proves itself with to its clients: random, and the same on every"
                            + " node; './convoy keygen' makes it.")
            .orNone("(required, unless CONVOY_PLAIN is true)")
            .secret());

    private static final Setting<byte[]> RESET_KEY = ALL.add(Setting.of(
                    "CONVOY_RESET_KEY",
                    SettingType.hex(KEY_BYTES),
                    "The key that proves to a client that its conversation is gone: random, and the same on every node"
                            + " and router.")
            .orNone("one that follows from CONVOY_TOKEN_KEY, which no router has")
            .secret());

    private static final Setting<Integer> HANDSHAKES_PER_SECOND = ALL.add(Setting.of(
                    "CONVOY_HANDSHAKES_PER_SECOND",
                    SettingType.number(0, 1_000_000),
                    "New handshakes per second and shard above which clients have to show first that they receive at"
                            + " their address; 0 = always.")
            .or(200));

    static {
        LoginSettings.declareIn(ALL);
    }

    private static final Setting<Boolean> PLAIN = ALL.add(Setting.of(
                    "CONVOY_PLAIN",
                    SettingType.flag(),
                    "Allow sessions without encryption, for a trusted network or an existing client.")
            .or(false));

    private static final Setting<Conflict> CONV_CONFLICT = ALL.add(Setting.of(
                    "CONVOY_CONV_CONFLICT",
                    SettingType.choice(Conflict.class),
                    "What a client gets that proposes the conversation id of somebody who is there: another id, or a"
                            + " refusal.")
            .or(Conflict.REASSIGN));

    private static final Setting<Integer> CONV_EVICT_AFTER_MS = ALL.add(Setting.of(
                    "CONVOY_CONV_EVICT_AFTER_MS",
                    SettingType.number(0, 3_600_000),
                    "Milliseconds of silence after which somebody whose session is not encrypted gives their"
                            + " conversation id up to a client that proposes it; 0 = never.")
            .or(10_000));

    private static final Setting<String> BARE_ROOM_TYPE = ALL.add(Setting.of(
                    "CONVOY_BARE_ROOM_TYPE",
                    SettingType.text(ROOM_TYPE_BYTES_MAX),
                    "The type of the rooms that clients get who speak KCP and nothing else, where CONVOY_PLAIN allows"
                            + " them in.")
            .or("echo"));

    private static final Setting<Durability> DURABILITY = ALL.add(Setting.of(
                    "CONVOY_DURABILITY",
                    SettingType.choice(Durability.class),
                    "What a crash may take from rooms whose type does not say: everything, what came after the last"
                            + " checkpoint, or nothing.")
            .or(Durability.STRICT));

    private static final Setting<Integer> CHECKPOINT_MS = ALL.add(Setting.of(
                    "CONVOY_CHECKPOINT_MS",
                    SettingType.number(50, 3_600_000),
                    "Milliseconds between two checkpoints of a room that needs them.")
            .or(1_000));

    private static final Setting<Integer> WINDOW_MS = ALL.add(Setting.of(
                    "CONVOY_WINDOW_MS",
                    SettingType.number(1_000, 86_400_000),
                    "Milliseconds that a player who is away has to come back.")
            .or(60_000));

    private static final Setting<Integer> JOINS_PER_USER_MINUTE = ALL.add(Setting.of(
                    "CONVOY_JOINS_PER_USER_MINUTE",
                    SettingType.number(0, 100_000),
                    "How often a user may join within a minute, on all nodes together; returns do not count. 0 = no"
                            + " limit.")
            .or(60));

    private static final Setting<Integer> LEASE_TTL_MS = ALL.add(Setting.of(
                    "CONVOY_LEASE_TTL_MS",
                    SettingType.number(200, 600_000),
                    "Milliseconds after which a silent node's rooms may be taken over.")
            .or(2_000));

    private static final Setting<Integer> DRAIN_SECONDS = ALL.add(Setting.of(
                    "CONVOY_DRAIN_SECONDS",
                    SettingType.number(1, 86_400),
                    "Seconds that a drain may take before the process ends without the rest; the pod's grace period has"
                            + " to be longer.")
            .or(20));

    private static final Setting<Boolean> DIE_WITH_PARENT = ALL.add(ProcessSettings.DIE_WITH_PARENT);

    static {
        ALL.add(ProcessSettings.ADMIN_HOST);
        ALL.add(ProcessSettings.ADMIN_PORT);
        ALL.add(ProcessSettings.ADMIN_TOKEN);
        ALL.add(ProcessSettings.CONFIG);
    }

    private final Settings settings;

    private NodeSettings(Settings settings) {
        this.settings = settings;
    }

    /**
     * Reads and checks them.
     *
     * @throws dev.convoy.operations.settings.InvalidSettings with a sentence for each that is wrong
     */
    public static NodeSettings from(Sources sources) {
        NodeSettings read = new NodeSettings(ALL.read(sources));
        if (read.keyPair() == null && !read.isPlainAllowed()) {
            throw new InvalidSettings(
                    List.of("CONVOY_CLUSTER_KEY is missing: give the node the key that './convoy keygen'"
                            + " makes, or allow sessions without encryption by CONVOY_PLAIN=true."));
        }
        return read;
    }

    /** The same but for these names and texts. */
    NodeSettings with(Map<String, String> namesAndTexts) {
        return new NodeSettings(settings.with(namesAndTexts));
    }

    /** As they were read, for whoever shows them. */
    public Settings settings() {
        return settings;
    }

    String redisUri() {
        return settings.get(REDIS_URI);
    }

    /** The address that routers reach the node at. */
    String host() {
        return settings.get(HOST).getHostAddress();
    }

    /** Of shard 0, the others following; 0 = any free ports. */
    int portBase() {
        return settings.get(PORTS);
    }

    /** A power of two. */
    int shards() {
        return settings.get(SHARDS);
    }

    /** 0 = any. */
    int serverIdWish() {
        int wish = settings.get(SERVER_ID);
        return wish != 0
                ? wish
                : settings.find(ORDINAL).map(ServerIds::ofOrdinal).orElse(0);
    }

    String instance() {
        return settings.get(INSTANCE);
    }

    /** 32 bytes that all nodes share. */
    byte[] clusterKey() {
        return settings.get(TOKEN_KEY).clone();
    }

    /** Of the cluster; null = no sealed sessions. */
    @Nullable
    ClusterKeyPair keyPair() {
        return settings.find(CLUSTER_KEY).map(ClusterKeyPair::of).orElse(null);
    }

    /** 32 bytes that nodes and routers share; null = the routers have none. */
    byte @Nullable [] resetKey() {
        return settings.find(RESET_KEY).map(byte[]::clone).orElse(null);
    }

    /** Per shard; above it, clients have to validate their address first. */
    int handshakesPerSecondMax() {
        return settings.get(HANDSHAKES_PER_SECOND);
    }

    /** What newcomers are given. */
    NewcomerSettings newcomers() {
        int afterMs = settings.get(CONV_EVICT_AFTER_MS);
        long idleAfterMs = afterMs == 0 ? Long.MAX_VALUE : afterMs;
        ConflictPolicy conflict = settings.get(CONV_CONFLICT) == Conflict.REFUSE
                ? ConflictPolicy.refusing(idleAfterMs)
                : ConflictPolicy.reassigning(idleAfterMs);
        return new NewcomerSettings(conflict, settings.get(BARE_ROOM_TYPE));
    }

    long leaseTtlMs() {
        return settings.get(LEASE_TTL_MS);
    }

    long windowMs() {
        return settings.get(WINDOW_MS);
    }

    /** Over all nodes; 0 = no limit. */
    int joinsPerUserMinute() {
        return settings.get(JOINS_PER_USER_MINUTE);
    }

    boolean isPlainAllowed() {
        return settings.get(PLAIN);
    }

    /**
     * How each shard finds out who somebody is.
     *
     * @throws IllegalArgumentException with one sentence when a file that is named cannot be used
     */
    Function<Vertx, IdentityCheck> logins() {
        return LoginSettings.checks(settings);
    }

    /** Of rooms whose type does not say. */
    Durability durability() {
        return settings.get(DURABILITY);
    }

    long checkpointMs() {
        return settings.get(CHECKPOINT_MS);
    }

    int drainSeconds() {
        return settings.get(DRAIN_SECONDS);
    }

    boolean diesWithParent() {
        return settings.get(DIE_WITH_PARENT);
    }

    /** Empty when there is to be no admin server. */
    Optional<AdminSettings> admin() {
        return AdminSettings.from(settings);
    }

    /** Without secrets. */
    @Override
    public String toString() {
        return "NodeSettings(" + instance() + " at " + host() + ", " + shards() + " shards)";
    }
}
