package dev.convoy.protocol.handshake;

import dev.convoy.protocol.wire.LittleEndian;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Address validation without memory: a Retry gives a client a cookie, and a request that brings it back shows that the
 * client receives at the address that it names.
 *
 * <pre>
 * cookie = made at u32 (s) · period u32 · tag 16
 * key    = HMAC-SHA-256(cluster secret, "convoy cookie" · period u32)
 * tag    = HMAC-SHA-256(key, made at · period · attempt u64 · address), cut to 16 bytes
 * </pre>
 *
 * A key makes cookies for one period of {@value #PERIOD_SECONDS} s and is good for two, so two keys are live; all nodes and
 * routers with the secret and about the same clock make and accept the same. A cookie of another period costs nothing to
 * refuse, any other one HMAC. Confined to its owner.
 */
public final class Cookies {
    public static final int BYTES = 24;
    /** How long a cookie is good. */
    public static final int VALID_SECONDS = 30;
    /** How far the clocks of two machines of a cluster may be apart. */
    public static final int SKEW_SECONDS = 5;
    /** How long a key makes cookies. */
    public static final int PERIOD_SECONDS = 3600;

    private static final byte[] LABEL = "convoy cookie".getBytes(StandardCharsets.US_ASCII);
    private static final int CLEAR_BYTES = 8;
    private static final int TAG_BYTES = BYTES - CLEAR_BYTES;

    /** What a cookie turned out to be; the label of a counter. */
    public enum Check {
        VALID,
        /** None, or of another length. */
        MISSING,
        /** Older than it may be, or of the future. */
        EXPIRED,
        /** Of another address or attempt, or nobody's. */
        FORGED
    }

    private final byte[] secret;
    private final Key[] live = new Key[2];

    private record Key(long period, Mac mac) {}

    /**
     * Cookies of a cluster.
     *
     * @param secret that all machines of the cluster share, at least 32 bytes
     */
    public Cookies(byte[] secret) {
        if (secret.length < 32) throw new IllegalArgumentException("a cookie secret of " + secret.length + " bytes");
        this.secret = secret.clone();
        for (int i = 0; i < live.length; i++) live[i] = key(i);
    }

    /**
     * The cookie for a request.
     *
     * @param address of the client with its port, e.g. as in the path header; at most 20 bytes
     * @param nowMs wall-clock time
     */
    public byte[] make(byte[] address, long attempt, long nowMs) {
        long nowSeconds = Math.floorDiv(nowMs, 1000L);
        byte[] cookie = new byte[BYTES];
        LittleEndian.putU32(cookie, 0, (int) nowSeconds);
        LittleEndian.putU32(cookie, 4, (int) (nowSeconds / PERIOD_SECONDS));
        System.arraycopy(tag(cookie, address, attempt, nowSeconds / PERIOD_SECONDS), 0, cookie, CLEAR_BYTES, TAG_BYTES);
        return cookie;
    }

    /** Whether the cookie that came with a request is good; any bytes at all are allowed. */
    public Check check(byte[] cookie, byte[] address, long attempt, long nowMs) {
        if (cookie.length != BYTES) return Check.MISSING;
        long nowSeconds = Math.floorDiv(nowMs, 1000L);
        long madeSeconds = LittleEndian.u32(cookie, 0) & 0xFFFF_FFFFL;
        long period = LittleEndian.u32(cookie, 4) & 0xFFFF_FFFFL;
        boolean isOfItsPeriod = madeSeconds / PERIOD_SECONDS == period;
        if (!isOfItsPeriod || madeSeconds > nowSeconds + SKEW_SECONDS || nowSeconds - madeSeconds >= VALID_SECONDS)
            return Check.EXPIRED;
        byte[] tag = tag(cookie, address, attempt, period);
        byte[] came = Arrays.copyOfRange(cookie, CLEAR_BYTES, BYTES);
        return MessageDigest.isEqual(Arrays.copyOf(tag, TAG_BYTES), came) ? Check.VALID : Check.FORGED;
    }

    private byte[] tag(byte[] cookie, byte[] address, long attempt, long period) {
        int slot = (int) (period % live.length);
        if (live[slot].period() != period) live[slot] = key(period);
        Mac mac = live[slot].mac();
        byte[] nonce = new byte[8];
        LittleEndian.putU64(nonce, 0, attempt);
        mac.update(cookie, 0, CLEAR_BYTES);
        mac.update(nonce);
        return mac.doFinal(address);
    }

    private Key key(long period) {
        byte[] number = new byte[4];
        LittleEndian.putU32(number, 0, (int) period);
        Mac derivation = mac(secret);
        derivation.update(LABEL);
        return new Key(period, mac(derivation.doFinal(number)));
    }

    private static Mac mac(byte[] key) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return mac;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has HmacSHA256", e);
        }
    }
}
