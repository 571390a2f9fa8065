package dev.convoy.protocol.sim;

import java.util.Arrays;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** One direction of a path in virtual time. Everything that happens follows from the model, the seed and the calls. */
public final class SimLink {
    private static final class Packet {
        final long arrivesAtMs;
        final long number;
        final byte[] bytes;

        Packet(long arrivesAtMs, long number, byte[] bytes) {
            this.arrivesAtMs = arrivesAtMs;
            this.number = number;
            this.bytes = bytes;
        }
    }

    private final LinkModel model;
    private final SplittableRandom random;
    private final PriorityQueue<Packet> underway = new PriorityQueue<>(
            Comparator.<Packet>comparingLong(packet -> packet.arrivesAtMs).thenComparingLong(packet -> packet.number));

    private long sent;
    private long sentBytes;
    private long lost;
    private int burstLeft;
    private long lastArrivalMs = Long.MIN_VALUE;
    /** When the bottleneck has carried everything that waits in front of it. */
    private double bottleneckFreeAtMs;

    public SimLink(LinkModel model, long seed) {
        this.model = model;
        this.random = new SplittableRandom(seed);
    }

    public long sentDatagrams() {
        return sent;
    }

    public long sentBytes() {
        return sentBytes;
    }

    public long lostDatagrams() {
        return lost;
    }

    /** How long a datagram that comes now waits in front of the bottleneck. */
    public int queueMs(long nowMs) {
        return (int) Math.max(0, bottleneckFreeAtMs - (double) nowMs);
    }

    /** Puts a datagram on the way, or loses it. */
    public void send(byte[] buffer, int offset, int length, long nowMs) {
        sent++;
        sentBytes += length;
        if (isLost(nowMs) || !enterBottleneck(length, nowMs)) {
            lost++;
            return;
        }
        byte[] bytes = Arrays.copyOfRange(buffer, offset, offset + length);
        underway.add(new Packet(arrivalMs(nowMs), sent, bytes));
        if (happens(model.duplicateRate)) {
            underway.add(new Packet(arrivalMs(nowMs), sent, bytes));
        }
    }

    /** When the next datagram arrives; {@link Long#MAX_VALUE} when none is underway. */
    public long nextArrivalMs() {
        Packet first = underway.peek();
        return first == null ? Long.MAX_VALUE : first.arrivesAtMs;
    }

    /** The next datagram that has arrived, or null. */
    public byte @Nullable [] poll(long nowMs) {
        Packet first = underway.peek();
        if (first == null || first.arrivesAtMs > nowMs) {
            return null;
        }
        underway.remove();
        return first.bytes;
    }

    private boolean isLost(long nowMs) {
        if (nowMs >= model.blackoutFromMs && nowMs < model.blackoutToMs) {
            return true;
        }
        if (burstLeft > 0) {
            burstLeft--;
            return true;
        }
        if (happens(model.burstRate)) {
            burstLeft = random.nextInt(model.burstLengthMax);
            return true;
        }
        return happens(model.lossRate);
    }

    private boolean enterBottleneck(int bytes, long nowMs) {
        if (model.bytesPerMs == 0) {
            return true;
        }
        double freeAtMs = Math.max(bottleneckFreeAtMs, (double) nowMs);
        if ((freeAtMs - nowMs) * model.bytesPerMs + bytes > model.queueBytesMax) {
            return false;
        }
        bottleneckFreeAtMs = freeAtMs + (double) bytes / model.bytesPerMs;
        return true;
    }

    private long arrivalMs(long nowMs) {
        long leavesMs = model.bytesPerMs == 0 ? nowMs : (long) Math.ceil(bottleneckFreeAtMs);
        long at = leavesMs + between(model.delayMinMs, model.delayMaxMs);
        if (happens(model.reorderRate)) {
            at += between(0, model.reorderMaxMs);
        }
        if (model.fifo) {
            at = Math.max(at, lastArrivalMs);
            lastArrivalMs = at;
        }
        return at;
    }

    private int between(int min, int max) {
        return max > min ? min + random.nextInt(max - min) : min;
    }

    private boolean happens(double rate) {
        return rate > 0 && random.nextDouble() < rate;
    }
}
