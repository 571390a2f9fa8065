package dev.convoy.protocol.handshake;

import dev.convoy.protocol.wire.ControlType;
import dev.convoy.protocol.wire.LittleEndian;
import java.security.MessageDigest;
import java.util.Arrays;

/**
 * "This conv is dead here": what a client gets instead of silence when nobody has its conv any more. It comes
 * without the header of other control datagrams, because it answers a KCP datagram and may never be larger than
 * that, and no KCP datagram is smaller than {@value #BYTES} bytes.
 *
 * <pre>
 *  0               1               2               3
 * +---------------+---------------+---------------+---------------+
 * |  magic u32: "KCP8"                                            |
 * +---------------+---------------+---------------+---------------+
 * |  conv u32                                                     |
 * +---------------+---------------+---------------+---------------+
 * |  reset token, 16 bytes                                        |
 * </pre>
 *
 * A client that finds its own conv and the token of its {@link Grant} in it comes back at once; anything else is
 * ignored.
 */
public final class Reset {
    public static final int BYTES = 24;

    private static final int CONV_OFFSET = 4;
    private static final int TOKEN_OFFSET = 8;

    private Reset() {}

    /** Writes the {@value #BYTES} bytes. */
    public static void write(byte[] into, int offset, ResetKey key, int conv, long epoch) {
        LittleEndian.putU32(into, offset, ControlType.RESET.magic());
        LittleEndian.putU32(into, offset + CONV_OFFSET, conv);
        key.sign(conv, epoch, into, offset + TOKEN_OFFSET);
    }

    /** True when the datagram is a Reset of this conv that carries its token; any bytes are allowed. */
    public static boolean isFor(byte[] bytes, int offset, int length, int conv, byte[] resetToken) {
        if (length != BYTES || LittleEndian.u32(bytes, offset) != ControlType.RESET.magic()) return false;
        byte[] shown = Arrays.copyOfRange(bytes, offset + TOKEN_OFFSET, offset + BYTES);
        return LittleEndian.u32(bytes, offset + CONV_OFFSET) == conv && MessageDigest.isEqual(shown, resetToken);
    }
}
