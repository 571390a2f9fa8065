package dev.convoy.bench;

import io.jpower.kcp.netty.Kcp;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** The core of kcp-netty, used as its channel uses it: buffers handed over, not copied. */
final class KcpNettyCore implements Pair.Factory {
    private static final ByteBufAllocator ALLOCATOR = PooledByteBufAllocator.DEFAULT;
    private static final int TICK_MS = 10;

    @Override
    public String name() {
        return "kcp-netty";
    }

    static Kcp newKcp(int conv, int windowSegments, Deque<ByteBuf> out) {
        Kcp kcp = new Kcp(conv, (data, from) -> out.add(data));
        kcp.setByteBufAllocator(ALLOCATOR);
        kcp.setMtu(Wire.MTU_BYTES);
        kcp.nodelay(true, TICK_MS, 2, true);
        kcp.wndsize(windowSegments, windowSegments);
        return kcp;
    }

    @Override
    public Pair newPair(int windowSegments) {
        return new NettyPair(windowSegments);
    }

    private static final class NettyPair implements Pair {
        private final Deque<ByteBuf> fromA = new ArrayDeque<>();
        private final Deque<ByteBuf> fromB = new ArrayDeque<>();
        private final List<ByteBuf> received = new ArrayList<>();
        private final byte[] message = new byte[Wire.MESSAGE_BYTES_MAX];
        private final Kcp a;
        private final Kcp b;
        private int nowMs = 1;

        NettyPair(int windowSegments) {
            a = newKcp(OurCore.CONV, windowSegments, fromA);
            b = newKcp(OurCore.CONV, windowSegments, fromB);
        }

        @Override
        public int exchange(byte[] bytes, int messages) {
            nowMs += TICK_MS;
            for (int i = 0; i < messages; i++) {
                ByteBuf buffer = ALLOCATOR.buffer(bytes.length).writeBytes(bytes);
                a.send(buffer);
                buffer.release();
            }
            a.update(nowMs);
            b.update(nowMs); // its clock, for what comes in
            carry(fromA, b);
            int arrived = 0;
            while (b.canRecv()) {
                b.recv(received);
                for (ByteBuf part : received) {
                    part.readBytes(message, 0, part.readableBytes());
                    part.release();
                }
                received.clear();
                arrived++;
            }
            nowMs += TICK_MS;
            b.update(nowMs);
            a.update(nowMs);
            carry(fromB, a);
            return arrived;
        }

        private static void carry(Deque<ByteBuf> from, Kcp to) {
            for (ByteBuf datagram = from.poll(); datagram != null; datagram = from.poll()) {
                to.input(datagram);
                datagram.release();
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
        return new NettyAckTarget(windowSegments);
    }

    private static final class NettyAckTarget implements Pair.AckTarget {
        private final Deque<ByteBuf> out = new ArrayDeque<>();
        private final int windowSegments;
        private final Kcp kcp;
        private ByteBuf[] acks = {};
        private int next;
        private int sentAt;
        private int nowMs = Wire.ACK_TIME_MS;

        NettyAckTarget(int windowSegments) {
            this.windowSegments = windowSegments;
            this.kcp = newKcp(OurCore.CONV, windowSegments, out);
            kcp.update(nowMs);
            kcp.input(Unpooled.wrappedBuffer(Wire.header(OurCore.CONV, Wire.TELL_WINDOW, 65_535, 0, 0, 0)));
        }

        @Override
        public int fill() {
            byte[] bytes = new byte[64];
            for (int i = 0; i < windowSegments; i++) {
                ByteBuf buffer = ALLOCATOR.buffer(bytes.length).writeBytes(bytes);
                kcp.send(buffer);
                buffer.release();
            }
            nowMs += TICK_MS;
            kcp.update(nowMs);
            sentAt = out.element().getIntLE(Wire.TIMESTAMP_AT);
            out.forEach(ByteBuf::release);
            out.clear();
            int first = next;
            next += windowSegments;
            return first;
        }

        @Override
        public void prepare(int[] sequences, int[] unas) {
            acks = new ByteBuf[sequences.length];
            for (int i = 0; i < sequences.length; i++) {
                acks[i] = Unpooled.wrappedBuffer(
                        Wire.header(OurCore.CONV, Wire.ACK, 65_535, sentAt, sequences[i], unas[i]));
            }
        }

        @Override
        public void run() {
            for (ByteBuf ack : acks) {
                kcp.input(ack);
            }
        }

        @Override
        public int inFlight() {
            return kcp.waitSnd();
        }

        @Override
        public void release() {
            kcp.release();
        }
    }

    @Override
    public Pair.IdleFleet newIdleFleet(int sessions) {
        return new NettyFleet(sessions);
    }

    private static final class NettyFleet implements Pair.IdleFleet {
        private final List<Kcp> sessions = new ArrayList<>();
        private int nowMs = 1_000;

        NettyFleet(int count) {
            byte[] bytes = new byte[100];
            for (int i = 0; i < count; i++) {
                Deque<ByteBuf> out = new ArrayDeque<>(2);
                Deque<ByteBuf> back = new ArrayDeque<>();
                Kcp kcp = newKcp(OurCore.CONV, 256, out);
                Kcp peer = newKcp(OurCore.CONV, 256, back);
                kcp.update(nowMs);
                peer.update(nowMs);
                for (int round = 0; round < 3; round++) {
                    kcp.send(Unpooled.wrappedBuffer(bytes));
                    peer.send(Unpooled.wrappedBuffer(bytes));
                    for (int step = 0; step < 3; step++) {
                        nowMs += TICK_MS;
                        kcp.update(nowMs);
                        NettyPair.carry(out, peer);
                        peer.update(nowMs);
                        NettyPair.carry(back, kcp);
                    }
                    drain(kcp);
                    drain(peer);
                }
                peer.release();
                sessions.add(kcp);
            }
        }

        private static void drain(Kcp kcp) {
            List<ByteBuf> received = new ArrayList<>();
            while (kcp.canRecv()) {
                kcp.recv(received);
            }
            received.forEach(ByteBuf::release);
        }

        @Override
        public void tick() {
            nowMs += TICK_MS;
            for (Kcp kcp : sessions) {
                kcp.update(nowMs);
            }
        }

        @Override
        public void release() {
            sessions.forEach(Kcp::release);
        }
    }
}
