package dev.convoy.protocol.seal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.convoy.protocol.seal.PathTracker.Step;
import dev.convoy.protocol.sim.Seeds;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PathTrackerTest {
    private static final int ANSWER_WITHIN_MS = 3_000;
    private final PathTracker<String> path = new PathTracker<>("home", ANSWER_WITHIN_MS);

    @Test
    void theNewestPacketMovesThePath() {
        assertThat(path.onAuthentic("home", 0, 100, 0)).isEqualTo(Step.SAME);
        assertThat(path.onAuthentic("train", 1, 100, 0)).isEqualTo(Step.ADOPTED);
        assertThat(path.address()).isEqualTo("train");
        assertThat(path.isOnProbation()).isTrue();
    }

    @Test
    void anOlderPacketFromElsewhereMovesNothing() {
        path.onAuthentic("home", 7, 100, 0);
        assertThat(path.onAuthentic("elsewhere", 6, 100, 0)).isEqualTo(Step.LATE);
        assertThat(path.address()).isEqualTo("home");
    }

    @Test
    void anUnprovenAddressGetsThreeTimesWhatItSent() {
        path.onAuthentic("train", 1, 100, 0);
        assertThat(path.spend(200)).isTrue();
        assertThat(path.spend(101)).isFalse();
        assertThat(path.spend(100)).isTrue();
        assertThat(path.spend(1)).isFalse();
        path.onAuthentic("train", 2, 50, 10);
        assertThat(path.spend(150)).isTrue();
        assertThat(path.spend(1)).isFalse();
    }

    @Test
    void theAnswerToTheChallengeProvesTheAddress() {
        path.onAuthentic("train", 1, 100, 0);
        path.challenge(42);
        assertThat(path.onAnswer(41, "train")).isFalse();
        assertThat(path.onAnswer(42, "home")).isFalse();
        assertThat(path.isOnProbation()).isTrue();
        assertThat(path.onAnswer(42, "train")).isTrue();
        assertThat(path.isOnProbation()).isFalse();
        assertThat(path.spend(1_000_000)).isTrue();
        assertThat(path.address()).isEqualTo("train");
        assertThat(path.nextTimeoutMs()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void anAnswerBeforeTheChallengeProvesNothing() {
        path.challenge(0);
        path.onAuthentic("train", 1, 100, 0);
        assertThat(path.onAnswer(0, "train")).isFalse();
        path.challenge(5);
        path.onAuthentic("bus", 2, 100, 0);
        assertThat(path.onAnswer(5, "bus")).isFalse();
    }

    @Test
    void withoutAnAnswerThePathGoesBack() {
        path.onAuthentic("train", 1, 100, 1_000);
        assertThat(path.nextTimeoutMs()).isEqualTo(4_000);
        assertThat(path.handleTimeout(3_999)).isFalse();
        assertThat(path.handleTimeout(4_000)).isTrue();
        assertThat(path.address()).isEqualTo("home");
        assertThat(path.handleTimeout(9_000)).isFalse();
    }

    @Test
    void aHijackedPathComesBackWithTheNextPacketOfTheTruePeer() {
        path.onAuthentic("home", 1, 100, 0);
        assertThat(path.onAuthentic("thief", 2, 100, 0)).isEqualTo(Step.ADOPTED);
        assertThat(path.onAuthentic("home", 3, 100, 0)).isEqualTo(Step.RETURNED);
        assertThat(path.address()).isEqualTo("home");
        assertThat(path.spend(1_000_000)).isTrue();
        assertThat(path.onAnswer(0, "thief")).isFalse();
    }

    /** Whatever comes: nobody unproven gets more than three times its bytes, and only the newest packet moves the path. */
    @Test
    void amplificationStaysBelowThreeInEveryState() {
        Seeds.run(2_000, seed -> {
            Random random = new Random(seed);
            PathTracker<Integer> tracker = new PathTracker<>(0, 100);
            Map<Integer, Long> got = new HashMap<>();
            Map<Integer, Long> sent = new HashMap<>();
            long highest = -1;
            long nowMs = 0;
            for (int step = 0; step < 300; step++) {
                nowMs += random.nextInt(20);
                switch (random.nextInt(4)) {
                    case 0 -> {
                        int from = random.nextInt(4);
                        long counter = Math.max(0, highest + random.nextInt(4) - 1);
                        int before = tracker.address();
                        int bytes = 24 + random.nextInt(1_000);
                        got.merge(from, (long) bytes, Long::sum);
                        tracker.onAuthentic(from, counter, bytes, nowMs);
                        assertThat(tracker.address()).isEqualTo(counter > highest ? from : before);
                        highest = Math.max(highest, counter);
                    }
                    case 1 -> tracker.handleTimeout(nowMs);
                    default -> {
                        int to = tracker.address();
                        int bytes = random.nextInt(1_200);
                        boolean isFree = !tracker.isOnProbation();
                        assertThat(isFree).isEqualTo(to == 0);
                        if (tracker.spend(bytes) && !isFree) sent.merge(to, (long) bytes, Long::sum);
                    }
                }
                sent.forEach((to, bytes) -> assertThat(bytes).isLessThanOrEqualTo(3 * got.getOrDefault(to, 0L)));
            }
        });
    }
}
