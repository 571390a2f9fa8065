package dev.convoy.node.session;

import dev.convoy.protocol.handshake.ReconnectToken;
import dev.convoy.protocol.wire.LittleEndian;
import dev.convoy.protocol.wire.SessionId;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * The keys that all nodes of a cluster share, and what follows from them; never logged. A session's id and
 * first token follow from the request's attempt, so that a request repeated after a lost answer, here or on
 * another node, makes the same session and not a second one.
 *
 * @param tokenKey from which session ids and reconnect tokens are derived, 32 bytes
 * @param resetKey from which reset tokens are derived, 32 bytes; the routers have it as well
 * @param cookieKey from which address-validation cookies are derived, 32 bytes
 */
public record Secrets(byte[] tokenKey, byte[] resetKey, byte[] cookieKey) {
    private static final int OWN_ROOM_BYTES = 16;

    /**
     * All keys from those that an operator sets.
     *
     * @param resetKey null = one that follows from the other, and that no router has
     */
    public static Secrets of(byte[] clusterKey, byte @Nullable [] resetKey) {
        return new Secrets(
                hmac(clusterKey, "convoy token key"),
                resetKey == null ? hmac(clusterKey, "convoy reset key") : resetKey.clone(),
                hmac(clusterKey, "convoy cookie key"));
    }

    SessionId sessionId(String roomId, String user, long attempt) {
        return SessionId.of(hmac(tokenKey, "session", hex(attempt), roomId, user), 0);
    }

    String ownRoomId(String user, long attempt, int trial) {
        byte[] name = hmac(tokenKey, "own room", hex(attempt), user, Integer.toString(trial));
        return "own-" + HexFormat.of().formatHex(name, 0, OWN_ROOM_BYTES);
    }

    ReconnectToken firstToken(SessionId session, long attempt) {
        return ReconnectToken.of(hmac(tokenKey, "first token", hex(attempt), session.toString()));
    }

    @Override
    public String toString() {
        return "Secrets(…)";
    }

    private static String hex(long attempt) {
        return Long.toHexString(attempt);
    }

    /** HMAC-SHA-256 (RFC 2104) over the parts, each behind its length. */
    private static byte[] hmac(byte[] key, String... parts) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            byte[] length = new byte[4];
            for (String part : parts) {
                byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
                LittleEndian.putU32(length, 0, bytes.length);
                mac.update(length);
                mac.update(bytes);
            }
            return mac.doFinal();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has HmacSHA256", e);
        }
    }
}
