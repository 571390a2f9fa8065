package dev.convoy.client;

import dev.convoy.protocol.handshake.Envelope;
import dev.convoy.protocol.handshake.TransportKeys;
import dev.convoy.protocol.wire.ControlType;
import org.jspecify.annotations.Nullable;

/** No protection: for trusted networks, and only where the options ask for it. */
final class PlainSuite implements Suite {
    @Override
    public Exchange ask(ControlType type, int target, long affinity, long attempt, byte[] record) {
        Envelope request = Envelope.request(type, target, affinity, attempt, Envelope.SUITE_PLAIN, record);
        return new Exchange() {
            @Override
            public Envelope request() {
                return request;
            }

            @Override
            public @Nullable Reading read(Envelope came) {
                return came.suite() == Envelope.SUITE_PLAIN ? new Reading(came, null, true) : null;
            }
        };
    }

    @Override
    public Packets packets(int conv, @Nullable TransportKeys keys) {
        return new Packets.Plain();
    }
}
