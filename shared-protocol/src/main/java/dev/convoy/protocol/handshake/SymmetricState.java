package dev.convoy.protocol.handshake;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * The symmetric half of a Noise handshake with AESGCM and SHA256: chaining key, transcript hash and the present cipher
 * key (Noise specification, revision 34, sections 5.1 and 5.2). Every key here encrypts one message, so the nonce is
 * always 0.
 */
final class SymmetricState {
    static final int TAG_BYTES = 16;

    private static final int HASH_BYTES = 32;
    private static final int NONCE_BYTES = 12;

    private byte[] chainingKey;
    private byte[] hash;
    private byte[] key = new byte[0];

    /** The state that a protocol of at most 32 letters begins with. */
    SymmetricState(String protocolName) {
        hash = Arrays.copyOf(protocolName.getBytes(StandardCharsets.US_ASCII), HASH_BYTES);
        chainingKey = hash;
    }

    private SymmetricState(SymmetricState other) {
        chainingKey = other.chainingKey;
        hash = other.hash;
        key = other.key;
    }

    /** A state that goes on from here on its own. */
    SymmetricState copy() {
        return new SymmetricState(this);
    }

    void mixHash(byte[] bytes, int offset, int length) {
        try {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            sha256.update(hash);
            sha256.update(bytes, offset, length);
            hash = sha256.digest();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    void mixKey(byte[] secret) {
        byte[][] outputs = hkdf(secret);
        chainingKey = outputs[0];
        key = outputs[1];
    }

    /** Ciphertext and tag. */
    byte[] encryptAndHash(byte[] plain) {
        try {
            byte[] sealed = cipher(Cipher.ENCRYPT_MODE).doFinal(plain);
            mixHash(sealed, 0, sealed.length);
            return sealed;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has AES-GCM", e);
        }
    }

    /** The plaintext of ciphertext and tag, or null when they are not authentic; the state is then spoilt. */
    byte @Nullable [] decryptAndHash(byte[] bytes, int offset, int length) {
        try {
            byte[] plain = cipher(Cipher.DECRYPT_MODE).doFinal(bytes, offset, length);
            mixHash(bytes, offset, length);
            return plain;
        } catch (AEADBadTagException e) {
            return null;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has AES-GCM", e);
        }
    }

    /** The keys of the two directions, as this end uses them. */
    TransportKeys split(boolean isInitiator) {
        byte[][] outputs = hkdf(new byte[0]);
        return new TransportKeys(outputs[isInitiator ? 0 : 1], outputs[isInitiator ? 1 : 0], hash);
    }

    private Cipher cipher(int mode) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        GCMParameterSpec nonce = new GCMParameterSpec(TAG_BYTES * 8, new byte[NONCE_BYTES]);
        cipher.init(mode, new SecretKeySpec(key, "AES"), nonce);
        cipher.updateAAD(hash);
        return cipher;
    }

    /** HKDF with two outputs (section 4.3). */
    private byte[][] hkdf(byte[] input) {
        byte[] temporary = hmac(chainingKey, input);
        byte[] first = hmac(temporary, new byte[] {1});
        byte[] second = Arrays.copyOf(first, HASH_BYTES + 1);
        second[HASH_BYTES] = 2;
        return new byte[][] {first, hmac(temporary, second)};
    }

    private static byte[] hmac(byte[] key, byte[] message) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return mac.doFinal(message);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has HmacSHA256", e);
        }
    }
}
