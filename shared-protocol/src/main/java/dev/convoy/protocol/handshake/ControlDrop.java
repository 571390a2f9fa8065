package dev.convoy.protocol.handshake;

import java.util.Locale;

/** Why a control datagram was dropped without an answer; the label of the drop counter. */
public enum ControlDrop implements ControlDatagram {
    TRUNCATED,
    OVERSIZED,
    UNKNOWN_TYPE,
    UNKNOWN_VERSION,
    MALFORMED,
    /** A request smaller than {@link Envelope#REQUEST_BYTES_MIN}: its answer could be larger than it. */
    NOT_PADDED,
    /** For another node or another shard: its sender knows an older cluster. */
    MISROUTED;

    /** The metric's label. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
