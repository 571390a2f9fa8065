package dev.convoy.protocol.handshake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.convoy.protocol.wire.ControlHeader;
import dev.convoy.protocol.wire.ControlType;
import dev.convoy.protocol.wire.ErrorCode;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;

class NoiseHandshakeTest {
    private static final Random RANDOM = new Random(1);
    private static final ClusterKeyPair SERVER = ClusterKeyPair.of(chance());
    private static final byte[] RECORD = "user, credential, room password, token".getBytes(StandardCharsets.UTF_8);
    private static final byte[] PROLOGUE = NoiseNk.prologue(ControlType.CONNECT, 11, 22);

    @Test
    void aHandshakeGivesBothEndsTheSameKeys() {
        NoiseInitiator client = client();
        assertThat(client.request()).hasSize(RECORD.length + NoiseNk.OVERHEAD_BYTES);
        NoiseResponder.Reply reply = server(client.request()).answer(new byte[] {42}, chance());
        NoiseAnswer.Finished finished = (NoiseAnswer.Finished) client.read(reply.message());
        assertThat(finished.payload()).containsExactly(42);
        assertThat(finished.keys().send()).isEqualTo(reply.keys().receive()).hasSize(32);
        assertThat(finished.keys().receive()).isEqualTo(reply.keys().send());
        assertThat(finished.keys().send()).isNotEqualTo(finished.keys().receive());
    }

    @Test
    void everyHandshakeHasKeysOfItsOwn() {
        byte[] request = client().request();
        TransportKeys first = server(request).answer(RECORD, chance()).keys();
        TransportKeys repeated = server(request).answer(RECORD, chance()).keys();
        assertThat(first.send()).isNotEqualTo(repeated.send());
        assertThat(first.handshakeHash()).isNotEqualTo(repeated.handshakeHash());
    }

    @Test
    void nothingOfTheRecordIsReadable() {
        String seen = new String(client().request(), StandardCharsets.ISO_8859_1);
        assertThat(seen).doesNotContain("user", "credential", "password", "token");
    }

    @Test
    void anAlteredRequestIsDroppedWhereverItIsAltered() {
        byte[] request = client().request();
        for (int bit = 0; bit < request.length * 8; bit++) {
            if (bit == 255) continue; // the top bit of an X25519 key is ignored, but stands in the transcript: below
            byte[] altered = request.clone();
            altered[bit / 8] ^= (byte) (1 << bit % 8);
            assertThat(NoiseResponder.read(SERVER, PROLOGUE, altered)).isInstanceOf(NoiseDrop.class);
        }
        request[31] ^= (byte) 0x80;
        assertThat(NoiseResponder.read(SERVER, PROLOGUE, request)).isEqualTo(NoiseDrop.NOT_AUTHENTIC);
    }

    @Test
    void aCutOrStretchedMessageIsDropped() {
        NoiseInitiator client = client();
        byte[] request = client.request();
        byte[] answer = server(request).answer(RECORD, chance()).message();
        for (int length = 0; length <= request.length + 2; length++) {
            if (length != request.length)
                assertThat(NoiseResponder.read(SERVER, PROLOGUE, Arrays.copyOf(request, length)))
                        .isInstanceOf(NoiseDrop.class);
            if (length != answer.length)
                assertThat(client.read(Arrays.copyOf(answer, length))).isInstanceOf(NoiseDrop.class);
        }
        assertThat(NoiseResponder.read(SERVER, PROLOGUE, new byte[47])).isEqualTo(NoiseDrop.TRUNCATED);
        assertThat(NoiseResponder.read(SERVER, PROLOGUE, new byte[1201])).isEqualTo(NoiseDrop.OVERSIZED);
    }

    @Test
    void anAlteredAnswerIsDroppedAndTheTrueOneStillTaken() {
        NoiseInitiator client = client();
        byte[] answer = server(client.request()).answer(RECORD, chance()).message();
        for (int bit = 0; bit < answer.length * 8; bit += 3) {
            byte[] altered = answer.clone();
            altered[bit / 8] ^= (byte) (1 << bit % 8);
            assertThat(client.read(altered)).isInstanceOf(NoiseDrop.class);
        }
        assertThat(client.read(answer)).isInstanceOf(NoiseAnswer.Finished.class);
    }

