package dev.convoy.protocol.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class WireReaderTest {
    private static final int TRIALS = 1_000_000;

    @Test
    void whatIsWrittenIsRead() {
        byte[] bytes = new WireWriter()
                .u8(0xFE)
                .u16(0xFEDC)
                .u32(0xFEDCBA98)
                .u64(-2)
                .bytes16(new byte[] {1, 2})
                .text8("é房𝄞")
                .raw(new byte[] {3})
                .toBytes();
        assertThat(bytes).startsWith(0xFE, 0xDC, 0xFE, 0x98, 0xBA, 0xDC, 0xFE, 0xFE, 0xFF);
        WireReader reader = new WireReader(bytes, 0, bytes.length);
        assertThat(reader.u8()).isEqualTo(0xFE);
        assertThat(reader.u16()).isEqualTo(0xFEDC);
        assertThat(reader.u32()).isEqualTo(0xFEDCBA98);
        assertThat(reader.u64()).isEqualTo(-2);
        assertThat(reader.bytes16(2)).containsExactly(1, 2);
        assertThat(reader.text8(9)).isEqualTo("é房𝄞");
        assertThat(reader.remaining()).isEqualTo(1);
        assertThat(reader.raw(1)).containsExactly(3);
        assertThat(reader.isIntact()).isTrue();
    }

    @Test
    void nothingIsReadBehindWhatWasMissing() {
        WireReader reader = new WireReader(new byte[] {1, 2, 3}, 0, 3);
        assertThat(reader.u32()).isZero();
        assertThat(reader.isIntact()).isFalse();
        assertThat(reader.u8()).isZero();
        assertThat(reader.raw(1)).isEmpty();
        assertThat(reader.text8(10)).isEmpty();
    }

    @Test
    void timesAndNumbersAreNotNegative() {
        byte[] ones = {-1, -1, -1, -1, -1, -1, -1, -1};
        WireReader time = new WireReader(ones, 0, 8);
        assertThat(time.u31()).isZero();
        assertThat(time.isIntact()).isFalse();
        WireReader number = new WireReader(ones, 0, 8);
        assertThat(number.u63()).isZero();
        assertThat(number.isIntact()).isFalse();
    }

    @Test
    void textIsWellFormedWithoutControlCharactersAndNotTooLong() {
        assertThat(isTaken("plain", 5)).isTrue();
        assertThat(isTaken("plain", 4)).isFalse();
        assertThat(isTaken("", 0)).isTrue();
        assertThat(isTaken("two\nlines", 64)).isFalse();
        assertThat(isTaken("\u0000", 64)).isFalse();
        assertThat(isTaken("\u007F", 64)).isFalse();
        assertThat(isTaken("\u0085", 64)).isFalse();
        assertThat(isTaken(new byte[] {(byte) 0xC0, (byte) 0x80}, 64))
                .as("overlong")
                .isFalse();
        assertThat(isTaken(new byte[] {(byte) 0xED, (byte) 0xA0, (byte) 0x80}, 64))
                .as("surrogate")
                .isFalse();
        assertThat(isTaken(new byte[] {(byte) 0xE6, (byte) 0x88}, 64))
                .as("cut off")
                .isFalse();
        assertThat(isTaken(new byte[] {(byte) 0xF5, (byte) 0x80, (byte) 0x80, (byte) 0x80}, 64))
                .isFalse();
    }

    @Test
    void textThatIsValidIsTakenAndNoOther() {
        SplittableRandom random = new SplittableRandom(4);
        for (int i = 0; i < 200_000; i++) {
            StringBuilder text = new StringBuilder();
            for (int n = random.nextInt(5); n > 0; n--)
                text.append((char) random.nextInt(random.nextInt(4) == 0 ? 160 : 0x10000));
            int bytesMax = random.nextInt(12);
            boolean isWellFormed = StandardCharsets.UTF_8.newEncoder().canEncode(text);
            boolean isTaken = isWellFormed && isTaken(text.toString(), bytesMax);
            assertThat(Text.isValid(text.toString(), bytesMax)).as("%s", text).isEqualTo(isTaken);
            assertThat(Text.isValid(Text.bounded(text.toString(), bytesMax), bytesMax))
                    .isTrue();
            if (isTaken) assertThat(Text.bounded(text.toString(), bytesMax)).contains(text);
        }
    }

    @Test
    void textThatDoesNotFitIsRefusedByName() {
        assertThatThrownBy(() -> Text.require("abc", 2, "the user"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("the user");
        assertThat(Text.require("abc", 3, "the user")).isEqualTo("abc");
    }

    @Test
    void noBytesMakeItThrow() {
        SplittableRandom random = new SplittableRandom(5);
        byte[] bytes = new byte[64];
        for (int i = 0; i < TRIALS; i++) {
            random.nextBytes(bytes);
            if (random.nextBoolean()) bytes[8] = (byte) random.nextInt(40);
            int length = random.nextInt(57);
            WireReader reader = new WireReader(bytes, 8, length);
            for (int field = 0; field < 6; field++) readSomething(reader, random);
            assertThat(reader.remaining()).isBetween(0, length);
        }
    }

    private static void readSomething(WireReader reader, SplittableRandom random) {
        switch (random.nextInt(8)) {
            case 0 -> assertThat(reader.u8()).isBetween(0, 255);
            case 1 -> assertThat(reader.u16()).isBetween(0, 65_535);
            case 2 -> reader.u32();
            case 3 -> reader.u64();
            case 4 -> assertThat(reader.u31() + reader.u63() >= 0).isTrue();
            case 5 -> reader.raw(random.nextInt(70));
            case 6 -> assertThat(reader.bytes16(20)).hasSizeLessThanOrEqualTo(20);
            default -> assertThat(Text.isValid(reader.text8(20), 20)).isTrue();
        }
    }

    private static boolean isTaken(String text, int bytesMax) {
        return isTaken(text.getBytes(StandardCharsets.UTF_8), bytesMax);
    }

    private static boolean isTaken(byte[] utf8, int bytesMax) {
        byte[] bytes = new WireWriter().bytes16(utf8).toBytes();
        // A u8 length: the low byte of the u16, at the place of the high one.
        bytes[1] = bytes[0];
        WireReader reader = new WireReader(bytes, 1, bytes.length - 1);
        String text = reader.text8(bytesMax);
        assertThat(reader.isIntact() || text.isEmpty()).isTrue();
        return reader.isIntact();
    }
}
