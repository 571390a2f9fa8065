package dev.convoy.protocol.conv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.convoy.protocol.wire.DatagramKind;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ConvTest {
    @Test
    void aWordIsAConvExactlyWhenItIsADataDatagrams() {
        for (int high = 0; high < 256; high++) {
            for (int low : new int[] {0, 1, 0x435031, 0xFFFFFF}) {
                int word = high << 24 | low;
                assertThat(Conv.isLegal(word)).isEqualTo(DatagramKind.of(word) == DatagramKind.DATA);
                assertThat(Conv.isLegal(word)).isEqualTo(high != 0 && high != 0x4B && high != 0xFF);
            }
        }
    }

    @Test
    void everyRankIsAnotherConvInAscendingOrder() {
        assertThat(Conv.COUNT).isEqualTo(253L << 24);
        assertThat(Conv.ofRank(0)).isEqualTo(0x01000000);
        assertThat(Conv.ofRank(Conv.COUNT - 1)).isEqualTo(0xFEFFFFFF);
        assertThat(Conv.ofRank(Conv.rank(0x4AFFFFFF) + 1)).isEqualTo(0x4C000000);
        Random random = new Random(1);
        for (int i = 0; i < 200_000; i++) {
            long rank = random.nextLong(Conv.COUNT - 1);
            assertThat(Conv.rank(Conv.ofRank(rank))).isEqualTo(rank);
            assertThat(Conv.isLegal(Conv.ofRank(rank))).isTrue();
            assertThat(Integer.compareUnsigned(Conv.ofRank(rank), Conv.ofRank(rank + 1)))
                    .isNegative();
        }
    }

    @Test
    void noIllegalWordHasARankAndNoIllegalServerAConv() {
        for (int word : new int[] {0, 0x00FFFFFF, 0x4B435031, 0xFF000000, -1})
            assertThatThrownBy(() -> Conv.rank(word)).isInstanceOf(IllegalArgumentException.class);
        for (int serverId : new int[] {0, 0x4B, 0xFF, 256, -1})
            assertThatThrownBy(() -> Conv.of(serverId, 1)).isInstanceOf(IllegalArgumentException.class);
        for (long rank : new long[] {-1, Conv.COUNT})
            assertThatThrownBy(() -> Conv.ofRank(rank)).isInstanceOf(IllegalArgumentException.class);
    }
}
