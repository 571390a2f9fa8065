package dev.convoy.protocol.handshake;

import java.util.Arrays;

/** The public half of a cluster's key pair: what a client must know, and what proves a server to be one of the cluster. */
public final class ClusterPublicKey {
    public static final int BYTES = X25519.KEY_BYTES;

    private final byte[] raw;

    private ClusterPublicKey(byte[] raw) {
        this.raw = raw;
    }

    /**
     * The key of 32 bytes.
     *
     * @throws IllegalArgumentException when they are not 32 or a point of small order
     */
    public static ClusterPublicKey of(byte[] raw) {
        if (raw.length != BYTES) throw new IllegalArgumentException("a cluster key of " + raw.length + " bytes");
        byte[] probe = new byte[BYTES];
        probe[1] = 1;
        if (X25519.agree(X25519.privateKey(probe), raw, 0) == null)
            throw new IllegalArgumentException("the cluster key is a point of small order");
        return new ClusterPublicKey(raw.clone());
    }

    /** The key of 64 hex digits or of its base64. */
    public static ClusterPublicKey parse(String text) {
        return of(KeyText.parse(text));
    }

    public byte[] toBytes() {
        return raw.clone();
    }

    /** 64 hex digits. */
    public String toHex() {
        return KeyText.hex(raw);
    }

    /** 44 letters. */
    public String toBase64() {
        return KeyText.base64(raw);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ClusterPublicKey that && Arrays.equals(raw, that.raw);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(raw);
    }

    /** The base64: it is public. */
    @Override
    public String toString() {
        return "ClusterPublicKey(" + toBase64() + ")";
    }
}
