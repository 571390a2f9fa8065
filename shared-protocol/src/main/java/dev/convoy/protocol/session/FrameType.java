package dev.convoy.protocol.session;

import org.jspecify.annotations.Nullable;

/** The frames of the session layer, their first byte the type; each KCP message is one frame, and but one is in KCP. */
public enum FrameType {
    /** A numbered application message, with the sender's own acknowledgement on its back. */
    DATA(1),
    /** The number of the last message received and durable. */
    ACK(2),
    /** Are you there? With a nonce that the answer repeats. */
    PING(3),
    PONG(4),
    /**
     * The room's state for one player, numbered like a message: a crash has undone some of what the player was
     * told, and this is what stands.
     */
    STATE(5),
    /** The sender will stop: come back to {@code target} (0 = anywhere) within {@code spread} ms. */
    GOAWAY(6),
    /** Something was refused; the session goes on. */
    ERROR(8),
    /** The session is over. */
    CLOSE(9),
    /** About a direct line between two players of the room, or a packet of one; without a number. */
    PEER(10),
    /** An application message without a number, beside KCP and not in it: latest only, never sent again. */
    VOLATILE(11);

    private static final @Nullable FrameType[] BY_CODE = new FrameType[16];

    static {
        for (FrameType type : values()) BY_CODE[type.code] = type;
    }

    private final int code;

    FrameType(int code) {
        this.code = code;
    }

    public int code() {
        return code;
    }

    static @Nullable FrameType of(int code) {
        return code >= 0 && code < BY_CODE.length ? BY_CODE[code] : null;
    }
}
