package dev.convoy.protocol.handshake;

import dev.convoy.protocol.wire.WireReader;
import dev.convoy.protocol.wire.WireWriter;
import org.jspecify.annotations.Nullable;

/**
 * What a node says to a request: the record inside an Accept, a Verdict or a Resumed, which begins with
 * {@code result u16} (0, or the {@linkplain dev.convoy.protocol.wire.ErrorCode#code() code} of a refusal), a
 * {@link Redirect}, or a {@link Retry}.
 */
public sealed interface Answer permits Accepted, Resumed, Refused, Redirect, Retry {
    int RESULT_OK = 0;

    byte[] encode();

    /** The record of an Accept's or a Verdict's payload, or null when the payload is none. */
    static @Nullable Answer parseAccept(byte[] payload) {
        WireReader reader = new WireReader(payload, 0, payload.length);
        int result = reader.u16();
        Answer answer = result == RESULT_OK ? Accepted.read(reader) : Refused.read(result, reader);
        return reader.isIntact() ? answer : null;
    }

    /** The record of a Resumed's payload, or null when the payload is none. */
    static @Nullable Answer parseResumed(byte[] payload) {
        WireReader reader = new WireReader(payload, 0, payload.length);
        int result = reader.u16();
        Answer answer = result == RESULT_OK ? Resumed.read(reader) : Refused.read(result, reader);
        return reader.isIntact() ? answer : null;
    }

    /** A writer that has written the result. */
    static WireWriter writer(int result) {
        return new WireWriter().u16(result);
    }
}
