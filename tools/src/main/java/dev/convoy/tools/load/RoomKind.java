package dev.convoy.tools.load;

import io.vertx.core.buffer.Buffer;
import java.util.Locale;

/** The rooms that can be talked to, and where in their answer stands which message it answers. */
enum RoomKind {
    /** Sends the message back. */
    ECHO(0),

    /** Answers with {@code count u64 · hash u64 · n u64}. */
    LEDGER(16);

    private static final int NUMBER_BYTES = 8;

    private final int numberAt;

    RoomKind(int numberAt) {
        this.numberAt = numberAt;
    }

    /** The number of the message that this answers; 0 when it is none of ours. */
    long answered(Buffer answer) {
        return answer.length() < numberAt + NUMBER_BYTES ? 0 : answer.getLongLE(numberAt);
    }

    /** As rooms are named in the service. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
