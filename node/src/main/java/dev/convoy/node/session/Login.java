package dev.convoy.node.session;

import dev.convoy.protocol.handshake.JoinRequest;
import dev.convoy.protocol.wire.ErrorCode;
import dev.convoy.room.AdmissionException;
import dev.convoy.room.AuthRequest;
import dev.convoy.room.Room;
import io.vertx.core.Future;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The question to the application whether somebody may come in. It may be answered late, never, on any thread,
 * with an exception or with nonsense; what comes out of here is in time, on the room's event loop, and either a
 * player's id or an {@link AdmissionException}.
 */
final class Login {
    private static final Logger log = LoggerFactory.getLogger(Login.class);

    private final RoomCalls calls;
    private final String roomId;
    private final Room room;

    Login(RoomCalls calls, String roomId, Room room) {
        this.calls = calls;
        this.roomId = roomId;
        this.room = room;
    }

    Future<String> ask(AuthRequest request) {
        return calls.ask("onAuth", () -> room.onAuth(request))
                .recover(failure -> Future.failedFuture(refusal(failure)))
                .compose(this::checked);
    }

    private AdmissionException refusal(Throwable failure) {
        if (failure instanceof AdmissionException refusal) return refusal;
        log.info("room {} refused somebody: {}", roomId, failure.toString());
        return new AdmissionException(ErrorCode.AUTH_ERROR, "");
    }

    private Future<String> checked(@Nullable String playerId) {
        int bytes = playerId == null ? 0 : playerId.getBytes(StandardCharsets.UTF_8).length;
        if (playerId != null && bytes > 0 && bytes <= JoinRequest.USER_BYTES_MAX) {
            return Future.succeededFuture(playerId);
        }
        log.error(
                "room {} gave a player id of {} bytes; 1 to {} are allowed", roomId, bytes, JoinRequest.USER_BYTES_MAX);
        return Future.failedFuture(new AdmissionException(ErrorCode.AUTH_ERROR, ""));
    }
}
