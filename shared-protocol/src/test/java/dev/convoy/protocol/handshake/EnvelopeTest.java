package dev.convoy.protocol.handshake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.convoy.protocol.wire.Affinity;
import dev.convoy.protocol.wire.ControlHeader;
import dev.convoy.protocol.wire.ControlType;
import dev.convoy.protocol.wire.ErrorCode;
import dev.convoy.protocol.wire.SessionId;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** The control datagrams of docs/PROTOCOL.md byte for byte, what is dropped, and that no answer outweighs its request. */
class EnvelopeTest {
    private static final int TRIALS = 1_000_000;
    private static final long ATTEMPT = 0x1122334455667788L;
    private static final String JOIN = "03616e6e02000102046563686f06726f6f6d2d310270770100ff";
    private static final String TOKEN = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
    private static final String GRANT =
            "fe000081" + TOKEN + "a0a1a2a3a4a5a6a7a8a9aaabacadaeaf" + "0700000000000000" + "30750000";
    private static final String SESSION = "0807060504030201100f0e0d0c0b0a09";

    private final long affinity = Affinity.ofRoom("room-1");
    private final JoinRequest join = new JoinRequest("ann", hex("0102"), "echo", "room-1", "pw", hex("ff"));
    private final ReconnectToken token = ReconnectToken.of(hex(TOKEN));
    private final SessionId session = SessionId.parse(SESSION);
    private final Grant grant = new Grant(Samples.CONV, token, hex("a0a1a2a3a4a5a6a7a8a9aaabacadaeaf"), 7, 30_000);
    private final Envelope connect = request(ControlType.CONNECT, 0, new ConnectRequest(join).encode());
    private final Envelope reconnect = request(
            ControlType.RECONNECT, 0x81, new ReconnectRequest(session, token, Samples.CONV, 7, 42, join).encode());

    @Test
    void aConnectIsTheseBytes() {
        assertRequest(connect, "3150434b01000000" + key() + "00001a00" + JOIN);
    }

    @Test
    void aReconnectIsTheseBytes() {
        assertRequest(
                reconnect,
                "3550434b01810000" + key() + "00005e00" + SESSION + TOKEN + "fe000081" + "0700000000000000"
                        + "2a00000000000000" + JOIN);
    }

    @Test
    void anAcceptIsTheseBytes() {
        Answer answer = new Accepted(grant, session, "room-1", "p1");
        assertThat(hex(connect.answer(answer).encode()))
                .isEqualTo("3250434b01000000" + key() + "00005c00" + "0000" + GRANT + SESSION + "06726f6f6d2d31"
                        + "027031");
    }

    @Test
    void aRefusalIsTheseBytes() {
        Answer answer = new Refused(ErrorCode.RETRY_LATER.code(), 250, "busy");
        assertThat(hex(connect.answer(answer).encode()))
                .isEqualTo("3250434b01000000" + key() + "00000b00" + "2000" + "fa000000" + "0462757379");
    }

    @Test
    void aResumedIsTheseBytes() {
        Answer answer = new Resumed(grant, 41, Resumed.Place.RESTORED);
        assertThat(hex(reconnect.answer(answer).encode()))
                .isEqualTo("3650434b01810000" + key() + "00004b00" + "0000" + GRANT + "2900000000000000" + "01");
    }

    @Test
    void aRedirectIsTheseBytes() {
        byte[] datagram = connect.answer(new Redirect(0x82, 1_500)).encode();
        assertThat(hex(datagram)).isEqualTo("4250434b01820000" + key() + "00000400" + "dc050000");
        assertThat(Redirect.parse(parsed(datagram))).isEqualTo(new Redirect(0x82, 1_500));
    }

    @Test
    void aProbeIsItsHeaderAndAnyBytesAndItsReplyRepeatsThem() {
        byte[] datagram = hex("3950434b01810000" + "0000000000000000" + "8877665544332211" + "68656c6c6f");
        Envelope probe = parsed(datagram);
        assertThat(probe.payload()).asString().isEqualTo("hello");
        assertThat(probe.encode()).isEqualTo(datagram);
        Envelope reply = Envelope.request(ControlType.PROBE_REPLY, 0x81, 0, ATTEMPT, 0, probe.payload());
        assertThat(reply.encode()).hasSameSizeAs(datagram).startsWith('A', 'P', 'C', 'K');
    }

