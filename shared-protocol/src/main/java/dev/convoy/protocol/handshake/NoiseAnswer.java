package dev.convoy.protocol.handshake;

/** What a sealed answer turned out to be: the end of the handshake, or a {@link NoiseDrop}. */
public sealed interface NoiseAnswer permits NoiseAnswer.Finished, NoiseDrop {
    /**
     * The answer is the server's.
     *
     * @param payload the record that it carried
     */
    record Finished(byte[] payload, TransportKeys keys) implements NoiseAnswer {
        /** Never the payload or the keys. */
        @Override
        public String toString() {
            return "Finished(…)";
        }
    }
}
