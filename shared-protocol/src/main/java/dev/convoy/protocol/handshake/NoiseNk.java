package dev.convoy.protocol.handshake;

import dev.convoy.protocol.wire.ControlHeader;
import dev.convoy.protocol.wire.ControlType;

/**
 * The handshake pattern of the sealed suite, Noise_NK_25519_AESGCM_SHA256 (noiseprotocol.org, revision 34): the client
 * knows the server's static key and stays anonymous itself.
 *
 * <pre>
 *   &lt;- s
 *   ...
 *   -&gt; e, es     ephemeral key 32 · encrypted payload · tag 16
 *   &lt;- e, ee     ephemeral key 32 · encrypted payload · tag 16
 * </pre>
 */
public final class NoiseNk {
    /** How much longer a message is than its payload. */
    public static final int OVERHEAD_BYTES = X25519.KEY_BYTES + SymmetricState.TAG_BYTES;
    /** How many bytes of chance an ephemeral key takes. */
    public static final int EPHEMERAL_BYTES = X25519.KEY_BYTES;

    static final int MESSAGE_BYTES_MAX = ControlDatagram.BYTES_MAX;

    private static final String NAME = "Noise_NK_25519_AESGCM_SHA256";

    private NoiseNk() {}

    /**
     * What both ends must agree on besides the messages: the request's header as it is on the wire, with the suite
     * in the place of {@code target}. The target is left out because a redirect changes it, the cookie because a Retry
     * adds it; so the same first message serves for all repetitions of an attempt.
     *
     * @param request the type of the request
     */
    public static byte[] prologue(ControlType request, long affinity, long attempt) {
        byte[] header = new byte[ControlHeader.BYTES];
        ControlHeader.write(header, 0, request, Envelope.SUITE_SEALED, affinity, attempt);
        return header;
    }

    /** The prologue of a request as it came or is to go out. */
    public static byte[] prologue(Envelope request) {
        return prologue(request.type(), request.affinity(), request.attempt());
    }

    static SymmetricState start(byte[] prologue, byte[] serverPublic) {
        SymmetricState state = new SymmetricState(NAME);
        state.mixHash(prologue, 0, prologue.length);
        state.mixHash(serverPublic, 0, serverPublic.length);
        return state;
    }

    /** The ephemeral key and the sealed payload in one message. */
    static byte[] message(byte[] ephemeralPublic, byte[] sealed) {
        byte[] message = new byte[ephemeralPublic.length + sealed.length];
        System.arraycopy(ephemeralPublic, 0, message, 0, ephemeralPublic.length);
        System.arraycopy(sealed, 0, message, ephemeralPublic.length, sealed.length);
        return message;
    }
}
