package dev.convoy.client;

import dev.convoy.protocol.handshake.Resumed.Place;
import dev.convoy.protocol.wire.ErrorCode;
import io.vertx.core.buffer.Buffer;
import org.jspecify.annotations.Nullable;

/** What a session tells its user about itself, besides messages. */
public sealed interface SessionEvent {
    /**
     * The session lost its server and comes back: "reconnecting in 4 s, attempt 3 of 5".
     *
     * @param attempt from 1
     * @param attemptsMax of the {@link RetryPolicy}
     * @param delayMs until the attempt begins
     * @param reason for people and logs
     */
    record Reconnecting(int attempt, int attemptsMax, long delayMs, String reason) implements SessionEvent {}

    /**
     * The session goes on; nothing was lost and nothing comes twice.
     *
     * @param place where the session was found
     * @param outageMs from the last datagram before the outage until now
     */
    record Resumed(Place place, long outageMs) implements SessionEvent {}

    /**
     * A crash has undone some of what this player was told, or may have: this state is what stands, in place of all that came
     * before it, and what comes after it was said after it. In a room that keeps checkpoints every message of this player's
     * behind {@code seq} is sent again by itself. A memory room has forgotten everything ({@code seq} is 0): messages that it
     * had confirmed, up to {@link SessionStats#confirmed} at this moment, are not sent again.
     *
     * @param seq the number of the last message of this player that the state contains
     */
    record StateReceived(Buffer state, long seq) implements SessionEvent {}

    /**
     * The session is over for this client; the last event.
     *
     * @param code the number of the error code; 0 when the service could not be reached, and then the credentials
     *     are kept and another {@link ConvoyClient#join} may still come back
     * @param error the same, or null for 0 and for a number that only a newer server knows
     * @param detail for people and logs; may be empty
     */
    record Closed(int code, @Nullable ErrorCode error, String detail) implements SessionEvent {}
}
