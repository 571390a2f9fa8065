package dev.convoy.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ServerIdsTest {
    @Test
    void everyNodeOfARowWishesForAServerIdOfItsOwn() {
        List<Integer> wishes = IntStream.range(0, ServerIds.COUNT)
                .map(ServerIds::ofOrdinal)
                .boxed()
                .toList();
        assertThat(wishes)
                .doesNotHaveDuplicates()
                .isSorted()
                .allSatisfy(id -> assertThat(ServerIds.isValid(id)).isTrue());
        assertThat(wishes)
                .startsWith(1, 2, 3)
                .contains(74, 76)
                .doesNotContain(0x4B)
                .endsWith(253, 254);
    }

    @Test
    void thereIsNoServerIdForWhoeverIsBeyondTheRow() {
        assertThatIllegalArgumentException().isThrownBy(() -> ServerIds.ofOrdinal(ServerIds.COUNT));
        assertThatIllegalArgumentException().isThrownBy(() -> ServerIds.ofOrdinal(-1));
    }
}
