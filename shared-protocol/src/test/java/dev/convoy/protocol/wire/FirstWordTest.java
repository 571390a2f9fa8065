package dev.convoy.protocol.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the first four bytes of a datagram say. */
class FirstWordTest {
    @Test
    void theHighByteSaysWhoseADatagramIs() {
        int nodes = 0;
        for (int high = 0; high < 256; high++) {
            int word = high << 24 | 0x00AB_CDEF;
            assertThat(ServerId.of(word)).isEqualTo(high);
            DatagramKind expected = switch (high) {
                case 0, 255 -> DatagramKind.ILLEGAL;
                case 'K' -> DatagramKind.CONTROL;
                default -> DatagramKind.DATA;
            };
            assertThat(DatagramKind.of(word)).as("high byte " + high).isEqualTo(expected);
            assertThat(ServerId.isValid(high)).isEqualTo(expected == DatagramKind.DATA);
            if (expected == DatagramKind.DATA) nodes++;
        }
        assertThat(nodes).isEqualTo(ServerId.COUNT).isEqualTo(253);
    }

    @Test
    void noNumberOutsideAByteIsAServerId() {
        assertThat(List.of(-1, 256, 257, Integer.MAX_VALUE, Integer.MIN_VALUE)).noneMatch(ServerId::isValid);
    }

    @Test
    void everyControlTypeHasItsLetter() {
        StringBuilder letters = new StringBuilder();
        for (ControlType type : ControlType.values()) {
            assertThat(type.magic() >>> 8).isEqualTo(0x4B4350);
            assertThat(ControlType.of(type.magic())).isEqualTo(type);
            assertThat(DatagramKind.of(type.magic())).isEqualTo(DatagramKind.CONTROL);
            letters.append((char) (type.magic() & 0xFF));
        }
        assertThat(letters).hasToString("123456789AB");
        assertThat(ControlType.CONNECT.magic()).isEqualTo(0x4B435031);
    }

    @Test
    void allOtherLettersAndMagicsAreUnknown() {
        List<Integer> known = new ArrayList<>();
        for (int low = 0; low < 1 << 16; low++) {
            if (ControlType.of(0x4B43_0000 | low) != null) known.add(low);
        }
        assertThat(known).hasSize(11).allMatch(low -> low >>> 8 == 'P');
        assertThat(ControlType.of(0)).isNull();
        assertThat(ControlType.of(0x4C435031)).isNull();
    }

    @Test
    void aPathHeaderHasTheLengthOfItsKind() {
        for (int kind = 0; kind < 256; kind++) {
            int expected = (kind & 0x7F) == 4 ? 8 : (kind & 0x7F) == 6 ? 20 : 0;
            assertThat(PathHeader.bytes(kind)).isEqualTo(expected);
            assertThat(PathHeader.bytes((byte) kind)).isEqualTo(expected);
            byte[] bytes = new byte[30];
            bytes[5] = (byte) kind;
            for (int length = 0; length < 25; length++) {
                assertThat(PathHeader.isPresent(bytes, 5, length)).isEqualTo(expected > 0 && length >= expected);
            }
            assertThat(PathHeader.hasHopped(bytes, 5)).isEqualTo(kind >= 0x80);
            bytes[6] = 1;
            assertThat(PathHeader.isPresent(bytes, 5, 25)).as("not zero").isFalse();
        }
    }

    @Test
    void everyErrorHasItsOwnNumber() {
        for (ErrorCode error : ErrorCode.values()) {
            assertThat(error.code()).isBetween(1, 0xFFFF);
            assertThat(ErrorCode.of(error.code())).isEqualTo(error);
            assertThat(error.english()).isNotBlank();
            assertThat(error.chinese()).isNotBlank();
        }
        assertThat(ErrorCode.of(0)).isNull();
        assertThat(ErrorCode.of(9_999)).isNull();
    }

    @Test
    void aSessionIdIsItsHexDigits() {
        SessionId id = new SessionId(0x0102030405060708L, 0x090A0B0C0D0E0F10L);
        assertThat(id).hasToString("0807060504030201100f0e0d0c0b0a09");
        assertThat(SessionId.parse(id.toString())).isEqualTo(id);
        assertThat(SessionId.of(id.toBytes(), 0)).isEqualTo(id);
    }
}
