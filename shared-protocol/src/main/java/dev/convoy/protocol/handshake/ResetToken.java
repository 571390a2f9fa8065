package dev.convoy.protocol.handshake;

import dev.convoy.protocol.wire.LittleEndian;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * What proves that a Reset comes from the cluster: 16 bytes that the client learnt when it got its conv, and
 * that anybody with the key can compute again without remembering the conv (stateless reset, RFC 9000
 * section 10.3).
 */
public final class ResetToken {
    private ResetToken() {}

    /** HMAC-SHA-256 under the key over conv and the epoch of its server id, cut to 16 bytes. */
    public static byte[] of(byte[] resetKey, int conv, long epoch) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(resetKey, "HmacSHA256"));
            byte[] message = new byte[12];
            LittleEndian.putU32(message, 0, conv);
            LittleEndian.putU64(message, 4, epoch);
            return Arrays.copyOf(mac.doFinal(message), Grant.RESET_TOKEN_BYTES);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has HmacSHA256", e);
        }
    }
}
