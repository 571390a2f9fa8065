package dev.convoy.protocol.handshake;

import org.jspecify.annotations.Nullable;

/**
 * Show first that you receive at your address: repeat the request, byte for byte, with this cookie in it. Always in the
 * clear, because the point is not to open the request yet.
 *
 * @param cookie {@value Cookies#BYTES} bytes, of {@link Cookies#make}
 */
public record Retry(byte[] cookie) implements Answer {
    @Override
    public byte[] encode() {
        return cookie.clone();
    }

    /** The retry in an envelope of that type, or null when its payload is none. */
    public static @Nullable Retry parse(Envelope envelope) {
        return envelope.payload().length == Cookies.BYTES ? new Retry(envelope.payload()) : null;
    }
}
