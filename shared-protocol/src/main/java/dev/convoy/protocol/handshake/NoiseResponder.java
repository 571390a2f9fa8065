package dev.convoy.protocol.handshake;

import java.security.PrivateKey;
import java.util.Arrays;

/**
 * The server's role in the sealed handshake: an authentic request that can be answered, once. Message 1 alone proves
 * nothing about its sender, not even that it is fresh: whoever recorded it can send it again. So a request is
 * idempotent by its attempt, and what it replaces goes only when the first packet under the new keys is authentic.
 */
public final class NoiseResponder implements NoiseRequest {
    private final byte[] payload;
    private final byte[] clientEphemeral;
    private final SymmetricState state;
    private boolean isAnswered;

    private NoiseResponder(byte[] payload, byte[] clientEphemeral, SymmetricState state) {
        this.payload = payload;
        this.clientEphemeral = clientEphemeral;
        this.state = state;
    }

    /**
     * Reads message 1; any bytes at all are allowed.
     *
     * @param prologue of the request's header, see {@link NoiseNk#prologue}
     */
    public static NoiseRequest read(ClusterKeyPair keys, byte[] prologue, byte[] message) {
        if (message.length < NoiseNk.OVERHEAD_BYTES) return NoiseDrop.TRUNCATED;
        if (message.length > NoiseNk.MESSAGE_BYTES_MAX) return NoiseDrop.OVERSIZED;
        byte[] secret = X25519.agree(keys.privateKey(), message, 0);
        if (secret == null) return NoiseDrop.BAD_POINT;
        SymmetricState state = NoiseNk.start(prologue, keys.publicKey().toBytes());
        state.mixHash(message, 0, X25519.KEY_BYTES);
        state.mixKey(secret);
        byte[] payload = state.decryptAndHash(message, X25519.KEY_BYTES, message.length - X25519.KEY_BYTES);
        return payload == null
                ? NoiseDrop.NOT_AUTHENTIC
                : new NoiseResponder(payload, Arrays.copyOf(message, X25519.KEY_BYTES), state);
    }

    /** The record that was hidden. */
    public byte[] payload() {
        return payload.clone();
    }

    /**
     * Message 2 and the keys that it leaves.
     *
     * @param record the answer, to be hidden
     * @param ephemeralPrivate {@value NoiseNk#EPHEMERAL_BYTES} bytes from a cryptographic random generator, used nowhere else
     * @throws IllegalStateException when it has been answered: a repeated request gets the same bytes again
     */
    public Reply answer(byte[] record, byte[] ephemeralPrivate) {
        if (isAnswered) throw new IllegalStateException("a request is answered once");
        isAnswered = true;
        PrivateKey ephemeral = X25519.privateKey(ephemeralPrivate);
        byte[] ephemeralPublic = X25519.publicKey(ephemeral);
        state.mixHash(ephemeralPublic, 0, ephemeralPublic.length);
        byte[] secret = X25519.agree(ephemeral, clientEphemeral, 0);
        if (secret == null) throw new IllegalStateException("a point of small order was let in");
        state.mixKey(secret);
        byte[] message = NoiseNk.message(ephemeralPublic, state.encryptAndHash(record));
        return new Reply(message, state.split(false));
    }

    /**
     * The server's end of the handshake.
     *
     * @param message {@value NoiseNk#OVERHEAD_BYTES} bytes more than the record
     */
    public record Reply(byte[] message, TransportKeys keys) {
        /** Never the keys. */
        @Override
        public String toString() {
            return "Reply(…)";
        }
    }
}
