package dev.convoy.protocol.handshake;

import static org.assertj.core.api.Assertions.assertThat;

import dev.convoy.protocol.seal.PacketOpener;
import dev.convoy.protocol.seal.PacketSealer;
import dev.convoy.protocol.seal.SealDrop;
import dev.convoy.protocol.wire.ControlType;
import dev.convoy.protocol.wire.LittleEndian;
import dev.convoy.protocol.wire.SessionId;
import java.util.Arrays;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The pieces of the sealed suite put together as a node and a client do, over bytes: retry, redirect, accept, packets. */
class SealedHandshakeTest {
    private static final Random RANDOM = new Random(1);
    private static final byte[] ADDRESS = {4, 0, 57, 48, (byte) 192, 0, 2, 1};
    private static final long NOW_MS = 1_795_000_000_000L;
    private static final int CONV = 0x09000011;

    private final ClusterKeyPair cluster = ClusterKeyPair.of(chance());
    private final Cookies cookies = new Cookies(chance());
    private final JoinRequest join =
            new JoinRequest("ann", new byte[] {1, 2, 3}, "chess", "table 5", "open sesame", new byte[0]);
    private final byte[] record = new ConnectRequest(join).encode();
    private final NoiseInitiator client =
            new NoiseInitiator(cluster.publicKey(), NoiseNk.prologue(ControlType.CONNECT, 5, 6), record, chance());
    private final Envelope request =
            Envelope.request(ControlType.CONNECT, 0, 5, 6, Envelope.SUITE_SEALED, client.request());

    @Test
    void aClientGetsInByRetryRedirectAndAccept() {
        Envelope came = overTheWire(request);
        assertThat(cookies.check(came.cookie(), ADDRESS, came.attempt(), NOW_MS))
                .isEqualTo(Cookies.Check.MISSING);
        Envelope retry = overTheWire(came.answer(new Retry(cookies.make(ADDRESS, came.attempt(), NOW_MS))));
        assertThat(retry.type()).isEqualTo(ControlType.RETRY);
        assertThat(retry.encode().length).isLessThan(came.encode().length);

        byte[] cookie = Objects.requireNonNull(Retry.parse(retry)).cookie();
        came = overTheWire(request.withCookie(cookie));
        assertThat(cookies.check(came.cookie(), ADDRESS, came.attempt(), NOW_MS))
                .isEqualTo(Cookies.Check.VALID);
        Envelope redirect = answered(came, new Redirect(9, 4_000)).envelope();
        Envelope opened = opened(overTheWire(redirect));
        assertThat(opened.type()).isEqualTo(ControlType.REDIRECT);
        assertThat(Redirect.parse(opened)).isEqualTo(new Redirect(9, 4_000));

        came = overTheWire(request.withCookie(cookie).withTarget(9));
        Answered accepted = answered(came, accepted());
        NoiseAnswer.Finished finished = finished(overTheWire(accepted.envelope()));
        Envelope hidden = opened(overTheWire(accepted.envelope()));
        assertThat(Answer.parseAccept(hidden.payload())).isEqualTo(accepted());
        assertThatPacketsPass(finished.keys(), accepted.keys());
        assertThatPacketsPass(accepted.keys(), finished.keys());
    }

    @Test
    void anAcceptThatIsMadeARedirectOnItsWayStaysAnAccept() {
        Envelope accept = answered(overTheWire(request), accepted()).envelope();
        byte[] forged = accept.encode();
        forged[0] = 'B';
        forged[5] = 77;
        Envelope opened = opened((Envelope) ControlDatagram.parse(forged, 0, forged.length));
        assertThat(opened.type()).isEqualTo(ControlType.ACCEPT);
        assertThat(opened.target()).isEqualTo(accept.target());
    }

    @Test
    void aRetryOfAnotherLengthIsNone() {
        for (int length = 0; length < 64; length++) {
            Envelope retry = request.answer(new Retry(new byte[length]));
            assertThat(Retry.parse(retry) == null).isEqualTo(length != Cookies.BYTES);
        }
    }

    private record Answered(Envelope envelope, TransportKeys keys) {}

    private Answered answered(Envelope came, Answer answer) {
        NoiseRequest read = NoiseResponder.read(cluster, NoiseNk.prologue(came), came.payload());
        assertThat(read).isInstanceOf(NoiseResponder.class);
        NoiseResponder responder = (NoiseResponder) read;
        assertThat(ConnectRequest.parse(responder.payload())).isEqualTo(new ConnectRequest(join));
        Envelope clear = came.answer(answer);
        SealedRecord hidden = new SealedRecord(clear.type(), clear.target(), clear.payload());
        NoiseResponder.Reply reply = responder.answer(hidden.encode(), chance());
        return new Answered(clear.sealed(reply.message()), reply.keys());
    }

    private NoiseAnswer.Finished finished(Envelope answer) {
        assertThat(answer.suite()).isEqualTo(Envelope.SUITE_SEALED);
        NoiseAnswer read = client.read(answer.payload());
        assertThat(read).isInstanceOf(NoiseAnswer.Finished.class);
        return (NoiseAnswer.Finished) read;
    }

    private Envelope opened(Envelope answer) {
        return answer.opened(
                Objects.requireNonNull(SealedRecord.parse(finished(answer).payload())));
    }

    private static void assertThatPacketsPass(TransportKeys from, TransportKeys to) {
        byte[] datagram = new byte[60];
        RANDOM.nextBytes(datagram);
        LittleEndian.putU32(datagram, 0, CONV);
        byte[] packet = new byte[80];
        byte[] opened = new byte[60];
        new PacketSealer(from.send(), CONV).seal(datagram, 0, 60, packet, 0);
        assertThat(new PacketOpener(to.receive(), CONV).open(packet, 0, 80, opened, 0))
                .isEqualTo(SealDrop.NONE);
        assertThat(opened).isEqualTo(datagram);
        assertThat(new PacketOpener(from.receive(), CONV).open(packet, 0, 80, opened, 0))
                .isEqualTo(SealDrop.NOT_AUTHENTIC);
    }

    private static Envelope overTheWire(Envelope envelope) {
        byte[] bytes = envelope.encode();
        ControlDatagram parsed = ControlDatagram.parse(bytes, 0, bytes.length);
        assertThat(parsed).isInstanceOf(Envelope.class);
        return (Envelope) parsed;
    }

    private static Accepted accepted() {
        byte[] token = new byte[ReconnectToken.BYTES];
        Arrays.fill(token, (byte) 7);
        Grant grant = new Grant(CONV, ReconnectToken.of(token), new byte[16], 1, 60_000);
        return new Accepted(grant, new SessionId(1, 2), "table 5", "ann");
    }

    private static byte[] chance() {
        byte[] bytes = new byte[32];
        RANDOM.nextBytes(bytes);
        return bytes;
    }
}
