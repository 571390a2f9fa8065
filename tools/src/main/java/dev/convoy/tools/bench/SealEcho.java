package dev.convoy.tools.bench;

import dev.convoy.protocol.kcp.Kcp;
import dev.convoy.protocol.kcp.KcpSettings;
import dev.convoy.protocol.kcp.SegmentPool;
import dev.convoy.protocol.seal.PacketOpener;
import dev.convoy.protocol.seal.PacketSealer;
import dev.convoy.protocol.seal.SealDrop;
import dev.convoy.protocol.seal.SealedPacket;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A conversation of which one end sends back what the other says; both ends on the caller's thread, so that its CPU time is all
 * that an echo costs. Confined to that thread.
 */
final class SealEcho implements AutoCloseable {
    private static final int CONV = 0x2A00_0017;
    private static final int WINDOW_SEGMENTS = 256;
    private static final int QUEUE_SEGMENTS = 1024;
    private static final int KEY_BYTES = 32;
    private static final long STANDSTILL_NANOS = TimeUnit.SECONDS.toNanos(20);

    private final SealCarrier carrier;
    private final SegmentPool pool = new SegmentPool();
    private final byte[] message;
    private final byte[] received;
    private final End client;
    private final End server;
    private long packets;

    /**
     * Takes the carrier over and closes it.
     *
     * @param messageBytes at most what one datagram holds
     */
    SealEcho(SealCarrier carrier, boolean isSealed, int messageBytes) {
        this.carrier = carrier;
        message = new byte[messageBytes];
        received = new byte[messageBytes];
        byte[] up = new byte[KEY_BYTES];
        byte[] down = new byte[KEY_BYTES];
        down[0] = 1;
        client = new End(true, isSealed ? up : null, isSealed ? down : null);
        server = new End(false, isSealed ? down : null, isSealed ? up : null);
    }

    /** Sends so many messages together and waits until they are back; at most a window of them. */
    void exchange(int messages) throws IOException {
        long startedNanos = System.nanoTime();
        long nowMs = millis(startedNanos);
        for (int i = 0; i < messages; i++) client.kcp.send(message, 0, message.length);
        client.flush(nowMs);
        int back = 0;
        while (back < messages) {
            if (server.take(nowMs)) {
                for (int bytes = server.kcp.receive(received, 0); bytes >= 0; bytes = server.kcp.receive(received, 0))
                    server.kcp.send(received, 0, bytes);
                server.flush(nowMs);
            }
            boolean isProgress = client.take(nowMs);
            while (client.kcp.receive(received, 0) >= 0) back++;
            if (isProgress) continue;
            // The system may have lost one, or has not brought it yet.
            long nowNanos = System.nanoTime();
            if (nowNanos - startedNanos > STANDSTILL_NANOS) throw new IOException("the echo stands still");
            nowMs = millis(nowNanos);
            client.retry(nowMs);
            server.retry(nowMs);
        }
    }

    /** Datagrams sent so far, both ways. */
    long packets() {
        return packets;
    }

    private static long millis(long nanos) {
        return TimeUnit.NANOSECONDS.toMillis(nanos);
    }

    @Override
    public void close() throws IOException {
        client.kcp.release();
        server.kcp.release();
        carrier.close();
    }

    /** One end, with the cipher between its KCP and the carrier if there are keys. */
    private final class End {
        private final boolean isClient;
        private final Kcp kcp;
        private final @Nullable PacketSealer sealer;
        private final @Nullable PacketOpener opener;
        private final byte[] datagram = new byte[SealedPacket.BYTES_MAX];
        private final byte[] packet = new byte[SealedPacket.BYTES_MAX];

        End(boolean isClient, byte @Nullable [] out, byte @Nullable [] in) {
            this.isClient = isClient;
            sealer = out == null ? null : new PacketSealer(out, CONV);
            opener = in == null ? null : new PacketOpener(in, CONV);
            KcpSettings settings = KcpSettings.builder()
                    .sendWindowSegments(WINDOW_SEGMENTS)
                    .receiveWindowSegments(WINDOW_SEGMENTS)
                    .sendQueueSegmentsMax(QUEUE_SEGMENTS)
                    .mtuBytes(out == null ? SealedPacket.BYTES_MAX : SealedPacket.PLAIN_BYTES_MAX)
                    .build();
            kcp = new Kcp(CONV, settings, pool);
        }

        void flush(long nowMs) throws IOException {
            kcp.flush(nowMs);
            transmit();
        }

        void retry(long nowMs) throws IOException {
            kcp.handleTimeout(nowMs);
            transmit();
        }

        private void transmit() throws IOException {
            for (int bytes = kcp.pollTransmit(datagram, 0); bytes > 0; bytes = kcp.pollTransmit(datagram, 0)) {
                packets++;
                if (sealer == null) carrier.send(isClient, datagram, bytes);
                else carrier.send(isClient, packet, sealer.seal(datagram, 0, bytes, packet, 0));
            }
        }

        /** Takes in all that is there; false when there was nothing. */
        boolean take(long nowMs) throws IOException {
            boolean isAny = false;
            for (int bytes = carrier.receive(isClient, packet); bytes > 0; bytes = carrier.receive(isClient, packet)) {
                isAny = true;
                if (opener == null) {
                    kcp.input(packet, 0, bytes, nowMs);
                    continue;
                }
                SealDrop drop = opener.open(packet, 0, bytes, datagram, 0);
                if (drop != SealDrop.NONE) throw new IOException("our own packet was dropped: " + drop);
                kcp.input(datagram, 0, opener.plainBytes(), nowMs);
            }
            return isAny;
        }
    }
}
