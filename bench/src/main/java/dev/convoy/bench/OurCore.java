package dev.convoy.bench;

import dev.convoy.protocol.kcp.Kcp;
import dev.convoy.protocol.kcp.KcpSettings;
import dev.convoy.protocol.kcp.SegmentPool;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/** Convoy's own core. */
final class OurCore implements Pair.Factory {
    static final int CONV = 0x0100_0001;
    private static final int TICK_MS = 10;

    @Override
    public String name() {
        return "convoy";
    }

    private static KcpSettings settings(int windowSegments) {
        return KcpSettings.builder()
                .sendWindowSegments(windowSegments)
                .receiveWindowSegments(windowSegments)
                .sendQueueSegmentsMax(Math.max(1024, windowSegments))
                .mtuBytes(Wire.MTU_BYTES)
                .build();
    }

    @Override
    public Pair newPair(int windowSegments) {
        return new OurPair(settings(windowSegments));
    }

    private static final class OurPair implements Pair {
        private final SegmentPool pool = new SegmentPool();
        private final byte[] datagram = new byte[Wire.MTU_BYTES];
        private final byte[] received = new byte[Wire.MESSAGE_BYTES_MAX];
        private final Kcp a;
        private final Kcp b;
        private long nowMs = 1;

        OurPair(KcpSettings settings) {
            a = new Kcp(CONV, settings, pool);
            b = new Kcp(CONV, settings, pool);
        }

        @Override
        public int exchange(byte[] message, int messages) {
            nowMs += TICK_MS;
            for (int i = 0; i < messages; i++) {
                a.send(message, 0, message.length);
            }
            a.flush(nowMs);
            carry(a, b);
            int arrived = 0;
            while (b.receive(received, 0) >= 0) {
                arrived++;
            }
            b.flush(nowMs);
            carry(b, a);
            return arrived;
        }

        private void carry(Kcp from, Kcp to) {
            for (int bytes = from.pollTransmit(datagram, 0); bytes > 0; bytes = from.pollTransmit(datagram, 0)) {
                to.input(datagram, 0, bytes, nowMs);
            }
        }

        @Override
        public void release() {
            a.release();
            b.release();
        }
    }

    @Override
    public Pair.AckTarget newAckTarget(int windowSegments) {
        return new OurAckTarget(windowSegments);
    }

    private static final class OurAckTarget implements Pair.AckTarget {
        private final SegmentPool pool = new SegmentPool(512L << 20);
        private final int windowSegments;
        private final Kcp kcp;
        private final byte[] datagram = new byte[Wire.MTU_BYTES];
        private byte[] acks = {};
        private int next;

        OurAckTarget(int windowSegments) {
            this.windowSegments = windowSegments;
            this.kcp = new Kcp(CONV, settings(windowSegments), pool);
            openWindow();
        }

        private void openWindow() {
            byte[] tell = Wire.header(CONV, Wire.TELL_WINDOW, 65_535, 0, 0, 0);
            kcp.input(tell, 0, tell.length, Wire.ACK_TIME_MS);
        }

        @Override
        public int fill() {
            for (int i = 0; i < windowSegments; i++) {
                kcp.send(datagram, 0, 64);
            }
            kcp.flush(Wire.ACK_TIME_MS);
            while (kcp.pollTransmit(datagram, 0) > 0) {}
            int first = next;
            next += windowSegments;
            return first;
        }

        @Override
        public void prepare(int[] sequences, int[] unas) {
            ByteBuffer all =
                    ByteBuffer.allocate(sequences.length * Wire.HEADER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
            for (int i = 0; i < sequences.length; i++) {
                all.put(Wire.header(CONV, Wire.ACK, 65_535, Wire.ACK_TIME_MS, sequences[i], unas[i]));
            }
            acks = all.array();
        }

        @Override
        public void run() {
            for (int at = 0; at < acks.length; at += Wire.HEADER_BYTES) {
                kcp.input(acks, at, Wire.HEADER_BYTES, Wire.ACK_TIME_MS);
            }
        }

        @Override
        public int inFlight() {
            return kcp.waitingToSend();
        }

        @Override
        public void release() {
            kcp.release();
        }
    }

    @Override
    public Pair.IdleFleet newIdleFleet(int sessions) {
        return new OurFleet(sessions);
    }

    private static final class OurFleet implements Pair.IdleFleet {
        private final SegmentPool pool = new SegmentPool();
        private final List<Kcp> sessions = new ArrayList<>();
        /** Only sessions that ask for a timer have one: the event loop looks at nothing else. */
        private final List<Kcp> timers = new ArrayList<>();

        private long nowMs = 1_000;

        OurFleet(int count) {
            byte[] buffer = new byte[Wire.MTU_BYTES];
            for (int i = 0; i < count; i++) {
                Kcp kcp = new Kcp(CONV, KcpSettings.turbo(), pool);
                Kcp peer = new Kcp(CONV, KcpSettings.turbo(), pool);
                for (int round = 0; round < 3; round++) {
                    kcp.send(buffer, 0, 100);
                    peer.send(buffer, 0, 100);
                    carry(kcp, peer, buffer);
                    carry(peer, kcp, buffer);
                    carry(kcp, peer, buffer);
                    kcp.receive(buffer, 0);
                    peer.receive(buffer, 0);
                    nowMs += TICK_MS;
                }
                peer.release();
                sessions.add(kcp);
                if (kcp.nextTimeoutMs(nowMs) != Long.MAX_VALUE) {
                    timers.add(kcp);
                }
            }
        }

        private void carry(Kcp from, Kcp to, byte[] buffer) {
            from.flush(nowMs);
            for (int bytes = from.pollTransmit(buffer, 0); bytes > 0; bytes = from.pollTransmit(buffer, 0)) {
                to.input(buffer, 0, bytes, nowMs);
            }
        }

        @Override
        public void tick() {
            nowMs += TICK_MS;
            for (Kcp kcp : timers) {
                kcp.handleTimeout(nowMs);
            }
        }

        @Override
        public void release() {
            sessions.forEach(Kcp::release);
        }
    }
}
