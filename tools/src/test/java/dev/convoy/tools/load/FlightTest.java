package dev.convoy.tools.load;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FlightTest {
    private final Flight flight = new Flight();

    @Test
    void everyMessageKeepsItsTimesHoweverManyAreUnderWay() {
        for (int i = 1; i <= 50; i++) assertThat(take(i)).isEqualTo(i);
        flight.answered(40);
        for (int i = 51; i <= 1_000; i++) assertThat(take(i)).isEqualTo(i);
        for (int n = 41; n <= 1_000; n++) {
            assertThat(flight.holds(n)).isTrue();
            assertThat(flight.dueNanos(n)).isEqualTo(10L * n);
            assertThat(flight.sentNanos(n)).isEqualTo(10L * n + 1);
            assertThat(flight.returnsThen(n)).isEqualTo(n % 7);
            assertThat(flight.counted(n)).isEqualTo(n % 2 == 0);
        }
    }

    @Test
    void whatIsAnsweredOrWasNeverSentIsNotHeld() {
        take(1);
        take(2);
        flight.answered(1);
        assertThat(flight.holds(1)).as("an answer that comes twice").isFalse();
        assertThat(flight.awaited()).isEqualTo(2);
        assertThat(flight.holds(3)).as("an answer to nothing").isFalse();
        flight.answered(9);
        assertThat(flight.awaited())
                .as("numbers are not taken on a stranger's word")
                .isEqualTo(3);
    }

    @Test
    void aMessageThatWasNotAcceptedGivesItsNumberBack() {
        take(1);
        flight.untake();
        assertThat(take(1)).isEqualTo(1);
    }

    private long take(int n) {
        return flight.take(10L * n, 10L * n + 1, n % 7, n % 2 == 0);
    }
}
