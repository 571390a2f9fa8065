package dev.convoy.room;

import dev.convoy.protocol.wire.ErrorCode;

/** A refusal with its code, told to the client. */
public final class AdmissionException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final ErrorCode code;
    private final int retryAfterMs;

    /** {@code detail} is one sentence for people; it reaches the client. */
    public AdmissionException(ErrorCode code, String detail) {
        this(code, 0, detail);
    }

    public AdmissionException(ErrorCode code, int retryAfterMs, String detail) {
        super(detail, null, false, false);
        this.code = code;
        this.retryAfterMs = retryAfterMs;
    }

    public ErrorCode code() {
        return code;
    }

    public int retryAfterMs() {
        return retryAfterMs;
    }
}