    @Test
    void theSameRequestGoesToAnotherNode() {
        Envelope other = parsed(connect.withTarget(0x82).encode());
        assertThat(other.target()).isEqualTo(0x82);
        assertThat(other.attempt()).isEqualTo(ATTEMPT);
        assertThat(other.payload()).isEqualTo(connect.payload());
    }

    @Test
    void everythingThatIsNoControlDatagramHasItsReason() {
        byte[] good = connect.encode();
        assertThat(drop(Arrays.copyOf(good, 0))).isEqualTo(ControlDrop.TRUNCATED);
        assertThat(drop(Arrays.copyOf(good, ControlHeader.BYTES - 1))).isEqualTo(ControlDrop.TRUNCATED);
        assertThat(drop(Arrays.copyOf(good, 1_201))).isEqualTo(ControlDrop.OVERSIZED);
        assertThat(drop(with(good, 0, 'C'))).isEqualTo(ControlDrop.UNKNOWN_TYPE);
        assertThat(drop(with(good, ControlHeader.VERSION_OFFSET, 0))).isEqualTo(ControlDrop.UNKNOWN_VERSION);
        assertThat(drop(with(good, ControlHeader.VERSION_OFFSET, 2))).isEqualTo(ControlDrop.UNKNOWN_VERSION);
        assertThat(drop(Arrays.copyOf(good, 511))).isEqualTo(ControlDrop.NOT_PADDED);
        assertThat(drop(with(good, ControlHeader.BYTES + 3, 0xFF))).isEqualTo(ControlDrop.MALFORMED);
        assertThat(drop(with(good, ControlHeader.BYTES + 1, 33)))
                .as("a long cookie")
                .isEqualTo(ControlDrop.MALFORMED);
        assertThat(parsed(Arrays.copyOf(good, 1_200)).payload()).isEqualTo(connect.payload());
        for (ControlDrop drop : ControlDrop.values()) assertThat(drop.label()).matches("[a-z_]+");
    }

    @Test
    void aRequestThatIsCutOffIsDropped() {
        Envelope largest = request(ControlType.CONNECT, 0, new ConnectRequest(Samples.largestJoin()).encode());
        byte[] datagram = largest.encode();
        for (int length = 0; length < datagram.length; length++) {
            ControlDrop expected = length < ControlHeader.BYTES
                    ? ControlDrop.TRUNCATED
                    : length < 512 ? ControlDrop.NOT_PADDED : ControlDrop.MALFORMED;
            assertThat(ControlDatagram.parse(datagram, 0, length)).isEqualTo(expected);
        }
    }

    @Test
    void anAnswerThatIsCutOffIsDropped() {
        byte[] datagram =
                connect.answer(new Accepted(grant, session, "room-1", "p1")).encode();
        for (int length = 0; length < datagram.length; length++) {
            assertThat(ControlDatagram.parse(datagram, 0, length)).isInstanceOf(ControlDrop.class);
        }
    }

