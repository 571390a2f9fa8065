package dev.convoy.node.session;

import dev.convoy.protocol.handshake.Grant;
import dev.convoy.protocol.handshake.ReconnectToken;
import dev.convoy.protocol.handshake.Refused;
import dev.convoy.protocol.handshake.ResetToken;
import dev.convoy.protocol.wire.ErrorCode;
import dev.convoy.room.AdmissionException;
import org.jspecify.annotations.Nullable;

/** What a player is given who is let in, new or returning. Confined to the shard's event loop. */
final class Grants {
    private static final int BUSY_RETRY_MS = 2_000;

    private final Hall hall;
    private final ConvSource convs;
    private final Secrets secrets;

    Grants(Hall hall, ConvSource convs, Secrets secrets) {
        this.hall = hall;
        this.convs = convs;
        this.secrets = secrets;
    }

    int takeConv() {
        int conv = convs.take();
        if (conv != ConvSource.NONE) return conv;
        throw new AdmissionException(ErrorCode.NO_CONV_FREE, BUSY_RETRY_MS, "this node has no conv free");
    }

    /** A conv that came to nothing. */
    void giveBack(int conv) {
        convs.release(conv);
    }

    Grant of(RoomHost room, int conv, ReconnectToken token, long generation) {
        byte[] resetToken = ResetToken.of(secrets.resetKey(), conv, room.fence().epoch());
        return new Grant(
                conv, token, resetToken, generation, (int) hall.settings().windowMs());
    }

    /** What to tell a player whom the application has sent away, or whose room has failed, in the moment of coming in. */
    static @Nullable Refused sentAway(RoomHost room, ServerSession session) {
        if (room.isClosed()) return Refused.because(ErrorCode.ROOM_FAILED, "");
        return room.seats().of(session.id()) == session ? null : Refused.because(ErrorCode.KICKED, "");
    }
}
