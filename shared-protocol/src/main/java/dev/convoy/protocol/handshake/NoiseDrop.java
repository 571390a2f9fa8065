package dev.convoy.protocol.handshake;

import java.util.Locale;

/** Why a sealed handshake message was dropped without an answer; the label of the drop counter. */
public enum NoiseDrop implements NoiseRequest, NoiseAnswer {
    /** No room for an ephemeral key and a tag. */
    TRUNCATED,
    /** Longer than a control datagram can carry. */
    OVERSIZED,
    /** The ephemeral key is a point of small order: the secret would be no secret. */
    BAD_POINT,
    /** Altered, meant for another cluster key, or of another attempt, affinity or type. */
    NOT_AUTHENTIC;

    /** The metric's label. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
