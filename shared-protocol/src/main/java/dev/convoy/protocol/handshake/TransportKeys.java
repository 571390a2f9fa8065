package dev.convoy.protocol.handshake;

/**
 * What a finished handshake leaves: a key for each direction, as this end uses them.
 *
 * @param send 32 bytes, AES-256
 * @param receive 32 bytes, AES-256
 * @param handshakeHash 32 bytes that name this handshake; equal on both ends and no secret
 */
public record TransportKeys(byte[] send, byte[] receive, byte[] handshakeHash) {
    /** Never the keys. */
    @Override
    public String toString() {
        return "TransportKeys(…)";
    }
}
