package dev.convoy.bench;

import dev.convoy.protocol.kcp.KcpSettings;
import dev.convoy.protocol.sim.LinkModel;
import dev.convoy.protocol.sim.SimLink;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;

/**
 * Echoes over a path that loses: the reference's own test (1,000 messages of 8 bytes, one every 20 ms, round trip 60 to 125 ms, nothing
 * overtakes) in virtual time, many seeds, the same seeds and the same link for all.
 */
final class LossBench {
    record Result(
            String implementation, int percent, double avgMs, int p50Ms, int p99Ms, int maxMs, double bytesPerRun) {}

    record Contender(String name, Supplier<Endpoint> factory) {}

    private static final int ECHOES = 1_000;
    private static final int SEND_EVERY_MS = 20;
    private static final int ROUND_TRIP_MIN_MS = 60;
    private static final int ROUND_TRIP_MAX_MS = 125;
    private static final int MESSAGE_BYTES = 8;
    private static final long LIMIT_MS = 10 * 60_000L;
    private static final int WINDOW = 128;

    private LossBench() {}

    static List<Contender> contenders() {
        return List.of(
                new Contender("convoy", () -> Endpoint.ours(OurCore.CONV, KcpSettings.turbo(), true)),
                new Contender("kcp-netty", () -> Endpoint.kcpNetty(OurCore.CONV, WINDOW)),
                new Contender("java-kcp", () -> Endpoint.javaKcp(OurCore.CONV, WINDOW)));
    }

    static List<Result> run(List<Contender> contenders, int[] percents, int seeds) {
        List<Result> results = new ArrayList<>();
        for (int percent : percents) {
            for (Contender contender : contenders) {
                results.add(run(contender, percent, seeds));
            }
        }
        return results;
    }

    private static Result run(Contender contender, int percent, int seeds) {
        int[] latenciesMs = new int[seeds * ECHOES];
        long bytes = 0;
        for (int seed = 0; seed < seeds; seed++) {
            bytes += run(contender.factory(), percent, seed, latenciesMs, seed * ECHOES);
        }
        Arrays.sort(latenciesMs);
        return new Result(
                contender.name(),
                percent,
                Arrays.stream(latenciesMs).average().orElseThrow(),
                latenciesMs[latenciesMs.length / 2],
                latenciesMs[(int) (latenciesMs.length * 0.99)],
                latenciesMs[latenciesMs.length - 1],
                (double) bytes / seeds);
    }

    /** Returns the bytes that the client sent. */
    private static long run(Supplier<Endpoint> factory, int percent, long seed, int[] latenciesMs, int at) {
        LinkModel model = LinkModel.clean(0)
                .withDelay(ROUND_TRIP_MIN_MS / 2, ROUND_TRIP_MAX_MS / 2)
                .withLoss(percent / 200.0) // half of it in each direction
                .inOrder();
        SimLink forth = new SimLink(model, 2 * seed);
        SimLink back = new SimLink(model, 2 * seed + 1);
        Endpoint client = factory.get();
        Endpoint server = factory.get();
        byte[] buffer = new byte[MESSAGE_BYTES];
        int sent = 0;
        int echoed = 0;
        boolean clientActive = false;
        boolean serverActive = false;
        for (long nowMs = 1; echoed < ECHOES; nowMs++) {
            if (nowMs > LIMIT_MS) {
                throw new IllegalStateException("only " + echoed + " echoes");
            }
            if (sent < ECHOES && nowMs >= (long) sent * SEND_EVERY_MS) {
                client.send(ByteBuffer.allocate(MESSAGE_BYTES)
                        .putInt(sent++)
                        .putInt((int) nowMs)
                        .array());
                clientActive = true;
            }
            serverActive |= deliver(forth, server, nowMs);
            clientActive |= deliver(back, client, nowMs);
            while (server.receive(buffer) >= 0) {
                server.send(buffer.clone());
            }
            while (client.receive(buffer) >= 0) {
                ByteBuffer echo = ByteBuffer.wrap(buffer);
                if (echo.getInt() != echoed) {
                    throw new IllegalStateException("echo " + echoed + " is not the next one");
                }
                latenciesMs[at + echoed++] = (int) nowMs - echo.getInt();
            }
            long time = nowMs;
            client.update(nowMs, clientActive, (datagram, length) -> forth.send(datagram, 0, length, time));
            server.update(nowMs, serverActive, (datagram, length) -> back.send(datagram, 0, length, time));
            clientActive = false;
            serverActive = false;
        }
        client.release();
        server.release();
        return (forth.sentBytes() + back.sentBytes()) / 2;
    }

    private static boolean deliver(SimLink link, Endpoint to, long nowMs) {
        boolean any = false;
        for (byte[] datagram = link.poll(nowMs); datagram != null; datagram = link.poll(nowMs)) {
            to.input(datagram, nowMs);
            any = true;
        }
        return any;
    }
}
