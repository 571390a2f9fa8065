package dev.convoy.protocol.handshake;

import dev.convoy.protocol.wire.WireReader;
import dev.convoy.protocol.wire.WireWriter;
import java.util.Arrays;

/**
 * What every successful handshake gives a client, new or returning.
 *
 * @param conv of the KCP conversation that begins now
 * @param token for the next return; the one before it is spent
 * @param resetToken 16 bytes: only a Reset that carries them ends this conv
 * @param generation of the session (how often it has been resumed, plus one), to be named at the next return
 * @param windowMs how long the session waits for its player to come back
 */
public record Grant(int conv, ReconnectToken token, byte[] resetToken, long generation, int windowMs) {
    public static final int RESET_TOKEN_BYTES = 16;

    void write(WireWriter writer) {
        writer.u32(conv).raw(token.toBytes()).raw(resetToken).u64(generation).u32(windowMs);
    }

    static Grant read(WireReader reader) {
        int conv = reader.u32();
        byte[] token = reader.raw(ReconnectToken.BYTES);
        byte[] resetToken = reader.raw(RESET_TOKEN_BYTES);
        ReconnectToken next = ReconnectToken.of(reader.isIntact() ? token : new byte[ReconnectToken.BYTES]);
        return new Grant(conv, next, resetToken, reader.u63(), reader.u31());
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Grant that
                && conv == that.conv
                && token.equals(that.token)
                && Arrays.equals(resetToken, that.resetToken)
                && generation == that.generation
                && windowMs == that.windowMs;
    }

    @Override
    public int hashCode() {
        return conv;
    }

    @Override
    public String toString() {
        return "Grant(conv %08x, generation %d)".formatted(conv, generation);
    }
}
