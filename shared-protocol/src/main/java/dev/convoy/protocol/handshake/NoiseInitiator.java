package dev.convoy.protocol.handshake;

import java.security.PrivateKey;

/**
 * The client's role in the sealed handshake: one request, one answer. The request may be sent as often as needed, to
 * any node and with any cookie; answers that are not authentic leave the handshake as it was, so that a stranger who
 * answers first spoils nothing. Confined to its owner.
 */
public final class NoiseInitiator {
    private final PrivateKey ephemeral;
    private final byte[] request;
    private final SymmetricState state;

    /**
     * The handshake of one attempt.
     *
     * @param prologue of the request's header, see {@link NoiseNk#prologue}
     * @param payload the record to be hidden
     * @param ephemeralPrivate {@value NoiseNk#EPHEMERAL_BYTES} bytes from a cryptographic random generator, used nowhere else
     */
    public NoiseInitiator(ClusterPublicKey server, byte[] prologue, byte[] payload, byte[] ephemeralPrivate) {
        ephemeral = X25519.privateKey(ephemeralPrivate);
        byte[] serverPublic = server.toBytes();
        byte[] ephemeralPublic = X25519.publicKey(ephemeral);
        state = NoiseNk.start(prologue, serverPublic);
        state.mixHash(ephemeralPublic, 0, ephemeralPublic.length);
        byte[] secret = X25519.agree(ephemeral, serverPublic, 0);
        if (secret == null) throw new IllegalArgumentException("the server's key is a point of small order");
        state.mixKey(secret);
        request = NoiseNk.message(ephemeralPublic, state.encryptAndHash(payload));
    }

    /** Message 1: {@value NoiseNk#OVERHEAD_BYTES} bytes more than the payload. */
    public byte[] request() {
        return request.clone();
    }

    /** Reads message 2; any bytes at all are allowed. */
    public NoiseAnswer read(byte[] message) {
        if (message.length < NoiseNk.OVERHEAD_BYTES) return NoiseDrop.TRUNCATED;
        if (message.length > NoiseNk.MESSAGE_BYTES_MAX) return NoiseDrop.OVERSIZED;
        byte[] secret = X25519.agree(ephemeral, message, 0);
        if (secret == null) return NoiseDrop.BAD_POINT;
        SymmetricState end = state.copy();
        end.mixHash(message, 0, X25519.KEY_BYTES);
        end.mixKey(secret);
        byte[] payload = end.decryptAndHash(message, X25519.KEY_BYTES, message.length - X25519.KEY_BYTES);
        return payload == null ? NoiseDrop.NOT_AUTHENTIC : new NoiseAnswer.Finished(payload, end.split(true));
    }
}
