package dev.convoy.protocol.handshake;

import dev.convoy.protocol.wire.ErrorCode;
import dev.convoy.protocol.wire.Text;
import dev.convoy.protocol.wire.WireReader;

/**
 * No, and why.
 *
 * @param code an {@link ErrorCode}'s number, or one that only a newer peer knows
 * @param retryAfterMs when to ask again, where the code's retry class says later
 * @param detail for people and logs; may be empty; made to fit: applications write it
 */
public record Refused(int code, int retryAfterMs, String detail) implements Answer {
    private static final int DETAIL_BYTES_MAX = 160;

    /** Cuts the detail. */
    public Refused {
        detail = Text.bounded(detail, DETAIL_BYTES_MAX);
    }

    public static Refused because(ErrorCode error, String detail) {
        return new Refused(error.code(), 0, detail);
    }

    public static Refused until(ErrorCode error, int retryAfterMs) {
        return new Refused(error.code(), retryAfterMs, "");
    }

    @Override
    public byte[] encode() {
        return Answer.writer(code).u32(retryAfterMs).text8(detail).toBytes();
    }

    static Refused read(int code, WireReader reader) {
        return new Refused(code, reader.u31(), reader.text8(DETAIL_BYTES_MAX));
    }
}
