package dev.convoy.protocol.seal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.convoy.protocol.sim.Seeds;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ReplayWindowTest {
    @Test
    void everyCounterIsNewOnce() {
        ReplayWindow window = new ReplayWindow();
        for (long counter = 0; counter < 10_000; counter++) {
            assertThat(window.isNew(counter)).isTrue();
            assertThat(window.isNewest(counter)).isTrue();
            window.accept(counter);
            assertThat(window.isNew(counter)).isFalse();
            assertThat(window.isNewest(counter)).isFalse();
        }
    }

    @Test
    void theWindowIsAsWideAsItSays() {
        assertThat(ReplayWindow.WINDOW).isGreaterThanOrEqualTo(1024);
        for (long highest : new long[] {5_000, 5_055, 5_056, 5_119, 5_120, (1L << 32) - 1}) {
            ReplayWindow window = new ReplayWindow();
            window.accept(highest);
            for (long behind = 1; behind < ReplayWindow.WINDOW; behind++)
                assertThat(window.isNew(highest - behind)).isTrue();
            assertThat(window.isTooOld(highest - ReplayWindow.WINDOW + 1)).isFalse();
            assertThat(window.isTooOld(highest - ReplayWindow.WINDOW)).isTrue();
            assertThat(window.isNew(highest - ReplayWindow.WINDOW)).isFalse();
        }
    }

    @Test
    void theWholeWindowIsRememberedWhereverItStands() {
        ReplayWindow window = new ReplayWindow();
        for (long highest = 0; highest < 6_000; highest += 2) {
            window.accept(highest);
            for (long counter = Math.max(0, highest + 1 - ReplayWindow.WINDOW); counter <= highest; counter++)
                if (window.isNew(counter) != (counter % 2 == 1))
                    throw new AssertionError(counter + " with the window at " + highest);
        }
    }

    /** Against a set that forgets nothing. */
    @Test
    void noCounterIsTakenTwiceAndNoneInTheWindowIsRefused() {
        Seeds.run(300, seed -> {
            Random random = new Random(seed);
            ReplayWindow window = new ReplayWindow();
            Set<Long> seen = new HashSet<>();
            long highest = -1;
            int spread = 1 << random.nextInt(13);
            for (int step = 0; step < 3_000; step++) {
                long counter = Math.max(0, highest + random.nextInt(spread + 1) - random.nextInt(spread + 1));
                if (random.nextInt(500) == 0) counter = highest + random.nextInt(10_000);
                boolean tooOld = counter < highest + 1 - ReplayWindow.WINDOW;
                assertThat(window.isTooOld(counter)).isEqualTo(tooOld);
                assertThat(window.isNew(counter)).isEqualTo(!tooOld && !seen.contains(counter));
                assertThat(window.isNewest(counter)).isEqualTo(counter > highest);
                if (!window.isNew(counter) || random.nextInt(10) == 0) continue;
                window.accept(counter);
                seen.add(counter);
                highest = Math.max(highest, counter);
            }
        });
    }
}
