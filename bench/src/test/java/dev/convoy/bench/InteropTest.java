package dev.convoy.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.convoy.protocol.kcp.KcpSettings;
import dev.convoy.protocol.sim.LinkModel;
import dev.convoy.protocol.sim.Seeds;
import dev.convoy.protocol.sim.SimLink;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Our core against the cores of kcp-netty and java-Kcp over a bad path in virtual time: messages both ways, each one once and in order. */
class InteropTest {
    private static final int CONV = 0x0100_0001;
    private static final int CONV_WITH_HIGH_BIT = 0xFE00_0001;
    private static final int WINDOW = 256;
    private static final int SEEDS = 40;
    private static final int MESSAGES = 120;
    private static final long LIMIT_MS = 10 * 60_000L;

    static Stream<Arguments> peers() {
        return Stream.of(CONV, CONV_WITH_HIGH_BIT)
                .flatMap(conv -> Stream.of(
                        Arguments.of("kcp-netty", conv, (Supplier<Endpoint>) () -> Endpoint.kcpNetty(conv, WINDOW)),
                        Arguments.of("java-kcp", conv, (Supplier<Endpoint>) () -> Endpoint.javaKcp(conv, WINDOW))));
    }

    @ParameterizedTest(name = "{0}, conv {1}")
    @MethodSource("peers")
    void messagesGoBothWaysThroughLoss(String name, int conv, Supplier<Endpoint> peer) {
        Seeds.run(SEEDS, seed -> converse(conv, peer.get(), seed));
    }

    private static void converse(int conv, Endpoint peer, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        KcpSettings settings = switch (random.nextInt(4)) {
            case 0 -> KcpSettings.balanced();
            case 1 -> KcpSettings.bulk();
            case 2 -> KcpSettings.builder().rules(KcpSettings.Rules.REFERENCE).build();
            default -> KcpSettings.turbo();
        };
        End ours = new End(Endpoint.ours(conv, settings, random.nextBoolean()), random.nextLong());
        End theirs = new End(peer, random.nextLong());
        LinkModel path = LinkModel.clean(0)
                .withDelay(20, 20 + random.nextInt(60))
                .withLoss(random.nextDouble() * 0.3)
                .withDuplication(random.nextDouble() * 0.1);
        SimLink forth = new SimLink(path, random.nextLong());
        SimLink back = new SimLink(path, random.nextLong());
        long nowMs = 1;
        while (ours.received < MESSAGES || theirs.received < MESSAGES) {
            assertThat(nowMs)
                    .as("%s and %s arrived", ours.received, theirs.received)
                    .isLessThan(LIMIT_MS);
            ours.step(back, forth, nowMs, theirs);
            theirs.step(forth, back, nowMs, ours);
            nowMs++;
        }
        for (int i = 0; i < 3_000; i++, nowMs++) {
            ours.step(back, forth, nowMs, theirs);
            theirs.step(forth, back, nowMs, ours);
        }
        assertThat(ours.endpoint.waitingToSend() + theirs.endpoint.waitingToSend())
                .as("still to be acknowledged")
                .isZero();
        ours.endpoint.release();
        theirs.endpoint.release();
    }

    private static final class End {
        final Endpoint endpoint;
        private final SplittableRandom random;
        private final byte[] buffer = new byte[1 << 16];
        private final int[] lengths = new int[MESSAGES];
        private int sent;
        private int received;

        End(Endpoint endpoint, long seed) {
            this.endpoint = endpoint;
            this.random = new SplittableRandom(seed);
        }

        void step(SimLink in, SimLink out, long nowMs, End other) {
            boolean active = false;
            for (byte[] datagram = in.poll(nowMs); datagram != null; datagram = in.poll(nowMs)) {
                endpoint.input(datagram, nowMs);
                active = true;
            }
            for (int length = endpoint.receive(buffer); length >= 0; length = endpoint.receive(buffer)) {
                check(length, other);
            }
            if (sent < MESSAGES && random.nextInt(10) == 0) {
                send();
                active = true;
            }
            endpoint.update(nowMs, active, (datagram, length) -> out.send(datagram, 0, length, nowMs));
        }

        private void send() {
            int length = 1 + (random.nextInt(8) == 0 ? random.nextInt(6_000) : random.nextInt(200));
            lengths[sent] = length;
            byte[] message = new byte[length];
            for (int i = 0; i < length; i++) {
                message[i] = (byte) (sent + i);
            }
            endpoint.send(message);
            sent++;
        }

        private void check(int length, End other) {
            assertThat(received).isLessThan(other.sent);
            assertThat(length).as("length of message %s", received).isEqualTo(other.lengths[received]);
            for (int i = 0; i < length; i++) {
                assertThat(buffer[i]).as("byte %s of message %s", i, received).isEqualTo((byte) (received + i));
            }
            received++;
        }
    }
}
