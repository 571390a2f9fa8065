package dev.convoy.protocol.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.convoy.protocol.wire.ErrorCode;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The frames of docs/PROTOCOL.md, byte for byte, and what is none. */
class FramesTest {
    private static final int MUTATIONS = 1_000_000;

    private final byte[] into = new byte[256];
    private final FrameReader reader = new FrameReader();

    @Test
    void dataHasItsNumberAndAnAcknowledgement() {
        assertThat(hex(Frames.numbered(into, new Outbox.Entry(300, new byte[] {8, 7}, false), 127)))
                .isEqualTo("01ac027f0807");
        assertThat(wrapped(6)).isEqualTo(FrameType.DATA);
        assertThat(reader.seq()).isEqualTo(300);
        assertThat(reader.ack()).isEqualTo(127);
        assertThat(reader.payload()).containsExactly(8, 7);
        assertThat(reader.payloadBytes()).isEqualTo(2);
    }

    @Test
    void anAcknowledgementIsANumber() {
        assertThat(hex(Frames.ack(into, 16_384))).isEqualTo("02808001");
        assertThat(wrapped(4)).isEqualTo(FrameType.ACK);
        assertThat(reader.ack()).isEqualTo(16_384);
    }

    @Test
    void aPingHasANonceAndAPongTheSame() {
        assertThat(hex(Frames.ping(into, 0x1122334455667788L))).isEqualTo("038877665544332211");
        assertThat(wrapped(9)).isEqualTo(FrameType.PING);
        assertThat(reader.nonce()).isEqualTo(0x1122334455667788L);
        assertThat(hex(Frames.pong(into, -1))).isEqualTo("04ffffffffffffffff");
        assertThat(wrapped(9)).isEqualTo(FrameType.PONG);
        assertThat(reader.nonce()).isEqualTo(-1);
    }

    @Test
    void aStateSaysWhatItContains() {
        Outbox.Entry state = new Outbox.Entry(128, Frames.stateMessage(300, new byte[] {1, 2, 3}), true);
        assertThat(hex(Frames.numbered(into, state, 127))).isEqualTo("0580017f2c01000000000000010203");
        assertThat(wrapped(15)).isEqualTo(FrameType.STATE);
        assertThat(reader.seq()).isEqualTo(128);
        assertThat(reader.ack()).isEqualTo(127);
        assertThat(reader.contains()).isEqualTo(300);
        assertThat(reader.payload()).containsExactly(1, 2, 3);
        for (int length = 1; length < 12; length++) assertThat(wrapped(length)).isNull();
        into[11] = -1;
        assertThat(wrapped(15)).as("a negative number").isNull();
    }

    @Test
    void goingAwayHasASpreadAndATarget() {
        assertThat(hex(Frames.goAway(into, 5_000, 0xFE))).isEqualTo("0688130000fe");
        assertThat(wrapped(6)).isEqualTo(FrameType.GOAWAY);
        assertThat(reader.spreadMs()).isEqualTo(5_000);
        assertThat(reader.target()).isEqualTo(0xFE);
    }

    @Test
    void anErrorAndAnEndHaveACodeAndAreForPeople() {
        assertThat(hex(Frames.error(into, ErrorCode.RETRY_LATER, 250, "é"))).isEqualTo("082000fa000000c3a9");
        assertThat(wrapped(9)).isEqualTo(FrameType.ERROR);
        assertThat(reader.code()).isEqualTo(32);
        assertThat(reader.retryAfterMs()).isEqualTo(250);
        assertThat(reader.detail()).isEqualTo("é");
        assertThat(hex(Frames.close(into, ErrorCode.KICKED, ""))).isEqualTo("09410000000000");
        assertThat(wrapped(7)).isEqualTo(FrameType.CLOSE);
        assertThat(reader.detail()).isEmpty();
    }

