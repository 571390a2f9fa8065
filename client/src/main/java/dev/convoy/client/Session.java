package dev.convoy.client;

import dev.convoy.protocol.wire.SessionId;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import org.jspecify.annotations.Nullable;

/**
 * A player's place in a room, for as long as the service keeps it: over changed networks, restarted clients and lost
 * nodes. All methods may be called from any thread; all handlers run on the session's Vert.x context.
 */
public interface Session {
    /** The largest message, in bytes. */
    int MESSAGE_BYTES_MAX = dev.convoy.protocol.session.SessionLink.MESSAGE_BYTES_MAX;

    /** The largest volatile message, in bytes. */
    int VOLATILE_BYTES_MAX = dev.convoy.protocol.session.SessionLink.VOLATILE_BYTES_MAX;

    SessionId id();

    /** The present KCP conversation id; another one after every return. */
    int conv();

    /** The room, which the service named when the client named none. */
    String roomId();

    /** Who this client is in the room. */
    String playerId();

    /**
     * Sends a message exactly once, in order, whatever happens to networks and nodes in between.
     *
     * @return completes when the message is accepted into the outbox; fails with {@link OutboxFullException}
     *     (back-pressure: try again when the service has confirmed more), with {@link SessionClosedException}, or
     *     with IllegalArgumentException when it has more than {@value #MESSAGE_BYTES_MAX} bytes
     */
    Future<Void> send(Buffer message);

    /** {@linkplain #sendVolatile(int, Buffer) Sends} on channel 0. */
    default void sendVolatile(Buffer message) {
        sendVolatile(0, message);
    }

    /**
     * Sends a message that may be lost and is never repeated: positions, not purchases. It takes the place of one of the
     * same channel that has not left, delays none that {@link #send} took, and is dropped while the session is away.
     *
     * @param channel 0 to 255
     * @throws IllegalArgumentException when there is no such channel, or the message has more than
     *     {@value #VOLATILE_BYTES_MAX} bytes
     */
    void sendVolatile(int channel, Buffer message);

    /** Takes the room's volatile messages; those that come before there is a handler are dropped. */
    Session volatileHandler(Handler<VolatileMessage> handler);

    /**
     * Takes the messages of the room, each exactly once and in order. Messages that come before there is a handler are kept for it, up to a bound; then the server has to wait.
     */
    Session handler(Handler<Buffer> handler);

    /** Takes the {@linkplain SessionEvent events}; set it in the callback of the join, so that none is missed. */
    Session eventHandler(Handler<SessionEvent> handler);

    /**
     * Asks another player of the room for a direct line. It takes up to {@code 3} s to find a way from program to program; when
     * there is none, the line goes through the room. See {@link PeerLine}.
     *
     * @param playerId the other's {@link #playerId()}
     * @return fails with {@link RefusedException} when the other is away or takes no lines, when the room forbids it, or when
     *     there are too many
     */
    Future<PeerLine> openPeerLine(String playerId);

    /** Takes the lines that other players ask for; without a handler they are refused, and learn no address. */
    Session peerLineHandler(@Nullable Handler<PeerLine> handler);

    /** Exact on the session's context, elsewhere perhaps a moment old. */
    SessionStats stats();

    /**
     * Sends from another local port from now on, as after a change of network. A sealed session goes on as if nothing had
     * happened; a plain one is bound to its address and comes back with its token. For tests and demonstrations: a
     * change of network needs no call.
     */
    Future<Void> rebind();

    /** Leaves the room politely; the same as {@link ConvoyClient#close}. */
    Future<Void> close();
}
