package dev.convoy.client;

import dev.convoy.protocol.handshake.Refused;
import dev.convoy.protocol.wire.ErrorCode;
import org.jspecify.annotations.Nullable;

/** The service said no. */
public final class RefusedException extends RuntimeException {
    private final int code;
    private final transient @Nullable ErrorCode error;
    private final String detail;

    RefusedException(Refused refused) {
        super(sentence(refused));
        this.code = refused.code();
        this.error = ErrorCode.of(refused.code());
        this.detail = refused.detail();
    }

    /** The number of the {@link ErrorCode}. */
    public int code() {
        return code;
    }

    /** What was refused and why, or null when only a newer server knows the code. */
    public @Nullable ErrorCode error() {
        return error;
    }

    /** The server's own words; may be empty. */
    public String detail() {
        return detail;
    }

    private static String sentence(Refused refused) {
        ErrorCode error = ErrorCode.of(refused.code());
        String what = error == null ? "The service refused (code " + refused.code() + ")." : error.english();
        return refused.detail().isEmpty() ? what : what + " (" + refused.detail() + ")";
    }
}
