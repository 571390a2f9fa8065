package dev.convoy.protocol.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.convoy.protocol.session.SimTroubles.Room;
import dev.convoy.protocol.session.SimWorld.Blow;
import dev.convoy.protocol.sim.Seeds;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Sessions over bad networks, with servers that crash or move, clients that are killed and begin again from their file,
 * and lines that drop, in virtual time. In the end the room has heard every message of the client once and in order, and
 * the client every message of the room, by applications whose state goes back with what is stored. Only a memory room may
 * forget, and only a room that is not strict may go back, and then it has said so.
 */
class SessionSimulationTest {
    private static final int SEEDS = 3_000;
    private static final int MESSAGES = 40;

    @Test
    void everyMessageIsHeardOnceAndInOrderWhateverGoesWrong() {
        Seeds.run(SEEDS, seed -> new SimWorld(seed, SimTroubles.random(seed)).run(SimWorld.NO_STEP, Blow.BOTH));
    }

    @ParameterizedTest
    @MethodSource("blows")
    void itMayComeAtEveryStepOfAConversation(Room room, Blow blow) {
        int steps = new SimWorld(0, SimTroubles.none(room, MESSAGES)).run(SimWorld.NO_STEP, blow);
        assertThat(steps).isGreaterThan(5 * MESSAGES);
        for (int step = 0; step < steps; step++) {
            try {
                new SimWorld(0, SimTroubles.none(room, MESSAGES)).run(step, blow);
            } catch (AssertionError | RuntimeException failure) {
                throw new AssertionError("at step " + step + ": " + failure.getMessage(), failure);
            }
        }
    }

    static List<Arguments> blows() {
        List<Arguments> all = new ArrayList<>();
        for (Room room : Room.values()) {
            Arrays.stream(Blow.values()).map(blow -> Arguments.of(room, blow)).forEach(all::add);
        }
        return all;
    }
}
