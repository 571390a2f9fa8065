package dev.convoy.protocol.seal;

import dev.convoy.protocol.handshake.ClusterKeyPair;
import dev.convoy.protocol.handshake.NoiseAnswer;
import dev.convoy.protocol.handshake.NoiseInitiator;
import dev.convoy.protocol.handshake.NoiseNk;
import dev.convoy.protocol.handshake.NoiseResponder;
import dev.convoy.protocol.wire.ControlType;
import dev.convoy.protocol.wire.LittleEndian;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.Random;

/**
 * What sealing costs: nanoseconds and bytes allocated per packet against a plain copy, per forged packet, per handshake,
 * and the heap per conv. The best of several rounds, because others use the machine too. Run it on the test class path.
 */
public final class SealBench {
    private static final int CONV = 0x2A000017;
    private static final int ROUNDS = 12;
    private static final int PACKETS = 50_000;
    private static final Random RANDOM = new Random(1);

    private SealBench() {}

    /** Work that is measured. */
    private interface Work {
        void run(int i);
    }

    public static void main(String[] args) {
        System.out.printf("JDK %s%n", System.getProperty("java.version"));
        for (int bytes : new int[] {100, 1000}) packets(bytes);
        forgery();
        handshake();
        memory();
    }

    private static void packets(int bytes) {
        byte[] datagram = new byte[bytes];
        RANDOM.nextBytes(datagram);
        LittleEndian.putU32(datagram, 0, CONV);
        byte[] packet = new byte[bytes + SealedPacket.OVERHEAD_BYTES];
        byte[] opened = new byte[bytes];
        byte[] key = chance();
        PacketSealer sealer = new PacketSealer(key, CONV);
        PacketOpener opener = new PacketOpener(key, CONV);
        measure(bytes + " B copied twice", PACKETS, i -> {
            System.arraycopy(datagram, 0, packet, 0, bytes);
            System.arraycopy(packet, 0, opened, 0, bytes);
        });
        measure(bytes + " B sealed", PACKETS, i -> sealer.seal(datagram, 0, bytes, packet, 0));
        measure(bytes + " B sealed + opened", PACKETS, i -> {
            sealer.seal(datagram, 0, bytes, packet, 0);
            if (opener.open(packet, 0, packet.length, opened, 0) != SealDrop.NONE) throw new AssertionError();
        });
    }

    private static void forgery() {
        byte[] forged = new byte[120];
        LittleEndian.putU32(forged, 0, CONV);
        byte[] opened = new byte[100];
        PacketOpener opener = new PacketOpener(chance(), CONV);
        measure("100 B forged, dropped", PACKETS, i -> opener.open(forged, 0, 120, opened, 0));
        forged[7] = -1;
        measure("100 B with an absurd counter, dropped", PACKETS, i -> opener.open(forged, 0, 120, opened, 0));
    }

    private static void handshake() {
        ClusterKeyPair server = ClusterKeyPair.of(chance());
        byte[] prologue = NoiseNk.prologue(ControlType.CONNECT, 1, 2);
        byte[] request = new NoiseInitiator(server.publicKey(), prologue, new byte[200], chance()).request();
        measure("handshake, the server's part", 200, i -> {
            NoiseResponder responder = (NoiseResponder) NoiseResponder.read(server, prologue, request);
            responder.answer(new byte[200], chance());
        });
        measure("handshake, both parts", 200, i -> {
            NoiseInitiator client = new NoiseInitiator(server.publicKey(), prologue, new byte[200], chance());
            NoiseResponder responder = (NoiseResponder) NoiseResponder.read(server, prologue, client.request());
            byte[] answer = responder.answer(new byte[200], chance()).message();
            if (!(client.read(answer) instanceof NoiseAnswer.Finished)) throw new AssertionError();
        });
    }

    private static void memory() {
        int convs = 20_000;
        byte[] datagram = new byte[100];
        LittleEndian.putU32(datagram, 0, CONV);
        byte[] packet = new byte[120];
        byte[] opened = new byte[100];
        Object[] kept = new Object[2 * convs];
        long before = used();
        for (int i = 0; i < convs; i++) {
            byte[] key = chance();
            PacketSealer sealer = new PacketSealer(key, CONV);
            PacketOpener opener = new PacketOpener(key, CONV);
            for (int j = 0; j < 3; j++) {
                sealer.seal(datagram, 0, 100, packet, 0);
                opener.open(packet, 0, 120, opened, 0);
            }
            kept[2 * i] = sealer;
            kept[2 * i + 1] = opener;
        }
        System.out.printf("heap per conv, both directions: %d B%n", (used() - before) / convs);
        if (Arrays.asList(kept).contains(null)) throw new AssertionError();
    }

    private static void measure(String what, int times, Work work) {
        long bestNs = Long.MAX_VALUE;
        long leastBytes = Long.MAX_VALUE;
        for (int round = 0; round < ROUNDS; round++) {
            long bytes = allocated();
            long ns = System.nanoTime();
            for (int i = 0; i < times; i++) work.run(i);
            ns = System.nanoTime() - ns;
            bestNs = Math.min(bestNs, ns / times);
            leastBytes = Math.min(leastBytes, (allocated() - bytes) / times);
        }
        System.out.printf("%-40s %8d ns %8d B allocated%n", what, bestNs, leastBytes);
    }

    private static long allocated() {
        return ((com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean())
                .getThreadAllocatedBytes(Thread.currentThread().getId());
    }

    private static long used() {
        for (int i = 0; i < 3; i++) System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    private static byte[] chance() {
        byte[] bytes = new byte[32];
        RANDOM.nextBytes(bytes);
        return bytes;
    }
}
