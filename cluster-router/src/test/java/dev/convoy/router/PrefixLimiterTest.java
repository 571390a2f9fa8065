package dev.convoy.router;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.util.Objects;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** In virtual time, with seeded chance. */
class PrefixLimiterTest {
    private static final long SECOND_NS = 1_000_000_000;
    private static final int RATE = 100;

    private final SplittableRandom chance = new SplittableRandom(20261120);
    private long nowNs = Long.MAX_VALUE - 5 * SECOND_NS; // The clock may wrap.
    private final PrefixLimiter limiter = limiter(RATE, 2 * RATE);

    @Test
    void aPrefixGetsItsBurstAndThenItsRate() {
        assertThat(taken("10.1.2.3", 1000)).isEqualTo(2 * RATE);
        int later = 0;
        for (int ms = 0; ms < 10_000; ms++) {
            nowNs += SECOND_NS / 1000;
            later += taken("10.1.2.4", 3);
        }
        assertThat(later).isEqualTo(10 * RATE);
    }

    @Test
    void whoWaitsHasTheWholeBurstAgainAndNoMore() {
        taken("10.1.2.3", 1000);
        nowNs += 30 * SECOND_NS;
        assertThat(taken("10.1.2.3", 1000)).isEqualTo(2 * RATE);
    }

    @Test
    void aNetworkIsOnePrefixAndItsNeighbourAnother() {
        taken("10.1.2.3", 1000);
        assertThat(taken("10.1.2.200", 10)).isZero();
        assertThat(taken("10.1.3.3", 10)).isEqualTo(10);
        taken("2001:db8:0:ff00::1", 1000);
        assertThat(taken("2001:db8:0:ffab:1234::1", 10)).as("the same /56").isZero();
        assertThat(taken("2001:db8:0:fe00::1", 10)).isEqualTo(10);
    }

    @Test
    void aFloodFromAHundredPrefixesHoldsNobodyElseBack() {
        int denied = 0;
        int asked = 0;
        for (int round = 0; round < 1000; round++) {
            nowNs += SECOND_NS / 1000;
            for (int attacker = 0; attacker < 100; attacker++) taken("66.0." + attacker + ".1", 5);
            String player = "10." + round % 200 + "." + round / 200 + ".1";
            asked += 2;
            denied += 2 - taken(player, 2);
        }
        // (100 / 4096)², and the seed is fixed.
        assertThat(denied).isLessThanOrEqualTo(asked / 200);
    }

    @Test
    void aFloodIsHeldToItsRateThroughout() {
        int passed = 0;
        for (int ms = 0; ms < 20_000; ms++) {
            nowNs += SECOND_NS / 1000;
            passed += taken("66.0.0.1", 50);
        }
        assertThat(passed).isEqualTo(2 * RATE + 20 * RATE - 1);
    }

    @Test
    void badLuckDoesNotLast() {
        PrefixLimiter limiter = limiter(1, 1);
        InetAddress player = address("10.0.0.1");
        // So many attackers that both buckets of nearly everybody are empty.
        for (int i = 0; i < 60_000; i++) {
            limiter.take(0, Ip.low(address("66." + (i >> 8 & 255) + "." + (i & 255) + ".1")), nowNs);
            limiter.take(0, Ip.low(address("67." + (i >> 8 & 255) + "." + (i & 255) + ".1")), nowNs);
        }
        assertThat(limiter.take(0, Ip.low(player), nowNs)).isFalse();
        nowNs += PrefixLimiter.RESEED_NS;
        assertThat(limiter.take(0, Ip.low(player), nowNs)).isTrue();
    }

    private PrefixLimiter limiter(int perSecond, int burst) {
        return new PrefixLimiter(new Pace(perSecond, burst), 24, 56, chance, nowNs);
    }

    private int taken(String address, int times) {
        InetAddress ip = address(address);
        int taken = 0;
        for (int i = 0; i < times; i++) {
            if (limiter.take(Ip.high(ip), Ip.low(ip), nowNs)) taken++;
        }
        return taken;
    }

    private static InetAddress address(String text) {
        return Objects.requireNonNull(NetUtil.createInetAddressFromIpAddressString(text));
    }
}
