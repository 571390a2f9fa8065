package dev.convoy.node.admission;

import dev.convoy.node.net.Suite;
import dev.convoy.protocol.handshake.Answer;
import dev.convoy.protocol.handshake.Envelope;
import dev.convoy.protocol.handshake.NoiseDrop;
import dev.convoy.protocol.handshake.NoiseNk;
import dev.convoy.protocol.handshake.NoiseResponder;
import dev.convoy.protocol.handshake.SealedRecord;
import dev.convoy.protocol.handshake.TransportKeys;
import java.security.SecureRandom;
import org.jspecify.annotations.Nullable;

/** What came of trying to read a request: its record and the way to answer it, or nothing. */
sealed interface Opening {
    /** It is nobody's. */
    record Closed(NoiseDrop why) implements Opening {}

    /** It can be read, and answered once. */
    sealed interface Opened extends Opening {
        byte[] record();

        Suite suite();

        Reply answer(Answer answer);
    }

    /**
     * An answer on its way out.
     *
     * @param datagram the same for every repetition of the request
     * @param keys of the conv that it grants, if it grants one in the sealed suite
     */
    record Reply(byte[] datagram, @Nullable TransportKeys keys) {
        /** Never the keys. */
        @Override
        public String toString() {
            return "Reply(…)";
        }
    }

    /** In the clear. */
    record Plain(Envelope request) implements Opened {
        @Override
        public byte[] record() {
            return request.payload();
        }

        @Override
        public Suite suite() {
            return Suite.PLAIN;
        }

        @Override
        public Reply answer(Answer answer) {
            return new Reply(request.answer(answer).encode(), null);
        }
    }

    /** By message 1 of a Noise handshake. */
    record Sealed(Envelope request, NoiseResponder responder, SecureRandom random) implements Opened {
        @Override
        public byte[] record() {
            return responder.payload();
        }

        @Override
        public Suite suite() {
            return Suite.SEALED;
        }

        @Override
        public Reply answer(Answer answer) {
            Envelope clear = request.answer(answer);
            byte[] ephemeral = new byte[NoiseNk.EPHEMERAL_BYTES];
            random.nextBytes(ephemeral);
            SealedRecord hidden = new SealedRecord(clear.type(), clear.target(), clear.payload());
            NoiseResponder.Reply reply = responder.answer(hidden.encode(), ephemeral);
            return new Reply(clear.sealed(reply.message()).encode(), reply.keys());
        }
    }
}
