package dev.convoy.protocol.session;

import dev.convoy.protocol.wire.LittleEndian;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The volatile messages of one conv, in both directions: positions, not purchases. They travel beside KCP, each in a
 * datagram of its own, so that they never wait for a numbered message and never delay one; what gets lost is lost.
 *
 * <p>On each of the {@value #CHANNELS} channels only the newest message counts. One that has not left yet is forgotten when
 * the next comes, one that has arrived and was not taken as well, and one that was overtaken on the way is dropped.
 *
 * <pre>
 * conv u32 · VOLATILE frame: 11 · channel u8 · order u32 · message
 * </pre>
 *
 * The fifth byte of a KCP segment is 81 to 84, which tells the two apart. {@code order} counts the messages of a conv and
 * direction from 1 (a u32: at a thousand a second it lasts for seven weeks, a session for a day).
 * Confined to its session's event loop.
 */
final class VolatileLane {
    static final int CHANNELS = 256;

    private static final int FRAME_OFFSET = 4;
    private static final int MESSAGE_OFFSET = FRAME_OFFSET + Frames.VOLATILE_HEADER_BYTES;

    private final Newest leaving = new Newest();
    private final Newest arrived = new Newest();
    /** Per channel the highest order that has arrived, unsigned; 0 = none. */
    private final int[] arrivedOrder = new int[CHANNELS];

    private int lastOrder;

    /** Whether the datagram is a volatile message, of whichever conv. */
    static boolean isOne(byte[] datagram, int offset, int length) {
        return length >= MESSAGE_OFFSET && datagram[offset + FRAME_OFFSET] == FrameType.VOLATILE.code();
    }

    /** Takes a message in place of the one of its channel that has not left. */
    void send(int channel, byte[] message) {
        leaving.put(channel, message);
    }

    /** Writes the next datagram and returns its bytes, 0 when there is none. */
    int pollTransmit(int conv, byte[] into, int offset) {
        int channel = leaving.peekChannel();
        if (channel < 0) return 0;
        byte[] message = leaving.take();
        LittleEndian.putU32(into, offset, conv);
        Frames.volatileHeader(into, offset + FRAME_OFFSET, channel, ++lastOrder);
        System.arraycopy(message, 0, into, offset + MESSAGE_OFFSET, message.length);
        return MESSAGE_OFFSET + message.length;
    }

    /** A datagram that {@link #isOne is one}: keeps its frame unless a newer one of its channel has been here. */
    void input(byte[] datagram, int offset, int length) {
        int channel = datagram[offset + FRAME_OFFSET + 1] & 0xFF;
        int order = LittleEndian.u32(datagram, offset + FRAME_OFFSET + 2);
        if (Integer.compareUnsigned(order, arrivedOrder[channel]) <= 0) return;
        arrivedOrder[channel] = order;
        arrived.put(channel, Arrays.copyOfRange(datagram, offset + FRAME_OFFSET, offset + length));
    }

    /** The frame of a message that has arrived, or null. */
    byte @Nullable [] poll() {
        return arrived.peekChannel() < 0 ? null : arrived.take();
    }

    /** The newest message of each channel, channels in the order in which they got one first. */
    private static final class Newest {
        private final byte[] @Nullable [] messages = new byte[CHANNELS][];
        private final byte[] channels = new byte[CHANNELS];
        private int head;
        private int size;

        void put(int channel, byte[] message) {
            if (messages[channel] == null) channels[head + size++ & CHANNELS - 1] = (byte) channel;
            messages[channel] = message;
        }

        /** The channel of the next message, -1 when there is none. */
        int peekChannel() {
            return size == 0 ? -1 : channels[head] & 0xFF;
        }

        byte[] take() {
            int channel = peekChannel();
            head = head + 1 & CHANNELS - 1;
            size--;
            byte[] message = messages[channel];
            messages[channel] = null;
            if (message == null) throw new IllegalStateException("no message on channel " + channel);
            return message;
        }
    }
}
