package dev.convoy.protocol.handshake;

import dev.convoy.protocol.wire.LittleEndian;
import java.security.GeneralSecurityException;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The key of the cluster's reset tokens, ready for use again and again. What it makes proves that a Reset comes from
 * the cluster: 16 bytes that the client learnt when it got its conv, and that anybody with the key can compute again
 * without remembering the conv (stateless reset, RFC 9000 section 10.3). Keeps scratch space: for one thread.
 */
public final class ResetKey {
    /** Bytes of a key as it is set up. */
    public static final int BYTES = 32;

    private final Mac mac;
    private final byte[] message = new byte[12];
    private final byte[] tag;

    public ResetKey(byte[] key) {
        try {
            mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has HmacSHA256", e);
        }
        tag = new byte[mac.getMacLength()];
    }

    /** Writes the token of a conv: HMAC-SHA-256 over conv and the epoch of its server id, cut to 16 bytes. */
    public void sign(int conv, long epoch, byte[] into, int offset) {
        LittleEndian.putU32(message, 0, conv);
        LittleEndian.putU64(message, 4, epoch);
        try {
            mac.update(message);
            mac.doFinal(tag, 0);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the tag has its room", e);
        }
        System.arraycopy(tag, 0, into, offset, Grant.RESET_TOKEN_BYTES);
    }

    @Override
    public String toString() {
        return "ResetKey(…)";
    }
}
