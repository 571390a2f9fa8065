package dev.convoy.protocol.kcp;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Replays what was recorded of the reference implementation: {@code src/test/resources/kcp-traces}, or the traces in another folder with
 * {@code -Dkcp.traces=DIR}.
 */
class TraceTest {
    static Stream<Path> traces() throws IOException {
        Path folder = Path.of(System.getProperty("kcp.traces", "src/test/resources/kcp-traces"));
        try (Stream<Path> files = Files.list(folder)) {
            List<Path> found = files.filter(
                            file -> file.getFileName().toString().endsWith(".trace.gz"))
                    .sorted()
                    .toList();
            assertThat(found).as("traces in %s", folder).isNotEmpty();
            return found.stream();
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("traces")
    void everyAnswerIsTheReferences(Path trace) {
        TraceReplay replay = new TraceReplay(trace.getFileName().toString());
        try (BufferedReader lines = new BufferedReader(
                new InputStreamReader(new GZIPInputStream(Files.newInputStream(trace)), StandardCharsets.US_ASCII))) {
            lines.lines().forEach(replay::line);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        replay.end();
        assertThat(replay.lines()).isPositive();
    }
}
