package dev.convoy.tools.load;

import static org.assertj.core.api.Assertions.assertThat;

import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

/** The generator's own limits, which it has to say by itself. Only what a loaded machine cannot change is asserted. */
class GeneratorWatchTest {
    private final GeneratorWatch watch = new GeneratorWatch();
    private final Histogram lateMicros = new Histogram(3);

    @Test
    void loopsThatAreHeldUpAreADoubt() {
        watch.begin();
        for (int i = 0; i < 100; i++) watch.lagMicros.recordValue(i < 95 ? 200 : 48_000);
        GeneratorWatch.Findings seen = watch.end(lateMicros);
        assertThat(seen.isBottleneck()).isTrue();
        assertThat(seen.doubts()).anyMatch(doubt -> doubt.equals("its event loops are woken up to 48 ms late (p99)"));
        assertThat(seen.json().getBoolean("isBottleneck")).isTrue();
        assertThat(seen.json().getJsonArray("why")).hasSameSizeAs(seen.doubts());
    }

    @Test
    void messagesThatLeaveLateAreADoubt() {
        watch.begin();
        for (int i = 0; i < 100; i++) lateMicros.recordValue(25_000);
        assertThat(watch.end(lateMicros).doubts())
                .anyMatch(doubt -> doubt.startsWith("its messages leave up to 25 ms"));
    }

    @Test
    void aGeneratorThatIsInTimeIsNotAccusedOfBeingLate() {
        watch.begin();
        for (int i = 0; i < 1_000; i++) {
            watch.lagMicros.recordValue(900);
            lateMicros.recordValue(1_100);
        }
        assertThat(watch.end(lateMicros).doubts()).noneMatch(doubt -> doubt.contains("late"));
    }
}
