package dev.convoy.protocol.handshake;

import static org.assertj.core.api.Assertions.assertThat;

import dev.convoy.protocol.wire.ControlType;
import dev.convoy.protocol.wire.LittleEndian;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ResetTest {
    private static final byte[] KEY = new byte[ResetKey.BYTES];
    private static final int CONV = 0x03000102;
    private static final long EPOCH = 1_763_640_000_123L;

    private final ResetKey key = new ResetKey(KEY);
    private final byte[] token = ResetToken.of(KEY, CONV, EPOCH);

    @Test
    void itIsTheseBytes() {
        assertThat(HexFormat.of().formatHex(reset()))
                .isEqualTo("3850434b" + "02010003" + HexFormat.of().formatHex(token));
        assertThat(Reset.BYTES).as("no KCP datagram is smaller").isEqualTo(24);
    }

    @Test
    void aClientBelievesItsOwnTokenOnly() {
        assertThat(isMine(reset())).isTrue();
        assertThat(Reset.isFor(reset(), 0, Reset.BYTES, CONV + 1, token)).isFalse();
        assertThat(Reset.isFor(reset(), 0, Reset.BYTES, CONV, ResetToken.of(KEY, CONV, EPOCH + 1)))
                .isFalse();
        assertThat(Reset.isFor(reset(), 0, Reset.BYTES, CONV, new byte[0])).isFalse();
    }

    @Test
    void oneBitMoreOrLessIsNoReset() {
        for (int bit = 0; bit < Reset.BYTES * 8; bit++) {
            byte[] bytes = reset();
            bytes[bit / 8] ^= (byte) (1 << bit % 8);
            assertThat(isMine(bytes)).as("bit %d", bit).isFalse();
        }
        for (int length = 0; length < Reset.BYTES; length++) {
            assertThat(isMine(Arrays.copyOf(reset(), length))).isFalse();
        }
        assertThat(isMine(Arrays.copyOf(reset(), Reset.BYTES + 1))).isFalse();
    }

    @Test
    void aKeyKeptSaysTheSameAsOneMadeAnew() {
        SplittableRandom random = new SplittableRandom(11);
        byte[] signed = new byte[20];
        for (int i = 0; i < 1000; i++) {
            int conv = random.nextInt();
            long epoch = random.nextLong();
            key.sign(conv, epoch, signed, 2);
            assertThat(Arrays.copyOfRange(signed, 2, 18)).isEqualTo(ResetToken.of(KEY, conv, epoch));
        }
    }

    @Test
    void noBytesAreAFault() {
        SplittableRandom random = new SplittableRandom(5);
        for (int i = 0; i < 10_000; i++) {
            byte[] bytes = new byte[random.nextInt(64)];
            random.nextBytes(bytes);
            if (bytes.length >= 4) LittleEndian.putU32(bytes, 0, ControlType.RESET.magic());
            assertThat(isMine(bytes)).isFalse();
        }
    }

    private boolean isMine(byte[] bytes) {
        return Reset.isFor(bytes, 0, bytes.length, CONV, token);
    }

    private byte[] reset() {
        byte[] bytes = new byte[Reset.BYTES];
        Reset.write(bytes, 0, key, CONV, EPOCH);
        return bytes;
    }
}
