package dev.convoy.client;

import dev.convoy.protocol.handshake.Answer;
import dev.convoy.protocol.handshake.Envelope;
import dev.convoy.protocol.wire.ControlType;
import org.jspecify.annotations.Nullable;

/**
 * The one place where records become payloads of control datagrams and back, and where KCP datagrams leave and
 * arrive: in the plain suite nothing happens to them. A sealed suite stands in its place and does the rest.
 */
final class PlainSuite {
    /** A request with its record. */
    Envelope request(ControlType type, int target, long affinity, long attempt, byte[] record) {
        return Envelope.request(type, target, affinity, attempt, Envelope.SUITE_PLAIN, record);
    }

    /** The record of an Accept or a Resumed, or null when it cannot be read. */
    @Nullable
    Answer open(Envelope envelope) {
        if (envelope.suite() != Envelope.SUITE_PLAIN) return null;
        return envelope.type() == ControlType.ACCEPT
                ? Answer.parseAccept(envelope.payload())
                : Answer.parseResumed(envelope.payload());
    }

    /** Seals the datagram of {@code length} bytes at the front of the array, in place; returns its new length. */
    int seal(byte[] datagram, int length) {
        return length;
    }

    /** Opens a data datagram in place; returns its new length, -1 when it is not authentic. */
    int open(byte[] datagram, int length) {
        return length;
    }
}
