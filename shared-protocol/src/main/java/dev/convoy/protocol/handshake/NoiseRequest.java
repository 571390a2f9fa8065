package dev.convoy.protocol.handshake;

/** What a sealed request turned out to be: authentic, with somebody who can answer it, or a {@link NoiseDrop}. */
public sealed interface NoiseRequest permits NoiseResponder, NoiseDrop {}
