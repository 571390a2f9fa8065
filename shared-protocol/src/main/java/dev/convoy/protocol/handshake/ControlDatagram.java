package dev.convoy.protocol.handshake;

import dev.convoy.protocol.wire.ControlHeader;
import dev.convoy.protocol.wire.ControlType;
import dev.convoy.protocol.wire.LittleEndian;

/** What a control datagram turned out to be: an {@link Envelope}, or a {@link ControlDrop}. */
public sealed interface ControlDatagram permits Envelope, ControlDrop {
    /** No control datagram is larger. */
    int BYTES_MAX = 1200;

    /** Reads the datagram of {@code length} bytes at {@code offset}; any bytes at all are allowed. */
    static ControlDatagram parse(byte[] bytes, int offset, int length) {
        if (length < ControlHeader.BYTES) return ControlDrop.TRUNCATED;
        if (length > BYTES_MAX) return ControlDrop.OVERSIZED;
        ControlType type = ControlType.of(LittleEndian.u32(bytes, offset));
        if (type == null) return ControlDrop.UNKNOWN_TYPE;
        if (ControlHeader.version(bytes, offset) != ControlHeader.VERSION) return ControlDrop.UNKNOWN_VERSION;
        return Envelope.parse(type, bytes, offset, length);
    }
}
