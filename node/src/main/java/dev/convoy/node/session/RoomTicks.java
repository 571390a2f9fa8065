package dev.convoy.node.session;

import dev.convoy.room.TickWhen;
import java.util.function.BooleanSupplier;
import java.util.function.LongConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A room's clock: steps on a grid that does not drift, however late each single one is. Of those that were missed a few are made up for
 * at once; the rest is given up, so that a room that cannot keep up does not take the loop from the others.
 * Owned by the room's event loop.
 */
final class RoomTicks extends DeadlineHeap.Entry {
    private static final Logger log = LoggerFactory.getLogger(RoomTicks.class);
    private static final int STEP_MS_MIN = 5;
    private static final int STEP_MS_MAX = 60_000;
    private static final int AT_ONCE_MAX = 6;

    private final Traffic traffic;
    private final String roomId;
    private final BooleanSupplier isSomebodyOnline;
    private final BooleanSupplier isServing;
    private final LongConsumer tick;
    private TickWhen when = TickWhen.ALWAYS;
    private boolean isWanted;
    private boolean isRunning;
    private int stepMs;
    private long nextMs;
    private long step;

    /**
     * A clock that stands.
     *
     * @param isServing false: the room is over or about to move, and its time stands still
     * @param tick called with the number of the step
     */
    RoomTicks(
            Traffic traffic,
            String roomId,
            BooleanSupplier isSomebodyOnline,
            BooleanSupplier isServing,
            LongConsumer tick) {
        this.traffic = traffic;
        this.roomId = roomId;
        this.isSomebodyOnline = isSomebodyOnline;
        this.isServing = isServing;
        this.tick = tick;
    }

    void every(int newStepMs, TickWhen newWhen) {
        if (newStepMs < STEP_MS_MIN || newStepMs > STEP_MS_MAX) {
            throw new IllegalArgumentException(
                    "a step has " + STEP_MS_MIN + " to " + STEP_MS_MAX + " ms, not " + newStepMs);
        }
        stepMs = newStepMs;
        when = newWhen;
        isWanted = true;
        isRunning = false;
        look();
    }

    void stop() {
        isWanted = false;
        look();
    }

    /** Looks whether the clock is to run, because somebody has come or gone. */
    void look() {
        boolean runs =
                isWanted && isServing.getAsBoolean() && (when == TickWhen.ALWAYS || isSomebodyOnline.getAsBoolean());
        if (runs && !isRunning) nextMs = traffic.nowMs() + stepMs;
        isRunning = runs;
        traffic.setDeadline(this, runs ? nextMs : DeadlineHeap.NEVER);
    }

    @Override
    void onDeadline(long nowMs) {
        for (int steps = 0; isRunning && nextMs <= nowMs && steps < AT_ONCE_MAX; steps++) {
            nextMs += stepMs;
            tick.accept(++step);
        }
        if (isRunning && nextMs <= nowMs) giveUp(nowMs);
        look();
    }

    private void giveUp(long nowMs) {
        long givenUp = (nowMs - nextMs) / stepMs + 1;
        log.warn("the clock of room {} was held up: {} steps of {} ms are given up", roomId, givenUp, stepMs);
        step += givenUp;
        nextMs += givenUp * stepMs;
    }
}
