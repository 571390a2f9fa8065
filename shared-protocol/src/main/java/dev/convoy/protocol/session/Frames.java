package dev.convoy.protocol.session;

import dev.convoy.protocol.wire.ErrorCode;
import dev.convoy.protocol.wire.LittleEndian;
import dev.convoy.protocol.wire.Text;
import java.nio.charset.StandardCharsets;

/**
 * Writes frames into a caller's buffer; each method returns the frame's length in bytes.
 *
 * <pre>
 * DATA      1 · seq varint · ack varint · message
 * ACK       2 · ack varint
 * PING/PONG 3/4 · nonce u64
 * STATE     5 · seq varint · ack varint · contains u64 · state
 * GOAWAY    6 · spreadMs u32 · target u8
 * ERROR     8 · code u16 · retryAfterMs u32 · detail (UTF-8 to the end)
 * CLOSE     9 · code u16 · retryAfterMs u32 · detail (UTF-8 to the end)
 * PEER     10 · see package peer
 * VOLATILE 11 · channel u8 · order u32 · message, in a datagram of its own
 * </pre>
 */
public final class Frames {
    /** What a DATA frame needs at most besides its message. */
    public static final int OVERHEAD_BYTES_MAX = 1 + 2 * Varint.BYTES_MAX;

    static final int STATE_HEADER_BYTES = 8;
    static final int VOLATILE_HEADER_BYTES = 6;

    /** The largest state that {@link #stateMessage} can carry. */
    public static final int STATE_BYTES_MAX = SessionLink.MESSAGE_BYTES_MAX - STATE_HEADER_BYTES;

    private static final int DETAIL_BYTES_MAX = 160;

    private Frames() {}

    /** A message, or a state as {@link #stateMessage} made it. */
    public static int numbered(byte[] into, Outbox.Entry entry, long ack) {
        into[0] = (byte) (entry.isState() ? FrameType.STATE : FrameType.DATA).code();
        int at = Varint.write(into, Varint.write(into, 1, entry.seq()), ack);
        System.arraycopy(entry.message(), 0, into, at, entry.message().length);
        return at + entry.message().length;
    }

    /** What an outbox takes for a STATE: the receiver's last message that the state contains, and the state. */
    public static byte[] stateMessage(long contains, byte[] state) {
        byte[] message = new byte[STATE_HEADER_BYTES + state.length];
        LittleEndian.putU64(message, 0, contains);
        System.arraycopy(state, 0, message, STATE_HEADER_BYTES, state.length);
        return message;
    }

    public static int ack(byte[] into, long ack) {
        into[0] = (byte) FrameType.ACK.code();
        return Varint.write(into, 1, ack);
    }

    public static int ping(byte[] into, long nonce) {
        return withNonce(into, FrameType.PING, nonce);
    }

    public static int pong(byte[] into, long nonce) {
        return withNonce(into, FrameType.PONG, nonce);
    }

    public static int goAway(byte[] into, int spreadMs, int target) {
        into[0] = (byte) FrameType.GOAWAY.code();
        LittleEndian.putU32(into, 1, spreadMs);
        into[5] = (byte) target;
        return 6;
    }

    public static int error(byte[] into, ErrorCode error, int retryAfterMs, String detail) {
        return failure(into, FrameType.ERROR, error, retryAfterMs, detail);
    }

    public static int close(byte[] into, ErrorCode reason, String detail) {
        return failure(into, FrameType.CLOSE, reason, 0, detail);
    }

    /** Writes what precedes a volatile message: {@value #VOLATILE_HEADER_BYTES} bytes. */
    static void volatileHeader(byte[] into, int at, int channel, int order) {
        into[at] = (byte) FrameType.VOLATILE.code();
        into[at + 1] = (byte) channel;
        LittleEndian.putU32(into, at + 2, order);
    }

    public static int peer(byte[] into, byte[] message) {
        into[0] = (byte) FrameType.PEER.code();
        System.arraycopy(message, 0, into, 1, message.length);
        return 1 + message.length;
    }

    private static int withNonce(byte[] into, FrameType type, long nonce) {
        into[0] = (byte) type.code();
        LittleEndian.putU64(into, 1, nonce);
        return 9;
    }

    private static int failure(byte[] into, FrameType type, ErrorCode error, int retryAfterMs, String detail) {
        into[0] = (byte) type.code();
        LittleEndian.putU16(into, 1, error.code());
        LittleEndian.putU32(into, 3, retryAfterMs);
        byte[] utf8 = Text.bounded(detail, DETAIL_BYTES_MAX).getBytes(StandardCharsets.UTF_8);
        System.arraycopy(utf8, 0, into, 7, utf8.length);
        return 7 + utf8.length;
    }
}
