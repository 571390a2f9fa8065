package dev.convoy.client;

import dev.convoy.protocol.handshake.Answer;
import dev.convoy.protocol.handshake.TransportKeys;
import org.jspecify.annotations.Nullable;

/**
 * What a handshake has come to.
 *
 * @param answer an Accepted, a Resumed or a final Refused
 * @param keys of the conv that it grants, in the sealed suite
 */
record Answered(Answer answer, @Nullable TransportKeys keys) {
    /** Never the keys. */
    @Override
    public String toString() {
        return "Answered(" + answer + ")";
    }
}
