package dev.convoy.tools.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.convoy.tools.command.CommandFailure;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The processes of {@code bench router}: that what is sent comes back, and is counted. */
class UdpFloodTest {
    private static final long PATIENCE_S = 60;

    @ParameterizedTest
    @ValueSource(ints = {64, 5000})
    void whatIsSentComesBackOverAsManyFlowsAsWereAskedFor(int flows) throws Exception {
        try (BenchProcess echo = startEcho()) {
            int port = (int) BenchProcess.number(echo.readLine(), "port");
            try (BenchProcess flood = startFlood(port, flows)) {
                await(flood, "received", 20_000);
                await(flood, "flows", flows);
                long received = BenchProcess.number(flood.ask("?"), "received");
                await(flood, "received", received + 1000);
            }
            assertThat(echo.cpuNanos()).isPositive();
        }
    }

    @Test
    void nginxPassesItOnWhereItIsInstalled() throws Exception {
        assumeTrue(Nginx.absence().isEmpty(), "no nginx with a stream module here");
        try (BenchProcess echo = startEcho();
                Nginx nginx = Nginx.start((int) BenchProcess.number(echo.readLine(), "port"));
                BenchProcess flood = startFlood(nginx.port(), 64)) {
            await(flood, "received", 5_000);
            assertThat(nginx.process().residentBytes()).isPositive();
        }
    }

    @Test
    void aProcessThatEndsIsASentence() {
        try (BenchProcess flood = BenchProcess.java("the generator", UdpFlood.class.getName(), Map.of(), "nonsense")) {
            assertThatThrownBy(() -> flood.ask("?"))
                    .isInstanceOf(CommandFailure.class)
                    .hasMessage("the generator ended before its time.");
        }
    }

    private static BenchProcess startEcho() {
        return BenchProcess.java("echo", EchoNode.class.getName(), Map.of());
    }

    private static BenchProcess startFlood(int port, int flows) {
        return BenchProcess.java(
                "the generator", UdpFlood.class.getName(), Map.of(), "" + port, "" + flows, "40", "128");
    }

    private static void await(BenchProcess flood, String key, long wanted) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_S);
        while (BenchProcess.number(flood.ask("?"), key) < wanted) {
            assertThat(System.nanoTime()).as("%d %s", wanted, key).isLessThan(deadline);
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }
}
