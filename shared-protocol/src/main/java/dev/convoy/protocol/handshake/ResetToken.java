package dev.convoy.protocol.handshake;

/** A single reset token, where there is no {@link ResetKey} kept. */
public final class ResetToken {
    private ResetToken() {}

    /** As {@link ResetKey#sign}: 16 bytes. */
    public static byte[] of(byte[] resetKey, int conv, long epoch) {
        byte[] token = new byte[Grant.RESET_TOKEN_BYTES];
        new ResetKey(resetKey).sign(conv, epoch, token, 0);
        return token;
    }
}
