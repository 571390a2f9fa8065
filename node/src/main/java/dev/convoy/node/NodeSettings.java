package dev.convoy.node;

import dev.convoy.protocol.handshake.ClusterKeyPair;
import dev.convoy.room.Durability;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A node's settings, from the environment.
 *
 * @param host the address that routers reach the node at
 * @param portBase of shard 0, the others following; 0 = any free ports
 * @param shards event loops with a socket each, a power of two
 * @param durability of rooms whose type does not say
 * @param checkpointMs between two checkpoints of a room that needs them
 * @param clusterKey 32 bytes that all nodes share
 * @param keyPair of the cluster; null = no sealed sessions
 * @param resetKey 32 bytes that nodes and routers share; null = the routers have none
 * @param handshakesPerSecondMax per shard; above it, clients have to validate their address first
 */
public record NodeSettings(
        String redisUri,
        String host,
        int portBase,
        int shards,
        int serverIdWish,
        String instance,
        byte[] clusterKey,
        long leaseTtlMs,
        long windowMs,
        boolean isPlainAllowed,
        Durability durability,
        long checkpointMs,
        boolean diesWithParent,
        @Nullable ClusterKeyPair keyPair,
        byte @Nullable [] resetKey,
        int handshakesPerSecondMax) {
    private static final int SHARDS_MAX = 16;
    private static final int KEY_BYTES = 32;
    private static final int INSTANCE_BYTES_MAX = 64;

    /**
     * Reads and checks them.
     *
     * @throws IllegalArgumentException with one sentence that names the setting and what is allowed
     */
    public static NodeSettings from(Map<String, String> environment) {
        int shards = number(environment, "CONVOY_NODE_SHARDS", 1, 1, SHARDS_MAX);
        if (Integer.bitCount(shards) != 1) {
            throw new IllegalArgumentException("CONVOY_NODE_SHARDS must be 1, 2, 4, 8 or 16, not " + shards);
        }
        return new NodeSettings(
                environment.getOrDefault("CONVOY_REDIS_URI", "redis://127.0.0.1:6379"),
                environment.getOrDefault("CONVOY_NODE_HOST", "127.0.0.1"),
                number(environment, "CONVOY_NODE_PORTS", 0, 0, 65_535 - SHARDS_MAX),
                shards,
                number(environment, "CONVOY_NODE_SERVER_ID", 0, 0, 254),
                instance(environment),
                key(environment),
                number(environment, "CONVOY_LEASE_TTL_MS", 2_000, 200, 600_000),
                number(environment, "CONVOY_WINDOW_MS", 60_000, 1_000, 86_400_000),
                flag(environment, "CONVOY_PLAIN"),
                durability(environment),
                number(environment, "CONVOY_CHECKPOINT_MS", 1_000, 50, 3_600_000),
                flag(environment, "CONVOY_DIE_WITH_PARENT"),
                keyPair(environment),
                resetKey(environment),
                number(environment, "CONVOY_HANDSHAKES_PER_SECOND", 200, 0, 1_000_000));
    }

    private static @Nullable ClusterKeyPair keyPair(Map<String, String> environment) {
        String text = environment.getOrDefault("CONVOY_CLUSTER_KEY", "");
        if (!text.isBlank()) {
            try {
                return ClusterKeyPair.parse(text);
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("CONVOY_CLUSTER_KEY: " + e.getMessage(), e);
            }
        }
        if (flag(environment, "CONVOY_PLAIN")) return null;
        throw new IllegalArgumentException(
                "CONVOY_CLUSTER_KEY is missing: give the node the key that './convoy keygen' made,"
                        + " or allow sessions without encryption by CONVOY_PLAIN=true");
    }

    private static byte @Nullable [] resetKey(Map<String, String> environment) {
        String text = environment.getOrDefault("CONVOY_RESET_KEY", "");
        if (text.isBlank()) return null;
        if (text.strip().matches("[0-9a-fA-F]{" + 2 * KEY_BYTES + "}"))
            return HexFormat.of().parseHex(text.strip());
        throw new IllegalArgumentException("CONVOY_RESET_KEY must be 64 hexadecimal digits");
    }

    private static int number(Map<String, String> environment, String name, int otherwise, int min, int max) {
        String text = environment.get(name);
        if (text == null || text.isBlank()) return otherwise;
        try {
            int value = Integer.parseInt(text.trim());
            if (value >= min && value <= max) return value;
        } catch (NumberFormatException e) {
            // Told below, like a number out of range.
        }
        throw new IllegalArgumentException(
                name + " must be a whole number from " + min + " to " + max + ", not '" + text + "'");
    }

    private static Durability durability(Map<String, String> environment) {
        String text = environment.getOrDefault("CONVOY_DURABILITY", "strict");
        for (Durability level : Durability.values()) {
            if (level.name().toLowerCase(Locale.ROOT).equals(text)) return level;
        }
        throw new IllegalArgumentException(
                "CONVOY_DURABILITY must be memory, checkpoint or strict, not '" + text + "'");
    }

    private static String instance(Map<String, String> environment) {
        String name = environment.getOrDefault(
                "CONVOY_NODE_INSTANCE", "node-" + ProcessHandle.current().pid());
        int bytes = name.getBytes(StandardCharsets.UTF_8).length;
        if (bytes > 0 && bytes <= INSTANCE_BYTES_MAX) return name;
        throw new IllegalArgumentException(
                "CONVOY_NODE_INSTANCE must have 1 to " + INSTANCE_BYTES_MAX + " bytes, not " + bytes);
    }

    private static boolean flag(Map<String, String> environment, String name) {
        String text = environment.getOrDefault(name, "false");
        if (text.equals("true") || text.equals("false")) return text.equals("true");
        throw new IllegalArgumentException(name + " must be true or false, not '" + text + "'");
    }

    /** The value is a secret: it must not stand in the message. */
    private static byte[] key(Map<String, String> environment) {
        String text = environment.getOrDefault("CONVOY_TOKEN_KEY", "");
        if (text.matches("[0-9a-fA-F]{" + 2 * KEY_BYTES + "}"))
            return HexFormat.of().parseHex(text);
        throw new IllegalArgumentException(
                "CONVOY_TOKEN_KEY must be 64 hexadecimal digits, the same on every node; it has " + text.length()
                        + " characters");
    }

    /** Without the key. */
    @Override
    public String toString() {
        return "NodeSettings(" + instance + " at " + host + ", " + shards + " shards)";
    }
}