    @Test
    void aVolatileMessageHasNoNumber() {
        Frames.volatileHeader(into, 0, 0xFE, 0x01020304);
        into[6] = 5;
        into[7] = 6;
        assertThat(hex(8)).isEqualTo("0bfe040302010506");
        assertThat(wrapped(8)).isEqualTo(FrameType.VOLATILE);
        assertThat(reader.channel()).isEqualTo(0xFE);
        assertThat(reader.payload()).containsExactly(5, 6);
    }

    @Test
    void aDetailOfAnyLengthFits() {
        int length = Frames.close(into, ErrorCode.KICKED, "踢\n".repeat(1_000));
        assertThat(wrapped(length)).isEqualTo(FrameType.CLOSE);
        assertThat(reader.detail()).hasSize(80).startsWith("踢 踢");
    }

    @Test
    void everyTypeHasItsCodeAndAllOthersAreUnknown() {
        assertThat(Arrays.stream(FrameType.values()).map(FrameType::code))
                .containsExactly(1, 2, 3, 4, 5, 6, 8, 9, 10, 11);
        int known = 0;
        for (int code = Byte.MIN_VALUE; code <= Byte.MAX_VALUE; code++) {
            FrameType type = FrameType.of(code);
            if (type == null) continue;
            assertThat(type.code()).isEqualTo(code);
            known++;
        }
        assertThat(known).isEqualTo(10);
    }

    @Test
    void aFrameThatIsCutOffIsNone() {
        int[] lengths = {
            Frames.numbered(into, new Outbox.Entry(300, new byte[0], false), 127),
            Frames.ack(into, 300),
            Frames.ping(into, 1),
            Frames.goAway(into, 1, 1),
            Frames.close(into, ErrorCode.LEFT, "")
        };
        FrameType[] types = {FrameType.DATA, FrameType.ACK, FrameType.PING, FrameType.GOAWAY, FrameType.CLOSE};
        for (int i = 0; i < types.length; i++) {
            Arrays.fill(into, (byte) 0x80);
            into[0] = (byte) types[i].code();
            for (int length = 1; length < lengths[i]; length++) {
                assertThat(wrapped(length)).as(types[i] + " of " + length).isNull();
            }
        }
        assertThat(wrapped(0)).isNull();
    }

    @Test
    void timesOfMoreThan31BitsAreNone() {
        Frames.goAway(into, -1, 1);
        assertThat(wrapped(6)).isNull();
        Frames.error(into, ErrorCode.RETRY_LATER, Integer.MIN_VALUE, "");
        assertThat(wrapped(7)).isNull();
    }

    @Test
    void noBytesMakeTheReaderThrow() {
        SplittableRandom random = new SplittableRandom(2);
        byte[] bytes = new byte[40];
        for (int i = 0; i < MUTATIONS; i++) {
            random.nextBytes(bytes);
            if (random.nextInt(4) != 0) bytes[10] = (byte) random.nextInt(13);
            int length = random.nextInt(31);
            FrameType type = reader.wrap(bytes, 10, length);
            if (type != null) readAll(type);
        }
    }

    private void readAll(FrameType type) {
        switch (type) {
            case DATA, STATE -> assertThat(reader.seq()).isNotNegative();
            case ACK -> assertThat(reader.ack()).isNotNegative();
            case PING, PONG -> reader.nonce();
            case GOAWAY -> assertThat(reader.spreadMs() + reader.target()).isNotNegative();
            case ERROR, CLOSE ->
                assertThat(reader.code() + reader.detail().length()).isNotNegative();
            case PEER, VOLATILE -> assertThat(reader.payload()).hasSizeLessThan(31);
        }
        if (type == FrameType.DATA || type == FrameType.STATE) {
            assertThat(reader.payload()).hasSize(reader.payloadBytes());
        }
    }

    private @Nullable FrameType wrapped(int length) {
        return reader.wrap(into, 0, length);
    }

    private String hex(int length) {
        return HexFormat.of().formatHex(into, 0, length);
    }
}
