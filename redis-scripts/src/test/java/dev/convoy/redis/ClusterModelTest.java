package dev.convoy.redis;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Random lives of several nodes. A run is repeated with {@code -Dconvoy.model.seed=N}, and made longer with {@code convoy.model.steps}. */
class ClusterModelTest extends RedisTest {
    private static final int LAST_WORDS = 15;
    private final long firstSeed = Long.getLong("convoy.model.seed", System.currentTimeMillis());
    private final int seeds =
            Long.getLong("convoy.model.seed") == null ? Integer.getInteger("convoy.model.seeds", 12) : 1;
    private final int steps = Integer.getInteger("convoy.model.steps", 500);

    @Test
    void whateverNodesDoThereIsOneOwnerOfEverything() {
        Map<String, Integer> outcomes = new TreeMap<>();
        for (long seed = firstSeed; seed < firstSeed + seeds; seed++) {
            raw.call("FLUSHDB");
            ClusterModel model = new ClusterModel(seed, redis, other, raw);
            run(seed, model);
            model.outcomes.forEach((outcome, count) -> outcomes.merge(outcome, count, Integer::sum));
        }
        System.out.println("seeds from " + firstSeed + ": " + outcomes);
        if (seeds > 1) {
            assertThat(outcomes.keySet())
                    .as("everything that can happen has happened")
                    .contains("takeover", "claim loaded", "claim created", "commit", "commit fenced", "renew lost")
                    .contains("redeem Rotated", "redeem Repeated", "redeem Reused", "redeem Revoked", "redeem Fenced")
                    .contains("redeem Invalid", "restore", "restore fenced", "dispose", "convs stale", "admit fenced");
        }
    }

    private void run(long seed, ClusterModel model) {
        Deque<String> done = new ArrayDeque<>();
        for (int i = 0; i < steps; i++) {
            try {
                done.add(model.step());
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("seed " + seed + ", step " + i + ", after " + done, e);
            }
            if (done.size() > LAST_WORDS) {
                done.removeFirst();
            }
        }
    }
}
