package dev.convoy.protocol.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.convoy.protocol.sim.Seeds;
import org.junit.jupiter.api.Test;

/**
 * Sessions over bad networks, with servers that crash and lines that drop, in virtual time: every message of both
 * directions is heard once and in order, by applications whose state goes back with the store when the server
 * crashes.
 */
class SessionSimulationTest {
    private static final int SEEDS = 1_000;
    private static final int MESSAGES = 40;

    @Test
    void everyMessageIsHeardOnceAndInOrderWhateverGoesWrong() {
        Seeds.run(SEEDS, seed -> new SimWorld(seed, SimTroubles.random(seed)).run(SimWorld.NO_STEP));
    }

    @Test
    void aServerMayCrashAtEveryStepOfAConversation() {
        int steps = new SimWorld(0, SimTroubles.none(MESSAGES)).run(SimWorld.NO_STEP);
        assertThat(steps).isGreaterThan(5 * MESSAGES);
        for (int step = 0; step < steps; step++) {
            try {
                new SimWorld(0, SimTroubles.none(MESSAGES)).run(step);
            } catch (AssertionError failure) {
                throw new AssertionError("a crash at step " + step + ": " + failure.getMessage(), failure);
            }
        }
    }
}