    @Test
    void theLargestRequestFitsADatagramWithACookie() {
        byte[] record = new ReconnectRequest(session, token, -1, Long.MAX_VALUE, Long.MAX_VALUE, Samples.largestJoin())
                .encode();
        Envelope largest =
                new Envelope(ControlType.RECONNECT, 255, -1, -1, Envelope.SUITE_SEALED, new byte[32], record);
        // 48 more for a sealed record's key and tag.
        assertThat(largest.encode().length + 48).isLessThanOrEqualTo(ControlDatagram.BYTES_MAX);
        assertThat(ReconnectRequest.parse(parsed(largest.encode()).payload())).isNotNull();
        Envelope larger = request(ControlType.CONNECT, 0, new byte[1_173]);
        assertThatThrownBy(larger::encode).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void noAnswerIsLargerThanTheSmallestRequest() {
        int smallest = request(ControlType.CONNECT, 0, new ConnectRequest(Samples.smallestJoin()).encode())
                .encode()
                .length;
        assertThat(smallest).isEqualTo(Envelope.REQUEST_BYTES_MIN);
        Grant large = new Grant(-1, token, new byte[16], Long.MAX_VALUE, Integer.MAX_VALUE);
        Answer[] answers = {
            new Accepted(large, session, "r".repeat(64), "p".repeat(64)),
            new Resumed(large, Long.MAX_VALUE, Resumed.Place.RESTORED),
            new Refused(0xFFFF, Integer.MAX_VALUE, "房".repeat(10_000)),
            new Redirect(254, Integer.MAX_VALUE)
        };
        for (Answer answer : answers) {
            for (Envelope request : new Envelope[] {connect, reconnect}) {
                // 48 more for a sealed record's key and tag.
                assertThat(request.answer(answer).encode().length + 48).isLessThanOrEqualTo(smallest);
            }
        }
    }

    @Test
    void anAnswerHasNoAnswer() {
        Envelope accept = connect.answer(Refused.because(ErrorCode.BANNED, ""));
        assertThatThrownBy(() -> accept.answer(Refused.because(ErrorCode.BANNED, "")))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void noBytesMakeTheParserThrow() {
        SplittableRandom random = new SplittableRandom(6);
        byte[] bytes = new byte[1_300];
        byte[] good = reconnect.encode();
        int[] seen = new int[2];
        for (int i = 0; i < TRIALS; i++) {
            System.arraycopy(good, 0, bytes, 16, good.length);
            for (int n = random.nextInt(4); n >= 0; n--) bytes[16 + random.nextInt(160)] = (byte) random.nextInt();
            int length = random.nextBoolean() ? good.length : random.nextInt(1_284);
            ControlDatagram datagram = ControlDatagram.parse(bytes, 16, length);
            seen[datagram instanceof Envelope ? 0 : 1]++;
            if (datagram instanceof Envelope envelope) {
                ReconnectRequest.parse(envelope.payload());
                assertThat(envelope.payload().length).isLessThan(length);
            }
        }
        assertThat(seen[0]).isGreaterThan(TRIALS / 10);
        assertThat(seen[1]).isGreaterThan(TRIALS / 10);
    }

    private Envelope request(ControlType type, int target, byte[] record) {
        return Envelope.request(type, target, affinity, ATTEMPT, Envelope.SUITE_PLAIN, record);
    }

    /** Affinity and attempt. */
    private static String key() {
        return "4c972df824a693bf" + "8877665544332211";
    }

    private static void assertRequest(Envelope request, String hex) {
        byte[] datagram = request.encode();
        assertThat(datagram).hasSize(512);
        assertThat(hex(Arrays.copyOf(datagram, hex.length() / 2))).isEqualTo(hex);
        assertThat(Arrays.copyOfRange(datagram, hex.length() / 2, 512)).containsOnly(0);
        Envelope parsed = parsed(datagram);
        assertThat(parsed.type()).isEqualTo(request.type());
        assertThat(parsed.target()).isEqualTo(request.target());
        assertThat(parsed.affinity()).isEqualTo(request.affinity());
        assertThat(parsed.attempt()).isEqualTo(request.attempt());
        assertThat(parsed.suite()).isEqualTo(request.suite());
        assertThat(parsed.cookie()).isEmpty();
        assertThat(parsed.payload()).isEqualTo(request.payload());
    }

    private static Envelope parsed(byte[] datagram) {
        return (Envelope) ControlDatagram.parse(datagram, 0, datagram.length);
    }

    private static ControlDatagram drop(byte[] datagram) {
        return ControlDatagram.parse(datagram, 0, datagram.length);
    }

    private static byte[] with(byte[] datagram, int offset, int value) {
        byte[] changed = datagram.clone();
        changed[offset] = (byte) value;
        return changed;
    }

    private static byte[] hex(String digits) {
        return HexFormat.of().parseHex(digits);
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }
}
