package dev.convoy.tools.bench;

import com.sun.management.ThreadMXBean;
import dev.convoy.protocol.seal.PacketOpener;
import dev.convoy.protocol.seal.PacketSealer;
import dev.convoy.protocol.seal.SealDrop;
import dev.convoy.protocol.seal.SealedPacket;
import dev.convoy.protocol.wire.LittleEndian;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;

/**
 * What sealing costs on the JDK that runs this, as one line of JSON. The time is the thread's CPU time, the suites take turns in
 * short rounds, and the median round counts: so that whatever else the machine does disturbs both alike.
 */
public final class SealBench {
    private static final int[] SIZES = {100, 1_000};
    /** One message at a time fills no datagram; many together fill them, and the system calls are shared. */
    private static final int[] BATCHES = {1, 32};

    private static final int ROUNDS = 9;
    private static final int WARM_UP_ROUNDS = 5;
    /** Rounds of one shape: those of both suites over both carriers, and those of the cipher alone for one size. */
    private static final int SLOTS = (SIZES.length * BATCHES.length * 2 * 2 + SIZES.length) * (ROUNDS + WARM_UP_ROUNDS);

    private static final int EXCHANGES_AT_ONCE = 20;
    private static final int PACKETS_AT_ONCE = 256;
    private static final int CONV = 0x2A00_0017;
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private final long warmUpNanos;
    private final long roundNanos;

    /** A third goes by before anything counts: the cipher is several times slower until the full compiler has had it. */
    private SealBench(long totalNanos) {
        warmUpNanos = totalNanos / 3;
        roundNanos = (totalNanos - warmUpNanos) / SLOTS;
    }

    /** Measures and prints; the argument is how long all of it takes, in ms. */
    public static void main(String[] arguments) throws IOException {
        long totalNanos = TimeUnit.MILLISECONDS.toNanos(Long.parseLong(arguments[0]));
        System.out.println(new SealBench(totalNanos).run().encode());
    }

    private JsonObject run() throws IOException {
        warmUp();
        JsonArray echo = new JsonArray();
        for (boolean isUdp : new boolean[] {false, true})
            for (int bytes : SIZES) for (int batch : BATCHES) echo.add(echo(isUdp, bytes, batch));
        JsonArray cipher = new JsonArray();
        for (int bytes : SIZES) cipher.add(cipher(bytes));
        return new JsonObject()
                .put("java", Runtime.version().toString())
                .put("vm", System.getProperty("java.vm.name"))
                .put("cipher", cipher)
                .put("echo", echo);
    }

    private void warmUp() throws IOException {
        long untilNanos = System.nanoTime() + warmUpNanos;
        try (SealEcho small = new SealEcho(SealCarrier.loopback(), true, SIZES[0]);
                SealEcho large = new SealEcho(SealCarrier.memory(), true, SIZES[1])) {
            while (System.nanoTime() < untilNanos) {
                for (int batch : BATCHES) {
                    small.exchange(batch);
                    large.exchange(batch);
                }
            }
        }
    }

    private JsonObject echo(boolean isUdp, int bytes, int batch) throws IOException {
        try (SealEcho plain = new SealEcho(carrier(isUdp), false, bytes);
                SealEcho sealed = new SealEcho(carrier(isUdp), true, bytes)) {
            Cost plainCost = new Cost();
            Cost sealedCost = new Cost();
            for (int round = -WARM_UP_ROUNDS; round < ROUNDS; round++) {
                round(plain, batch, round, plainCost);
                round(sealed, batch, round, sealedCost);
            }
            return new JsonObject()
                    .put("over", isUdp ? "udp" : "memory")
                    .put("messageBytes", bytes)
                    .put("messagesAtOnce", batch)
                    .put("plain", plainCost.json())
                    .put("sealed", sealedCost.json())
                    .put("sealedToPlain", plainCost.nanosPerMessage() / sealedCost.nanosPerMessage());
        }
    }

