package dev.convoy.protocol.kcp;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * The header in front of every segment, read and written in place. A datagram is one or more segments back to back.
 *
 * <pre>
 *   0               1               2               3              (bytes, little-endian)
 *  +---------------+---------------+---------------+---------------+
 *  |                             conv                              |   0  conversation id
 *  +---------------+---------------+---------------+---------------+
 *  |      cmd      |      frg      |              wnd              |   4  command, fragments that follow, free receive window
 *  +---------------+---------------+---------------+---------------+
 *  |                              ts                               |   8  when it was sent; an ACK echoes the push's
 *  +---------------+---------------+---------------+---------------+
 *  |                              sn                               |  12  sequence number; an ACK names the push's
 *  +---------------+---------------+---------------+---------------+
 *  |                              una                              |  16  everything before this has been received
 *  +---------------+---------------+---------------+---------------+
 *  |                              len                              |  20  payload bytes that follow
 *  +---------------+---------------+---------------+---------------+
 * </pre>
 *
 * Source: the reference implementation's {@code ikcp_encode_seg}.
 */
final class WireHeader {
    static final int BYTES = 24;

    static final int CONV_AT = 0;
    static final int COMMAND_AT = 4;
    static final int FRAGMENT_AT = 5;
    static final int WINDOW_AT = 6;
    static final int TIMESTAMP_AT = 8;
    static final int SEQUENCE_AT = 12;
    static final int UNACKNOWLEDGED_AT = 16;
    static final int LENGTH_AT = 20;

    static final int PUSH = 81;
    static final int ACK = 82;
    static final int ASK_WINDOW = 83;
    static final int TELL_WINDOW = 84;

    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long U32 = 0xffff_ffffL;

    private WireHeader() {}

    static int conv(byte[] datagram, int at) {
        return (int) INT.get(datagram, at + CONV_AT);
    }

    static int command(byte[] datagram, int at) {
        return datagram[at + COMMAND_AT] & 0xff;
    }

    static int fragment(byte[] datagram, int at) {
        return datagram[at + FRAGMENT_AT] & 0xff;
    }

    static int window(byte[] datagram, int at) {
        return (int) INT.get(datagram, at + COMMAND_AT) >>> 16;
    }

    static int timestamp(byte[] datagram, int at) {
        return (int) INT.get(datagram, at + TIMESTAMP_AT);
    }

    static int sequence(byte[] datagram, int at) {
        return (int) INT.get(datagram, at + SEQUENCE_AT);
    }

    static int unacknowledged(byte[] datagram, int at) {
        return (int) INT.get(datagram, at + UNACKNOWLEDGED_AT);
    }

    static int length(byte[] datagram, int at) {
        return (int) INT.get(datagram, at + LENGTH_AT);
    }

    static boolean isCommand(int command) {
        return command >= PUSH && command <= TELL_WINDOW;
    }

    /** Writes a whole header as three words and returns where the payload begins. */
    static int write(
            byte[] into,
            int at,
            int conv,
            int command,
            int fragment,
            int window,
            int timestamp,
            int sequence,
            int unacknowledged,
            int length) {
        LONG.set(into, at, (conv & U32) | ((long) command << 32) | ((long) fragment << 40) | ((long) window << 48));
        LONG.set(into, at + TIMESTAMP_AT, (timestamp & U32) | ((long) sequence << 32));
        LONG.set(into, at + UNACKNOWLEDGED_AT, (unacknowledged & U32) | ((long) length << 32));
        return at + BYTES;
    }
}
