package dev.convoy.tools.bench;

import com.sun.management.ThreadMXBean;
import dev.convoy.protocol.kcp.Kcp;
import dev.convoy.protocol.kcp.KcpSettings;
import dev.convoy.protocol.kcp.SegmentPool;
import dev.convoy.protocol.seal.PacketOpener;
import dev.convoy.protocol.seal.PacketSealer;
import dev.convoy.protocol.seal.SealDrop;
import dev.convoy.protocol.seal.SealedPacket;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * An echo over KCP in memory, plain and sealed, on the JDK that runs it: two ends, no socket, no clock but for the result. What is
 * measured is all that a message costs both ends: send, flush, seal, open, input, receive, and the same back.
 *
 * <p>{@code SealMeasurement SECONDS FILE}: writes a JSON object there.
 */
final class SealMeasurement {
    private static final int CONV = 0x0900_0001;
    private static final int BATCH = 16;
    private static final int ROUNDS = 5;
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    /** One end of the echo. */
    private static final class End {
        final Kcp kcp;
        final byte[] out = new byte[2048];
        final byte[] opened = new byte[2048];
        final byte[] message = new byte[2048];
        final PacketSealer sealer;
        final PacketOpener opener;
        long packets;

        End(boolean isSealed, int send, int receive) {
            int mtu = isSealed ? SealedPacket.PLAIN_BYTES_MAX : SealedPacket.BYTES_MAX;
            kcp = new Kcp(CONV, KcpSettings.builder().mtuBytes(mtu).build(), new SegmentPool());
            sealer = new PacketSealer(key(send), CONV);
            opener = new PacketOpener(key(receive), CONV);
        }

        private static byte[] key(int fill) {
            byte[] key = new byte[32];
            key[0] = (byte) fill;
            return key;
        }

        /** Hands everything that may leave to the other end. */
        void pump(End other, boolean isSealed, long nowMs) {
            kcp.flush(nowMs);
            for (int bytes = kcp.pollTransmit(out, 4); bytes > 0; bytes = kcp.pollTransmit(out, 4)) {
                packets++;
                if (isSealed) {
                    int sealed = sealer.seal(out, 4, bytes, out, 0);
                    if (other.opener.open(out, 0, sealed, other.opened, 0) != SealDrop.NONE)
                        throw new IllegalStateException("a packet did not open");
                    other.kcp.input(other.opened, 0, other.opener.plainBytes(), nowMs);
                } else {
                    other.kcp.input(out, 4, bytes, nowMs);
                }
            }
        }
    }

    private SealMeasurement() {}

    public static void main(String[] arguments) throws IOException {
        long roundNanos =
                TimeUnit.MILLISECONDS.toNanos((long) (Double.parseDouble(arguments[0]) * 1000 / (4 * (ROUNDS + 1))));
        JsonObject result = new JsonObject().put("java", Runtime.version().toString());
        for (int bytes : new int[] {100, 1000}) {
            JsonObject plain = echo(false, bytes, roundNanos);
            JsonObject sealed = echo(true, bytes, roundNanos);
            // One after the other in every round, so that a disturbance hits both.
            for (int round = 0; round < ROUNDS; round++) {
                plain = better(plain, echo(false, bytes, roundNanos));
                sealed = better(sealed, echo(true, bytes, roundNanos));
            }
            result.put(
                    bytes + "B",
                    new JsonObject()
                            .put("plain", plain)
                            .put("sealed", sealed)
                            .put("sealedToPlain", plain.getDouble("nsPerEcho") / sealed.getDouble("nsPerEcho")));
        }
        Files.writeString(Path.of(arguments[1]), result.encodePrettily());
    }

    private static JsonObject better(JsonObject before, JsonObject now) {
        return now.getDouble("nsPerEcho") < before.getDouble("nsPerEcho") ? now : before;
    }

    private static JsonObject echo(boolean isSealed, int bytes, long nanos) {
        End client = new End(isSealed, 1, 2);
        End server = new End(isSealed, 2, 1);
        byte[] message = new byte[bytes];
        long echoes = 0;
        long nowMs = 0;
        long allocatedBefore =
                THREADS.getThreadAllocatedBytes(Thread.currentThread().getId());
        long began = System.nanoTime();
        while (System.nanoTime() - began < nanos) {
            nowMs += 10;
            for (int i = 0; i < BATCH; i++) client.kcp.send(message, 0, bytes);
            client.pump(server, isSealed, nowMs);
            while (server.kcp.peekSize() >= 0) {
                int length = server.kcp.receive(server.message, 0);
                server.kcp.send(server.message, 0, length);
            }
            server.pump(client, isSealed, nowMs);
            while (client.kcp.peekSize() >= 0) {
                client.kcp.receive(client.message, 0);
                echoes++;
            }
        }
        long took = System.nanoTime() - began;
        long allocated = THREADS.getThreadAllocatedBytes(Thread.currentThread().getId()) - allocatedBefore;
        long packets = client.packets + server.packets;
        return new JsonObject()
                .put("nsPerEcho", (double) took / echoes)
                .put("nsPerPacket", (double) took / packets)
                .put("bytesAllocatedPerPacket", (double) allocated / packets)
                .put("echoes", echoes)
                .put("packets", packets);
    }
}
