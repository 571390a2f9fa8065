package dev.convoy.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** The latency that the turbo profile promises; virtual time, so the figures are the same on every machine. */
class LossBenchTest {
    private static final int SEEDS = 200;
    private static final int P99_MAX_MS = 310;
    private static final int BYTES_MAX = 55_000;

    @Test
    void turboIsQuickerThanItsPeersWithFewerBytes() {
        List<LossBench.Result> results = LossBench.run(LossBench.contenders(), new int[] {10}, SEEDS);
        LossBench.Result ours = results.get(0);
        assertThat(ours.implementation()).isEqualTo("convoy");
        assertThat(ours.p99Ms()).isLessThanOrEqualTo(P99_MAX_MS);
        assertThat(ours.bytesPerRun()).isLessThanOrEqualTo(BYTES_MAX);
        assertThat(results.subList(1, results.size())).allSatisfy(peer -> {
            assertThat(ours.p99Ms()).isLessThan(peer.p99Ms());
            assertThat(ours.bytesPerRun()).isLessThan(peer.bytesPerRun());
        });
    }
}
