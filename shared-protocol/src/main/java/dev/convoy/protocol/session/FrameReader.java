package dev.convoy.protocol.session;

import dev.convoy.protocol.wire.LittleEndian;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A view of one received frame, used again for every frame of an event loop. {@link #wrap} looks at every
 * field of the frame's type; a frame that is not whole is null there and never throws.
 */
public final class FrameReader {
    private byte[] bytes = new byte[0];
    private int position;
    private int end;
    private long seq;
    private long ack;
    private long contains;
    private int channel;

    /** The type of the frame of {@code length} bytes at {@code offset}, or null when those bytes are no frame. */
    public @Nullable FrameType wrap(byte[] frame, int offset, int length) {
        bytes = frame;
        position = offset + 1;
        end = offset + length;
        FrameType type = length > 0 ? FrameType.of(frame[offset]) : null;
        return type != null && isWhole(type) ? type : null;
    }

    /** A message that is no frame: all of it is payload. */
    void wrapBare(byte[] message, int offset, int length) {
        bytes = message;
        position = offset;
        end = offset + length;
    }

    /** DATA, STATE: the number. */
    public long seq() {
        return seq;
    }

    /** STATE: the receiver's last message that the state contains. */
    public long contains() {
        return contains;
    }

    /** DATA, STATE, ACK: the number of the last message that the peer has received durably. */
    public long ack() {
        return ack;
    }

    /** PING, PONG. */
    public long nonce() {
        return LittleEndian.u64(bytes, position);
    }

    /** GOAWAY: come back at a random time within so many milliseconds. */
    public int spreadMs() {
        return LittleEndian.u32(bytes, position);
    }

    /** GOAWAY: the server id to come back to; 0 = any. */
    public int target() {
        return bytes[position + 4] & 0xFF;
    }

    /** ERROR, CLOSE: the number of an error code. */
    public int code() {
        return LittleEndian.u16(bytes, position);
    }

    /** ERROR, CLOSE. */
    public int retryAfterMs() {
        return LittleEndian.u32(bytes, position + 2);
    }

    /** ERROR, CLOSE: for people. */
    public String detail() {
        return new String(bytes, position + 6, end - position - 6, StandardCharsets.UTF_8);
    }

    /** VOLATILE: 0 to 255. */
    public int channel() {
        return channel;
    }

    /** DATA, STATE, PEER, VOLATILE: a copy of the message or state. */
    public byte[] payload() {
        return Arrays.copyOfRange(bytes, position, end);
    }

    /** DATA, STATE, PEER, VOLATILE: the length of the message or state. */
    public int payloadBytes() {
        return end - position;
    }

    private boolean isWhole(FrameType type) {
        return switch (type) {
            case DATA -> readSeq() && readAck();
            case ACK -> readAck();
            case STATE -> readSeq() && readAck() && readContains();
            case PING, PONG -> end - position == 8;
            case GOAWAY -> end - position == 5 && spreadMs() >= 0;
            case ERROR, CLOSE -> end - position >= 6 && retryAfterMs() >= 0;
            case PEER -> true;
            case VOLATILE -> readVolatile();
        };
    }

    private boolean readSeq() {
        seq = readVarint();
        return seq >= 0;
    }

    private boolean readContains() {
        if (end - position < Frames.STATE_HEADER_BYTES) return false;
        contains = LittleEndian.u64(bytes, position);
        position += Frames.STATE_HEADER_BYTES;
        return contains >= 0;
    }

    private boolean readVolatile() {
        if (end - position < Frames.VOLATILE_HEADER_BYTES - 1) return false;
        channel = bytes[position] & 0xFF;
        position += Frames.VOLATILE_HEADER_BYTES - 1;
        return true;
    }

    private boolean readAck() {
        ack = readVarint();
        return ack >= 0;
    }

    /** The varint at the position, or -1 when it is cut off or longer than 63 bits. */
    private long readVarint() {
        long value = 0;
        for (int shift = 0; shift < 7 * Varint.BYTES_MAX && position < end; shift += 7) {
            byte b = bytes[position++];
            value |= (long) (b & 0x7F) << shift;
            if (b >= 0) return value;
        }
        return -1;
    }
}
