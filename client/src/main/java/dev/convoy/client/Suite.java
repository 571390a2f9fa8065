package dev.convoy.client;

import dev.convoy.protocol.handshake.Envelope;
import dev.convoy.protocol.handshake.TransportKeys;
import dev.convoy.protocol.wire.ControlType;
import org.jspecify.annotations.Nullable;

/**
 * A security suite: how records become control datagrams and back, and what protects the datagrams of a conv. A client has one,
 * chosen by its options, and takes no other for an answer. Confined to its context.
 */
sealed interface Suite permits PlainSuite, SealedSuite {
    /** Begins to ask for something; the record is hidden where the suite hides. */
    Exchange ask(ControlType type, int target, long affinity, long attempt, byte[] record);

    /**
     * What protects a conv that was granted.
     *
     * @param keys of the answer that granted it
     */
    Packets packets(int conv, @Nullable TransportKeys keys);

    /** One request, the same bytes however often it is sent, and how to read its answers. */
    interface Exchange {
        Envelope request();

        /** What a control datagram says; null when it says nothing in this suite. */
        @Nullable
        Reading read(Envelope came);
    }

    /**
     * A control datagram that could be read.
     *
     * @param envelope as it is, or would be, in the clear
     * @param keys of the conv that it grants, where the suite has keys
     * @param isAuthentic false for a hint, which anybody may have given
     */
    record Reading(Envelope envelope, @Nullable TransportKeys keys, boolean isAuthentic) {
        /** Never the keys. */
        @Override
        public String toString() {
            return "Reading(" + envelope.type() + ", authentic " + isAuthentic + ")";
        }
    }
}
