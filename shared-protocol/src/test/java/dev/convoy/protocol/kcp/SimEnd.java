package dev.convoy.protocol.kcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.convoy.protocol.sim.SimLink;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.SplittableRandom;

/**
 * One end of a simulated conversation: an application that sends numbered messages and checks that those it receives are the other's, each
 * one once and in order.
 */
final class SimEnd {
    private static final int BUFFER_BYTES = 1 << 18;

    final Kcp kcp;
    private final SimLink out;
    private final SplittableRandom random;
    private final boolean stream;
    private final boolean flushesAtOnce;
    private final long seed;
    private final int readEveryMs;
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private final Deque<byte[]> outbox = new ArrayDeque<>();

    private int toSend;
    private int sendEveryMs;
    private int messageBytesMax;
    private int created;
    private long nextSendMs;
    private long nextReadMs;

    private int received;
    private long streamBytes;
    private long streamSent;

    SimEnd(Kcp kcp, SimLink out, long seed, boolean stream, boolean flushesAtOnce, int readEveryMs) {
        this.kcp = kcp;
        this.out = out;
        this.seed = seed;
        this.random = new SplittableRandom(seed);
        this.stream = stream;
        this.flushesAtOnce = flushesAtOnce;
        this.readEveryMs = readEveryMs;
    }

    void willSend(int messages, int everyMs, int bytesMax) {
        toSend = messages;
        sendEveryMs = everyMs;
        messageBytesMax = bytesMax;
    }

    boolean hasSentAll() {
        return toSend == 0 && outbox.isEmpty() && kcp.waitingToSend() == 0;
    }

    int received() {
        return received;
    }

    long streamBytes() {
        return streamBytes;
    }

    long streamSent() {
        return streamSent;
    }

    int created() {
        return created;
    }

    long nextEventMs(long nowMs) {
        long next = kcp.nextTimeoutMs(nowMs);
        if (toSend > 0) {
            next = Math.min(next, nextSendMs);
        }
        if (kcp.peekSize() >= 0) {
            next = Math.min(next, Math.max(nowMs, nextReadMs));
        }
        return outbox.isEmpty() ? next : Math.min(next, nowMs + 10);
    }

    /** Lets everything happen that is due now; {@code in} brings what the other end has sent. */
    void run(SimLink in, long nowMs) {
        boolean acted = takeDatagrams(in, nowMs);
        if (nowMs >= nextReadMs) {
            readAll(nowMs);
        }
        acted |= sendDue(nowMs);
        kcp.handleTimeout(nowMs);
        transmit(nowMs);
        if (acted && flushesAtOnce) {
            kcp.flush(nowMs);
            transmit(nowMs);
        }
    }

    private boolean takeDatagrams(SimLink in, long nowMs) {
        boolean any = false;
        for (byte[] datagram = in.poll(nowMs); datagram != null; datagram = in.poll(nowMs)) {
            assertThat(kcp.input(datagram, 0, datagram.length, nowMs)).isEqualTo(DropReason.NONE);
            any = true;
        }
        return any;
    }

    private void readAll(long nowMs) {
        for (int bytes = kcp.receive(buffer, 0); bytes >= 0; bytes = kcp.receive(buffer, 0)) {
            nextReadMs = nowMs + readEveryMs;
            if (stream) {
                for (int i = 0; i < bytes; i++) {
                    assertThat(buffer[i])
                            .as("byte %s of the stream", streamBytes)
                            .isEqualTo(streamByte(streamBytes));
                    streamBytes++;
                }
            } else {
                checkMessage(bytes);
            }
            if (readEveryMs > 0) {
                return; // a slow reader takes one at a time
            }
        }
    }

    private void checkMessage(int bytes) {
        byte[] expected = message(~seed, received, bytes);
        for (int i = 0; i < bytes; i++) {
            assertThat(buffer[i]).as("byte %s of message %s", i, received).isEqualTo(expected[i]);
        }
        received++;
    }

    private boolean sendDue(long nowMs) {
        while (toSend > 0 && nextSendMs <= nowMs) {
            int length = messageBytesMax == 0 ? 0 : random.nextInt(messageBytesMax);
            outbox.add(stream ? streamPart(length) : message(seed, created, length));
            created++;
            toSend--;
            nextSendMs = nowMs + (sendEveryMs == 0 ? 0 : random.nextInt(2 * sendEveryMs));
        }
        boolean any = false;
        while (!outbox.isEmpty()) {
            byte[] message = outbox.element();
            SendResult result = kcp.send(message, 0, message.length);
            if (result == SendResult.QUEUE_FULL) {
                break;
            }
            assertThat(result).isEqualTo(SendResult.ACCEPTED);
            outbox.remove();
            any = true;
        }
        return any;
    }

    private byte[] streamPart(int length) {
        byte[] part = new byte[length];
        for (int i = 0; i < length; i++) {
            part[i] = streamByte(streamSent++);
        }
        return part;
    }

    private static byte streamByte(long index) {
        return (byte) ((index * 31) >> 3);
    }

    /** Message {@code number} of the end with this seed: every byte follows from number, place and length. */
    private static byte[] message(long seed, int number, int length) {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) ((seed >= 0 ? 17 : 91) + number * 7 + i * 13 + length);
        }
        return bytes;
    }

    private void transmit(long nowMs) {
        for (int bytes = kcp.pollTransmit(buffer, 0); bytes > 0; bytes = kcp.pollTransmit(buffer, 0)) {
            out.send(buffer, 0, bytes, nowMs);
        }
    }
}
