package dev.convoy.client;

import dev.convoy.protocol.handshake.ClusterPublicKey;
import dev.convoy.protocol.handshake.Envelope;
import dev.convoy.protocol.handshake.NoiseAnswer;
import dev.convoy.protocol.handshake.NoiseInitiator;
import dev.convoy.protocol.handshake.NoiseNk;
import dev.convoy.protocol.handshake.SealedRecord;
import dev.convoy.protocol.handshake.TransportKeys;
import dev.convoy.protocol.wire.ControlType;
import java.security.SecureRandom;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Everything encrypted, and nobody believed who does not hold the cluster's private key. In the clear come a Retry and hints:
 * refusals by somebody who has not read the request, or is nobody.
 */
final class SealedSuite implements Suite {
    private static final SecureRandom SECRET = new SecureRandom();

    private final ClusterPublicKey server;

    SealedSuite(ClusterPublicKey server) {
        this.server = server;
    }

    @Override
    public Exchange ask(ControlType type, int target, long affinity, long attempt, byte[] record) {
        byte[] ephemeral = new byte[NoiseNk.EPHEMERAL_BYTES];
        SECRET.nextBytes(ephemeral);
        NoiseInitiator initiator =
                new NoiseInitiator(server, NoiseNk.prologue(type, affinity, attempt), record, ephemeral);
        Envelope request =
                Envelope.request(type, target, affinity, attempt, Envelope.SUITE_SEALED, initiator.request());
        return new Exchange() {
            @Override
            public Envelope request() {
                return request;
            }

            @Override
            public @Nullable Reading read(Envelope came) {
                if (came.suite() != Envelope.SUITE_SEALED) return new Reading(came, null, false);
                if (!(initiator.read(came.payload()) instanceof NoiseAnswer.Finished finished)) return null;
                SealedRecord hidden = SealedRecord.parse(finished.payload());
                return hidden == null ? null : new Reading(came.opened(hidden), finished.keys(), true);
            }
        };
    }

    @Override
    public Packets packets(int conv, @Nullable TransportKeys keys) {
        return new Packets.Sealed(conv, Objects.requireNonNull(keys, "a sealed answer comes with keys"));
    }
}
