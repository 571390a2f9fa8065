package dev.convoy.protocol.handshake;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.spec.NamedParameterSpec;
import java.security.spec.XECPrivateKeySpec;
import java.security.spec.XECPublicKeySpec;
import javax.crypto.KeyAgreement;
import org.jspecify.annotations.Nullable;

/** X25519 (RFC 7748) on raw 32-byte keys, by the JDK. */
final class X25519 {
    static final int KEY_BYTES = 32;

    private static final String ALGORITHM = "X25519";
    /** The base point, u = 9: a private key multiplied with it is its public key. */
    private static final byte[] BASE = new byte[KEY_BYTES];

    static {
        BASE[0] = 9;
    }

    private X25519() {}

    static PrivateKey privateKey(byte[] raw) {
        if (raw.length != KEY_BYTES) throw new IllegalArgumentException("a private key of " + raw.length + " bytes");
        try {
            return KeyFactory.getInstance(ALGORITHM)
                    .generatePrivate(new XECPrivateKeySpec(NamedParameterSpec.X25519, raw));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK since 11 has X25519", e);
        }
    }

    static byte[] publicKey(PrivateKey key) {
        byte[] publicKey = agree(key, BASE, 0);
        if (publicKey == null) throw new IllegalStateException("the base point is of large order");
        return publicKey;
    }

    /** The shared secret with the 32 bytes at {@code offset}, any bytes at all; null when they are a point of small order. */
    static byte @Nullable [] agree(PrivateKey key, byte[] peer, int offset) {
        try {
            KeyAgreement agreement = KeyAgreement.getInstance(ALGORITHM);
            agreement.init(key);
            agreement.doPhase(publicKey(peer, offset), true);
            return agreement.generateSecret();
        } catch (InvalidKeyException e) {
            return null; // the JDK refuses an all-zero secret, as RFC 7748 section 6.1 asks
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK since 11 has X25519", e);
        }
    }

    private static PublicKey publicKey(byte[] raw, int offset) throws GeneralSecurityException {
        byte[] bigEndian = new byte[KEY_BYTES];
        for (int i = 0; i < KEY_BYTES; i++) bigEndian[i] = raw[offset + KEY_BYTES - 1 - i];
        bigEndian[0] &= 0x7F; // RFC 7748 section 5: the top bit is ignored
        BigInteger u = new BigInteger(1, bigEndian);
        return KeyFactory.getInstance(ALGORITHM).generatePublic(new XECPublicKeySpec(NamedParameterSpec.X25519, u));
    }
}
