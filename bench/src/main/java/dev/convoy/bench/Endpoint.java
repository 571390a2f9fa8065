package dev.convoy.bench;

import dev.convoy.protocol.kcp.Kcp;
import dev.convoy.protocol.kcp.KcpSettings;
import dev.convoy.protocol.kcp.SegmentPool;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** One end of a conversation in virtual time, of any implementation: plain bytes in and out. For behaviour, not for speed. */
public interface Endpoint {
    /** Takes datagrams out. */
    interface Sink {
        void send(byte[] datagram, int length);
    }

    void send(byte[] message);

    /** Copies the next message and returns its length, -1 when there is none. */
    int receive(byte[] into);

    void input(byte[] datagram, long nowMs);

    /** What the implementation's own driver does in a millisecond in which something happened, or nothing. */
    void update(long nowMs, boolean active, Sink sink);

    int waitingToSend();

    void release();

    /** Our core; {@code atOnce} flushes in the millisecond in which something was sent or came in, and not at the interval only. */
    static Endpoint ours(int conv, KcpSettings settings, boolean atOnce) {
        SegmentPool pool = new SegmentPool();
        Kcp kcp = new Kcp(conv, settings, pool);
        return new Endpoint() {
            private final byte[] buffer = new byte[2048];

            @Override
            public void send(byte[] message) {
                kcp.send(message, 0, message.length);
            }

            @Override
            public int receive(byte[] into) {
                return kcp.receive(into, 0);
            }

            @Override
            public void input(byte[] datagram, long nowMs) {
                kcp.input(datagram, 0, datagram.length, nowMs);
            }

            @Override
            public void update(long nowMs, boolean active, Sink sink) {
                kcp.handleTimeout(nowMs);
                drain(sink);
                if (active && atOnce) {
                    kcp.flush(nowMs);
                    drain(sink);
                }
            }

            private void drain(Sink sink) {
                for (int bytes = kcp.pollTransmit(buffer, 0); bytes > 0; bytes = kcp.pollTransmit(buffer, 0)) {
                    sink.send(buffer, bytes);
                }
            }

            @Override
            public int waitingToSend() {
                return kcp.waitingToSend();
            }

            @Override
            public void release() {
                kcp.release();
            }
        };
    }

    /** kcp-netty's core with the settings {@code nodelay 1, interval 10, resend 2, nc 1}. */
    static Endpoint kcpNetty(int conv, int windowSegments) {
        Deque<ByteBuf> out = new ArrayDeque<>();
        io.jpower.kcp.netty.Kcp kcp = KcpNettyCore.newKcp(conv, windowSegments, out);
        return new Endpoint() {
            @Override
            public void send(byte[] message) {
                kcp.send(Unpooled.copiedBuffer(message));
            }

            @Override
            public int receive(byte[] into) {
                if (!kcp.canRecv()) {
                    return -1;
                }
                List<ByteBuf> parts = new ArrayList<>();
                kcp.recv(parts);
                return copy(parts, into);
            }

            @Override
            public void input(byte[] datagram, long nowMs) {
                kcp.input(Unpooled.copiedBuffer(datagram));
            }

            @Override
            public void update(long nowMs, boolean active, Sink sink) {
                kcp.update((int) nowMs);
                drain(out, sink);
            }

            @Override
            public int waitingToSend() {
                return kcp.waitSnd();
            }

            @Override
            public void release() {
                kcp.release();
            }
        };
    }

    /** java-Kcp's core with the same settings. */
    static Endpoint javaKcp(int conv, int windowSegments) {
        Deque<ByteBuf> out = new ArrayDeque<>();
        kcp.Kcp kcp = JavaKcpCore.newKcp(conv, windowSegments, out);
        return new Endpoint() {
            /** The core subtracts the time when it was made. */
            private final long baseMs = System.currentTimeMillis() + 1_000;

            @Override
            public void send(byte[] message) {
                kcp.send(Unpooled.copiedBuffer(message));
            }

            @Override
            public int receive(byte[] into) {
                if (!kcp.canRecv()) {
                    return -1;
                }
                List<ByteBuf> parts = new ArrayList<>();
                kcp.recv(parts);
                return copy(parts, into);
            }

            @Override
            public void input(byte[] datagram, long nowMs) {
                kcp.input(Unpooled.copiedBuffer(datagram), true, baseMs + nowMs);
            }

            @Override
            public void update(long nowMs, boolean active, Sink sink) {
                kcp.update(baseMs + nowMs);
                drain(out, sink);
            }

            @Override
            public int waitingToSend() {
                return kcp.waitSnd();
            }

            @Override
            public void release() {
                kcp.release();
            }
        };
    }

    private static int copy(List<ByteBuf> parts, byte[] into) {
        int length = 0;
        for (ByteBuf part : parts) {
            int bytes = part.readableBytes();
            part.readBytes(into, length, bytes);
            part.release();
            length += bytes;
        }
        return length;
    }

    private static void drain(Deque<ByteBuf> out, Sink sink) {
        for (ByteBuf datagram = out.poll(); datagram != null; datagram = out.poll()) {
            byte[] bytes = new byte[datagram.readableBytes()];
            datagram.readBytes(bytes);
            datagram.release();
            sink.send(bytes, bytes.length);
        }
    }
}
