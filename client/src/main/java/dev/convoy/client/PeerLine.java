package dev.convoy.client;

import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;

/**
 * A line to another player of the room, encrypted from end to end: it goes directly from program to program when a way through
 * the networks in between can be found, and through the room's node when not. Messages arrive exactly once and in order whichever
 * way they go, also while it changes. All methods may be called from any thread; handlers run on the session's context.
 *
 * <p>A line is as long as both players are in the room and their programs run: it has no token, and a program that is started
 * again asks for a new one. Each player learns the other's network address.
 */
public interface PeerLine {
    /** Which way the next message goes. */
    enum Path {
        /** From program to program. */
        DIRECT,
        /** Through the room's node, which cannot read it. */
        ROOM
    }

    /** The other player. */
    String playerId();

    /** The KCP conversation id, which is the XOR of what both ends contributed. */
    int conv();

    Path path();

    /** The UDP port of this program that the line uses, the session's own: what a firewall has to let through. */
    int localPort();

    /**
     * Sends a message exactly once and in order.
     *
     * @return completes when the line has taken it; fails with {@link OutboxFullException} when more than the client's
     *     outbox bounds are unconfirmed, with {@link SessionClosedException} when the line is over, or with
     *     IllegalArgumentException when it has more than {@link Session#MESSAGE_BYTES_MAX} bytes
     */
    Future<Void> send(Buffer message);

    /** Takes the messages; those that come before there is a handler are kept for it, up to a bound. */
    PeerLine handler(Handler<Buffer> handler);

    /** Is told when the way changes. */
    PeerLine pathHandler(Handler<Path> handler);

    /** Is told once, with a sentence, when the line is over, by whomever. */
    PeerLine closeHandler(Handler<String> handler);

    /** Ends the line, when the other end has confirmed what was sent or after a second. */
    Future<Void> close();
}