    @Test
    void everyFieldOfThePrologueCounts() {
        byte[] request = client().request();
        assertThat(PROLOGUE).hasSize(ControlHeader.BYTES);
        for (int bit = 0; bit < PROLOGUE.length * 8; bit++) {
            byte[] other = PROLOGUE.clone();
            other[bit / 8] ^= (byte) (1 << bit % 8);
            assertThat(NoiseResponder.read(SERVER, other, request)).isEqualTo(NoiseDrop.NOT_AUTHENTIC);
        }
    }

    @Test
    void theRequestOfOneTypeAttemptOrRoomIsNoneOfAnother() {
        byte[] request = client().request();
        for (byte[] other : new byte[][] {
            NoiseNk.prologue(ControlType.RECONNECT, 11, 22),
            NoiseNk.prologue(ControlType.CONNECT, 12, 22),
            NoiseNk.prologue(ControlType.CONNECT, 11, 23)
        }) assertThat(NoiseResponder.read(SERVER, other, request)).isEqualTo(NoiseDrop.NOT_AUTHENTIC);
    }

    @Test
    void theSameRequestGoesToAnotherTargetAndWithACookie() {
        Envelope first = Envelope.request(ControlType.CONNECT, 0, 11, 22, Envelope.SUITE_SEALED, client().request());
        Envelope redirected = first.withTarget(9);
        byte[] bytes = redirected.encode();
        Envelope came = (Envelope) ControlDatagram.parse(bytes, 0, bytes.length);
        byte[] prologue = NoiseNk.prologue(came.type(), came.affinity(), came.attempt());
        assertThat(NoiseResponder.read(SERVER, prologue, came.payload())).isInstanceOf(NoiseResponder.class);
    }

    @Test
    void aServerWithAnotherKeyCanNeitherReadNorAnswer() {
        ClusterKeyPair impostor = ClusterKeyPair.of(chance());
        NoiseInitiator client = client();
        assertThat(NoiseResponder.read(impostor, PROLOGUE, client.request())).isEqualTo(NoiseDrop.NOT_AUTHENTIC);
        NoiseInitiator fooled = new NoiseInitiator(impostor.publicKey(), PROLOGUE, RECORD, chance());
        NoiseResponder own = (NoiseResponder) NoiseResponder.read(impostor, PROLOGUE, fooled.request());
        assertThat(client.read(own.answer(RECORD, chance()).message())).isEqualTo(NoiseDrop.NOT_AUTHENTIC);
    }

    @Test
    void theAnswerToOneAttemptIsNoneToAnother() {
        NoiseInitiator one = client();
        NoiseInitiator other = client();
        byte[] answer = server(one.request()).answer(RECORD, chance()).message();
        assertThat(other.read(answer)).isEqualTo(NoiseDrop.NOT_AUTHENTIC);
        assertThat(one.read(one.request())).isEqualTo(NoiseDrop.NOT_AUTHENTIC);
    }

    @Test
    void aPlainAnswerIsNoSealedOne() {
        NoiseInitiator client = client();
        byte[] plain = Refused.because(ErrorCode.SUITE_REFUSED, "plain only, trust me, I am the server")
                .encode();
        assertThat(client.read(Arrays.copyOf(plain, 48))).isEqualTo(NoiseDrop.NOT_AUTHENTIC);
    }

    @Test
    void aSealedRequestRelabelledAsPlainIsNoRecord() {
        byte[] sealed = client().request();
        assertThat(ConnectRequest.parse(sealed)).isNull();
        assertThat(ReconnectRequest.parse(sealed)).isNull();
    }

