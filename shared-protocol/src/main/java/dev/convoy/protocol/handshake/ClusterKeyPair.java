package dev.convoy.protocol.handshake;

import java.security.PrivateKey;

/**
 * The static X25519 key pair that all nodes of a cluster share. The private key comes from a file or the environment,
 * leaves this class only by {@link #privateHex} and {@link #privateBase64}, for the command that makes it, and is in no message
 * of an exception.
 */
public final class ClusterKeyPair {
    public static final int BYTES = X25519.KEY_BYTES;

    private final byte[] raw;
    private final PrivateKey privateKey;
    private final ClusterPublicKey publicKey;

    private ClusterKeyPair(byte[] raw) {
        this.raw = raw;
        this.privateKey = X25519.privateKey(raw);
        this.publicKey = ClusterPublicKey.of(X25519.publicKey(privateKey));
    }

    /**
     * The pair of a private key.
     *
     * @param privateKey 32 bytes, e.g. just filled by a cryptographic random generator
     */
    public static ClusterKeyPair of(byte[] privateKey) {
        return new ClusterKeyPair(privateKey.clone());
    }

    /** The pair of a private key in 64 hex digits or base64; white space around it is allowed. */
    public static ClusterKeyPair parse(String text) {
        return new ClusterKeyPair(KeyText.parse(text));
    }

    public ClusterPublicKey publicKey() {
        return publicKey;
    }

    /** 64 hex digits; a secret. */
    public String privateHex() {
        return KeyText.hex(raw);
    }

    /** 44 letters; a secret. */
    public String privateBase64() {
        return KeyText.base64(raw);
    }

    PrivateKey privateKey() {
        return privateKey;
    }

    /** Only the public half. */
    @Override
    public String toString() {
        return "ClusterKeyPair(" + publicKey.toBase64() + ")";
    }
}
