package dev.convoy.node.session;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/**
 * What is kept of a password: PBKDF2 (RFC 8018) with HMAC-SHA-512, as many rounds as OWASP's Password Storage Cheat Sheet asks for,
 * and a salt of 16 random bytes. Made and checked in some tenths of a second, so never on an event loop.
 *
 * <pre>
 * pbkdf2-sha512$rounds$salt$hash         salt and hash in base64
 * </pre>
 */
final class PasswordVerifier {
    private static final String SCHEME = "pbkdf2-sha512";
    private static final int ROUNDS = 210_000;
    private static final int ROUNDS_MAX = 10_000_000;
    private static final int SALT_BYTES = 16;
    private static final int HASH_BYTES = 32;

    private PasswordVerifier() {}

    /** A verifier of the password, another one each time. */
    static String of(String password, SecureRandom random) {
        byte[] salt = new byte[SALT_BYTES];
        random.nextBytes(salt);
        Base64.Encoder base64 = Base64.getEncoder();
        return SCHEME + "$" + ROUNDS + "$" + base64.encodeToString(salt) + "$"
                + base64.encodeToString(hash(password, salt, ROUNDS));
    }

    /** Whether that is the password, in a time that does not depend on how much of it is right. */
    static boolean matches(String password, String verifier) {
        String[] parts = verifier.split("\\$", -1);
        if (parts.length != 4 || !parts[0].equals(SCHEME)) return false;
        try {
            int rounds = Integer.parseInt(parts[1]);
            if (rounds < 1 || rounds > ROUNDS_MAX) return false;
            byte[] salt = Base64.getDecoder().decode(parts[2]);
            byte[] hash = Base64.getDecoder().decode(parts[3]);
            return MessageDigest.isEqual(hash, hash(password, salt, rounds));
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static byte[] hash(String password, byte[] salt, int rounds) {
        PBEKeySpec spec = new PBEKeySpec(password.toCharArray(), salt, rounds, HASH_BYTES * 8);
        try {
            return SecretKeyFactory.getInstance("PBKDF2WithHmacSHA512")
                    .generateSecret(spec)
                    .getEncoded();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has PBKDF2WithHmacSHA512", e);
        } finally {
            spec.clearPassword();
        }
    }
}
