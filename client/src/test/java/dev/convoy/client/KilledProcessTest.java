package dev.convoy.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A real process, killed with SIGKILL in the middle of a sentence, and started again with its credentials file. */
@Timeout(120)
final class KilledProcessTest {
    private static final int MESSAGES = 600;
    private static final int KILLS = 4;

    @TempDir
    private Path folder;

    @Test
    void everyMessageArrivesOnceAndInOrderHoweverOftenItsProgramIsKilled() throws Exception {
        long seed = System.nanoTime();
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        List<List<String>> lives = new ArrayList<>();
        try (LoopbackNode node = new LoopbackNode()) {
            for (int i = 0; i < KILLS; i++) {
                int heardMax = 1 + random.nextInt(MESSAGES / KILLS);
                lives.add(live(node.port(), heardMax));
            }
            lives.add(live(node.port(), Integer.MAX_VALUE));
            assertThat(node.seatCount()).as("sessions").isEqualTo(1);
            assertThat(node.received(node.seat(0)))
                    .containsExactlyElementsOf(IntStream.rangeClosed(1, MESSAGES)
                            .mapToObj(n -> "m" + n)
                            .toList());
        }
        assertThat(lives.get(KILLS)).endsWith("done");
        assertNothingWasMissed(lives);
    }

    /** Every answer was heard in some life, in order; at most those whose place was not yet stored in two of them. */
    private static void assertNothingWasMissed(List<List<String>> lives) {
        int last = 0;
        for (List<String> life : lives) {
            for (String line : life) {
                if (!line.startsWith("m")) continue;
                int n = Integer.parseInt(line.substring(1));
                assertThat(n).as("behind %d in %s", last, life).isLessThanOrEqualTo(last + 1);
                last = n;
            }
        }
        assertThat(last).isGreaterThan(0);
    }

    /** What the program prints until it is killed, after so many lines, or ends. */
    private List<String> live(int port, int linesMax) throws IOException, InterruptedException {
        Process program = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-Xmx64m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        PlainProgram.class.getName(),
                        Integer.toString(port),
                        folder.resolve("ann.credentials").toString(),
                        Integer.toString(MESSAGES))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        List<String> lines = new ArrayList<>();
        try (BufferedReader output =
                new BufferedReader(new InputStreamReader(program.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                lines.add(line);
                if (lines.size() == linesMax)
                    program.toHandle().destroyForcibly(); // and what it had printed can still be read
            }
        } finally {
            program.destroyForcibly();
            program.waitFor();
        }
        return lines;
    }
}
