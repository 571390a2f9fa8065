package dev.convoy.redis;

import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * The names of the keys. All keys of a node, of a room and of a user have one hash tag, so one slot.
 *
 * <p>A room's or user's name may hold anything, a brace too: what comes after it never does, so two names never give one key, and
 * all keys of a name begin alike, so they share their slot.
 */
final class Keys {
    /** A name of a room, a user or a player: UTF-8 bytes at most. */
    static final int NAME_BYTES_MAX = 256;

    static final String NODES = "nodes";
    private static final int SESSION_ID_CHARS = 32;
    private static final int HASH_CHARS = 64;

    private Keys() {}

    static String node(int serverId) {
        return "{node:" + ServerIds.check(serverId) + "}";
    }

    static String convs(int serverId) {
        return node(serverId) + ":convs";
    }

    static String cursor(int serverId) {
        return node(serverId) + ":cursor";
    }

    static String room(String roomId) {
        return "{room:" + name(roomId) + "}";
    }

    static String state(String roomId) {
        return room(roomId) + ":state";
    }

    static String sessions(String roomId) {
        return room(roomId) + ":sessions";
    }

    static String session(String roomId, String sessionId) {
        return room(roomId) + ":s:" + sessionId(sessionId);
    }

    static String outbox(String roomId, String sessionId) {
        return session(roomId, sessionId) + ":o";
    }

    static String user(String name) {
        return "{user:" + name(name) + "}";
    }

    /** A name that Redisson makes its keys of; all have the user's hash tag. */
    static String quota(String what, String user) {
        return user(user) + ":quota:" + what;
    }

    static String ban(String name) {
        return user(name) + ":ban";
    }

    static String due(int partition) {
        return "{due:" + partition + "}";
    }

    static String name(String name) {
        try {
            int bytes = StandardCharsets.UTF_8
                    .newEncoder()
                    .encode(CharBuffer.wrap(name))
                    .remaining();
            if (bytes == 0 || bytes > NAME_BYTES_MAX) {
                throw new IllegalArgumentException("a name has 1 to " + NAME_BYTES_MAX + " bytes, this has " + bytes);
            }
            return name;
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException("a name is not valid Unicode", e);
        }
    }

    static String sessionId(String hex) {
        return hex(hex, SESSION_ID_CHARS, "a session id");
    }

    static String hash(String hex) {
        return hex(hex, HASH_CHARS, "a token hash");
    }

    private static String hex(String hex, int chars, String what) {
        if (hex.length() != chars) {
            throw new IllegalArgumentException(what + " has " + chars + " hex digits");
        }
        for (int i = 0; i < chars; i++) {
            char c = hex.charAt(i);
            if ((c < '0' || c > '9') && (c < 'a' || c > 'f')) {
                throw new IllegalArgumentException(what + " has lower-case hex digits only");
            }
        }
        return hex;
    }
}
