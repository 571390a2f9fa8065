package dev.convoy.protocol.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VarintTest {
    private final FrameReader reader = new FrameReader();

    @ParameterizedTest
    @CsvSource({
        "0, 00",
        "1, 01",
        "127, 7f",
        "128, 8001",
        "300, ac02",
        "16383, ff7f",
        "16384, 808001",
        "4294967296, 8080808010",
        "9223372036854775807, ffffffffffffffff7f"
    })
    void aNumberHasItsShortestForm(long value, String hex) {
        byte[] bytes = new byte[Varint.BYTES_MAX];
        int length = Varint.write(bytes, 0, value);
        assertThat(HexFormat.of().formatHex(bytes, 0, length)).isEqualTo(hex);
        assertThat(Varint.bytes(value)).isEqualTo(length);
        assertThat(read(Arrays.copyOf(bytes, length))).isEqualTo(value);
    }

    @Test
    void everyNumberComesBack() {
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < 100_000; i++) {
            long value = random.nextLong() >>> (1 + random.nextInt(63));
            byte[] bytes = new byte[Varint.BYTES_MAX];
            int length = Varint.write(bytes, 0, value);
            assertThat(length).isEqualTo(Varint.bytes(value));
            assertThat(read(Arrays.copyOf(bytes, length))).isEqualTo(value);
        }
    }

    @Test
    void aLongerFormIsUnderstood() {
        assertThat(read(new byte[] {(byte) 0x81, (byte) 0x80, 0})).isEqualTo(1);
    }

    @Test
    void aNumberThatIsCutOffOrTooLongIsNone() {
        assertThat(read(new byte[0])).isNegative();
        assertThat(read(new byte[] {(byte) 0x80})).isNegative();
        byte[] tenBytes = new byte[10];
        Arrays.fill(tenBytes, 0, 9, (byte) 0xFF);
        tenBytes[9] = 1;
        assertThat(read(tenBytes)).as("64 bits").isNegative();
    }

    /** The number of an ACK frame, -1 when the frame is not whole. */
    private long read(byte[] varint) {
        byte[] frame = new byte[1 + varint.length];
        frame[0] = (byte) FrameType.ACK.code();
        System.arraycopy(varint, 0, frame, 1, varint.length);
        return reader.wrap(frame, 0, frame.length) == FrameType.ACK ? reader.ack() : -1;
    }
}
