package dev.convoy.protocol.handshake;

import dev.convoy.protocol.wire.WireWriter;
import java.security.PrivateKey;
import org.jspecify.annotations.Nullable;

/**
 * One end of the key agreement of a direct line: an ephemeral X25519 key pair, used for one line and then forgotten. The public
 * halves are exchanged through the room, so the line is as authentic as the two sessions; the node that passes them on
 * cannot read the line, nor can anybody who gets hold of the cluster's keys later.
 *
 * <pre>
 * transcript = line u64 · conv u32 · opener text8 · answerer text8 · the opener's public key · the answerer's
 * keys       = Split after MixKey(transcript) and MixKey(X25519(ours, theirs)), the chaining key beginning as
 *              "ConvoyPeer_25519_AESGCM_SHA256" padded with zeros to 32 bytes (Noise, section 5.2); the first is the opener's
 * </pre>
 *
 * The conv is part of it, so that a line that has to take another conv never seals under an old key again.
 */
public final class PeerKeyPair {
    public static final int BYTES = X25519.KEY_BYTES;

    private static final String NAME = "ConvoyPeer_25519_AESGCM_SHA256";

    private final PrivateKey privateKey;
    private final byte[] publicKey;

    private PeerKeyPair(byte[] raw) {
        privateKey = X25519.privateKey(raw);
        publicKey = X25519.publicKey(privateKey);
    }

    /**
     * The pair of a private key.
     *
     * @param privateKey 32 bytes from a cryptographic random generator, used nowhere else
     */
    public static PeerKeyPair of(byte[] privateKey) {
        return new PeerKeyPair(privateKey);
    }

    public byte[] publicKey() {
        return publicKey.clone();
    }

    /**
     * The keys of the line.
     *
     * @param theirs the other end's public key, any 32 bytes at all
     * @param opener the player id of who asked for the line
     * @param answerer the player id of who was asked
     * @param isOpener which of the two we are
     * @return null when {@code theirs} is a point of small order
     */
    public @Nullable TransportKeys agree(
            byte[] theirs, long line, int conv, String opener, String answerer, boolean isOpener) {
        byte[] secret = X25519.agree(privateKey, theirs, 0);
        if (secret == null) return null;
        byte[] transcript = new WireWriter()
                .u64(line)
                .u32(conv)
                .text8(opener)
                .text8(answerer)
                .raw(isOpener ? publicKey : theirs)
                .raw(isOpener ? theirs : publicKey)
                .toBytes();
        SymmetricState state = new SymmetricState(NAME);
        state.mixKey(transcript);
        state.mixKey(secret);
        return state.split(isOpener);
    }

    /** Only the class: the pair is a secret. */
    @Override
    public String toString() {
        return "PeerKeyPair(…)";
    }
}