    /** Every point of small order in both encodings where there are two, of cr.yp.to/ecdh.html. */
    @Test
    void pointsOfSmallOrderAreRefusedWithoutAnException() {
        BigInteger p = BigInteger.TWO.pow(255).subtract(BigInteger.valueOf(19));
        BigInteger order8 =
                new BigInteger("325606250916557431795983626356110631294008115727848805560023387167927233504");
        BigInteger order8too =
                new BigInteger("39382357235489614581723060781553021112529911719440698176882885853963445705823");
        for (BigInteger u : new BigInteger[] {
            BigInteger.ZERO, BigInteger.ONE, order8, order8too, p.subtract(BigInteger.ONE), p, p.add(BigInteger.ONE)
        }) {
            byte[] message = new byte[100];
            byte[] bigEndian = u.toByteArray();
            for (int i = 0; i < Math.min(32, bigEndian.length); i++) message[i] = bigEndian[bigEndian.length - 1 - i];
            assertThat(NoiseResponder.read(SERVER, PROLOGUE, message)).isEqualTo(NoiseDrop.BAD_POINT);
            assertThat(client().read(message)).isEqualTo(NoiseDrop.BAD_POINT);
            assertThatThrownBy(() -> ClusterPublicKey.of(Arrays.copyOf(message, 32)))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void anyBytesAreADrop() {
        Random random = new Random(3);
        NoiseInitiator client = client();
        for (int i = 0; i < 1_500; i++) {
            byte[] bytes = new byte[random.nextInt(200)];
            random.nextBytes(bytes);
            assertThat(NoiseResponder.read(SERVER, PROLOGUE, bytes)).isInstanceOf(NoiseDrop.class);
            assertThat(client.read(bytes)).isInstanceOf(NoiseDrop.class);
        }
    }

    @Test
    void theSealedRecordSaysWhatItIs() {
        for (ControlType type : ControlType.values()) {
            SealedRecord record = new SealedRecord(type, 254, RECORD);
            assertThat(SealedRecord.parse(record.encode())).isEqualTo(record);
            assertThat(record.toString()).doesNotContain("credential");
        }
        assertThat(SealedRecord.parse(new byte[0])).isNull();
        assertThat(SealedRecord.parse(new byte[] {'2'})).isNull();
        assertThat(SealedRecord.parse(new byte[] {0, 0, 1})).isNull();
        assertThat(SealedRecord.parse(new byte[] {(byte) 0xB2, 0, 1})).isNull();
    }

    @Test
    void aRequestIsAnsweredOnce() {
        NoiseResponder responder = server(client().request());
        responder.answer(RECORD, chance());
        assertThatThrownBy(() -> responder.answer(RECORD, chance())).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void theLargestRequestAndAnswerFitTheirDatagrams() {
        int largestJoin = 1 + 64 + 2 + 600 + 1 + 32 + 1 + 64 + 1 + 64 + 2 + 128;
        int largestReconnect = 16 + 32 + 4 + 8 + 8 + largestJoin;
        int envelope = ControlHeader.BYTES + 4;
        assertThat(envelope + Cookies.BYTES + largestReconnect + NoiseNk.OVERHEAD_BYTES)
                .isLessThanOrEqualTo(ControlDatagram.BYTES_MAX);
        int largestAccept = 2 + 2 + 4 + 32 + 16 + 8 + 4 + 16 + 65 + 65;
        assertThat(envelope + largestAccept + NoiseNk.OVERHEAD_BYTES).isLessThanOrEqualTo(Envelope.REQUEST_BYTES_MIN);
    }

    @Test
    void keysHaveTextFormsAndDoNotShowTheirSecret() {
        byte[] raw = chance();
        ClusterKeyPair pair = ClusterKeyPair.of(raw);
        assertThat(ClusterKeyPair.parse(pair.privateHex()).publicKey()).isEqualTo(pair.publicKey());
        assertThat(ClusterKeyPair.parse(" " + pair.privateBase64() + "\n").publicKey())
                .isEqualTo(pair.publicKey());
        assertThat(ClusterPublicKey.parse(pair.publicKey().toHex())).isEqualTo(pair.publicKey());
        assertThat(ClusterPublicKey.parse(pair.publicKey().toBase64().replace("=", "")))
                .isEqualTo(pair.publicKey());
        assertThat(pair.toString()).doesNotContain(pair.privateHex(), pair.privateBase64());
        NoiseInitiator client = client();
        NoiseResponder.Reply reply = server(client.request()).answer(RECORD, chance());
        for (Object shown : new Object[] {reply, reply.keys(), client.read(reply.message()), client})
            assertThat(shown.toString())
                    .doesNotContain(HexFormat.of().formatHex(reply.keys().send()));
        String wrong = pair.privateHex().substring(2) + "zz";
        assertThatThrownBy(() -> ClusterKeyPair.parse(wrong))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageNotContaining(wrong.substring(0, 8))
                .hasNoCause();
    }

    private static NoiseInitiator client() {
        return new NoiseInitiator(SERVER.publicKey(), PROLOGUE, RECORD, chance());
    }

    private static NoiseResponder server(byte[] request) {
        NoiseRequest read = NoiseResponder.read(SERVER, PROLOGUE, request);
        assertThat(read).isInstanceOf(NoiseResponder.class);
        return (NoiseResponder) read;
    }

    private static byte[] chance() {
        byte[] bytes = new byte[NoiseNk.EPHEMERAL_BYTES];
        RANDOM.nextBytes(bytes);
        return bytes;
    }
}