    private static SealCarrier carrier(boolean isUdp) throws IOException {
        return isUdp ? SealCarrier.loopback() : SealCarrier.memory();
    }

    private void round(SealEcho echo, int batch, int round, Cost cost) throws IOException {
        long untilNanos = System.nanoTime() + roundNanos;
        long messages = 0;
        long packets = echo.packets();
        long cpu = THREADS.getCurrentThreadCpuTime();
        long allocated = allocated();
        do {
            for (int i = 0; i < EXCHANGES_AT_ONCE; i++) echo.exchange(batch);
            messages += (long) EXCHANGES_AT_ONCE * batch;
        } while (System.nanoTime() < untilNanos);
        allocated = allocated() - allocated;
        cpu = THREADS.getCurrentThreadCpuTime() - cpu;
        if (round >= 0) cost.add(round, messages, echo.packets() - packets, cpu, allocated);
    }

    /** Sealing and opening alone, by turns over the same packets. */
    private JsonObject cipher(int bytes) {
        byte[] datagram = new byte[bytes];
        LittleEndian.putU32(datagram, 0, CONV);
        byte[] key = new byte[32];
        PacketSealer sealer = new PacketSealer(key, CONV);
        PacketOpener opener = new PacketOpener(key, CONV);
        byte[][] packets = new byte[PACKETS_AT_ONCE][bytes + SealedPacket.OVERHEAD_BYTES];
        Cost seal = new Cost();
        Cost open = new Cost();
        for (int round = -WARM_UP_ROUNDS; round < ROUNDS; round++) {
            long untilNanos = System.nanoTime() + roundNanos;
            long[] cpu = new long[2];
            long[] allocated = new long[2];
            long count = 0;
            do {
                long cpu0 = THREADS.getCurrentThreadCpuTime();
                long allocated0 = allocated();
                for (byte[] packet : packets) sealer.seal(datagram, 0, bytes, packet, 0);
                long cpu1 = THREADS.getCurrentThreadCpuTime();
                long allocated1 = allocated();
                for (byte[] packet : packets)
                    if (opener.open(packet, 0, packet.length, datagram, 0) != SealDrop.NONE)
                        throw new IllegalStateException("our own packet was dropped");
                cpu[1] += THREADS.getCurrentThreadCpuTime() - cpu1;
                allocated[1] += allocated() - allocated1;
                cpu[0] += cpu1 - cpu0;
                allocated[0] += allocated1 - allocated0;
                count += PACKETS_AT_ONCE;
            } while (System.nanoTime() < untilNanos);
            if (round < 0) continue;
            seal.add(round, count, count, cpu[0], allocated[0]);
            open.add(round, count, count, cpu[1], allocated[1]);
        }
        return new JsonObject()
                .put("datagramBytes", bytes)
                .put("seal", seal.json())
                .put("open", open.json());
    }

    private static long allocated() {
        return THREADS.getThreadAllocatedBytes(Thread.currentThread().getId());
    }

    /** What the rounds of one kind cost. */
    private static final class Cost {
        private final double[] nanosPerMessage = new double[ROUNDS];
        private final double[] nanosPerPacket = new double[ROUNDS];
        private final double[] bytesPerPacket = new double[ROUNDS];

        void add(int round, long messages, long packets, long nanos, long bytes) {
            nanosPerMessage[round] = (double) nanos / messages;
            nanosPerPacket[round] = (double) nanos / packets;
            bytesPerPacket[round] = (double) bytes / packets;
        }

        double nanosPerMessage() {
            return median(nanosPerMessage);
        }

        JsonObject json() {
            return new JsonObject()
                    .put("nsPerMessage", nanosPerMessage())
                    .put("nsPerPacket", median(nanosPerPacket))
                    .put("bytesAllocatedPerPacket", median(bytesPerPacket));
        }

        private static double median(double[] values) {
            double[] sorted = values.clone();
            Arrays.sort(sorted);
            return sorted[sorted.length / 2];
        }
    }
}
