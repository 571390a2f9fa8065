package dev.convoy.bench;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** KCP headers by hand, and the sizes that all implementations are measured with. */
final class Wire {
    static final int MTU_BYTES = 1200;
    static final int MESSAGE_BYTES_MAX = 4096;
    static final int HEADER_BYTES = 24;
    static final int TIMESTAMP_AT = 8;
    static final int ACK = 82;
    static final int TELL_WINDOW = 84;
    /** When everything happens in the measurement of acknowledgements. */
    static final int ACK_TIME_MS = 100;

    private Wire() {}

    static byte[] header(int conv, int command, int window, int timestamp, int sequence, int una) {
        return ByteBuffer.allocate(HEADER_BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(conv)
                .put((byte) command)
                .put((byte) 0)
                .putShort((short) window)
                .putInt(timestamp)
                .putInt(sequence)
                .putInt(una)
                .putInt(0)
                .array();
    }
}
