package dev.convoy.protocol.handshake;

import dev.convoy.protocol.wire.LittleEndian;
import dev.convoy.protocol.wire.SessionId;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The 256-bit secret that lets its holder come back to one session, once. A server stores only its
 * {@linkplain #hash hash}. The first is random; every later one follows from the one before, the
 * session and the attempt under the cluster's token key, so that any node repeats the same answer to a
 * repeated attempt without the secret ever having been stored.
 */
public final class ReconnectToken {
    public static final int BYTES = 32;

    private final byte[] secret;

    private ReconnectToken(byte[] secret) {
        if (secret.length != BYTES) throw new IllegalArgumentException("a token has 32 bytes, not " + secret.length);
        this.secret = secret;
    }

    /** A token of 32 bytes from a cryptographic random generator, or from the wire. */
    public static ReconnectToken of(byte[] secret) {
        return new ReconnectToken(secret.clone());
    }

    /**
     * The token that replaces this one when it is redeemed: HMAC-SHA-256 (RFC 2104) under the token key over
     * session id, this token's hash and the attempt.
     *
     * @param tokenKey the cluster's token key, at least 32 bytes
     */
    public ReconnectToken successor(byte[] tokenKey, SessionId session, long attempt) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(tokenKey, "HmacSHA256"));
            mac.update(session.toBytes());
            mac.update(sha256(secret));
            byte[] nonce = new byte[8];
            LittleEndian.putU64(nonce, 0, attempt);
            return new ReconnectToken(mac.doFinal(nonce));
        } catch (InvalidKeyException e) {
            throw new IllegalArgumentException("the token key is unusable", e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has HmacSHA256", e);
        }
    }

    /** The SHA-256 of the secret, 64 hex digits: what a server keeps. */
    public String hash() {
        return HexFormat.of().formatHex(sha256(secret));
    }

    public byte[] toBytes() {
        return secret.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ReconnectToken token && MessageDigest.isEqual(secret, token.secret);
    }

    @Override
    public int hashCode() {
        return LittleEndian.u32(secret, 0);
    }

    /** Never the secret. */
    @Override
    public String toString() {
        return "ReconnectToken(…)";
    }

    private static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
