package dev.convoy.client;

import dev.convoy.protocol.handshake.Refused;
import dev.convoy.protocol.peer.PeerAddress;
import dev.convoy.protocol.peer.PeerMessage;
import dev.convoy.protocol.peer.PeerOffer;
import dev.convoy.protocol.wire.ErrorCode;
import dev.convoy.protocol.wire.LittleEndian;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.internal.ContextInternal;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The direct lines of a session: who gets which message of the room's, and which datagram that comes from no server. The
 * lines use the session's own socket, because the address under which the world knows that one is the address to be found at.
 * Confined to its context.
 */
final class PeerLines {
    static final int LINES_MAX = 8;

    private static final byte[] LOOPBACK = {127, 0, 0, 1};

    /** What the lines need of their session. */
    interface Room {
        String playerId();

        /** The session's own conv. */
        int conv();

        /** Passes a message on to the node; it may get lost. */
        void sendPeer(byte[] message);
    }

    private final ContextInternal context;
    private final ClientOptions options;
    private final ServiceLine line;
    private final Room room;
    private final Map<Long, DirectLine> lines = new HashMap<>();
    private @Nullable Handler<PeerLine> handler;

    PeerLines(ContextInternal context, ClientOptions options, ServiceLine line, Room room) {
        this.context = context;
        this.options = options;
        this.line = line;
        this.room = room;
        line.peers(this);
    }

    /** Without a handler, lines that others ask for are refused. */
    void handler(@Nullable Handler<PeerLine> taker) {
        handler = taker;
    }

    /** Asks another player for a line. */
    Future<PeerLine> open(String playerId) {
        if (lines.size() >= LINES_MAX || playerId.equals(room.playerId())) {
            ErrorCode why = lines.size() >= LINES_MAX ? ErrorCode.PEER_LIMIT : ErrorCode.PEER_AWAY;
            return Future.failedFuture(new RefusedException(Refused.because(why, "")));
        }
        return localAddresses().compose(addresses -> {
            DirectLine asked = new DirectLine(this, Chances.secret().nextLong(), playerId, true);
            lines.put(asked.id(), asked);
            return asked.ask(addresses);
        });
    }

    /** A PEER frame that came through the room. */
    void onFrame(byte[] payload) {
        PeerMessage message = PeerMessage.parse(payload);
        if (message == null) return;
        DirectLine known = lines.get(message.line());
        if (known != null) known.onMessage(message);
        else if (message instanceof PeerMessage.Open open) onOpen(open);
        else if (!(message instanceof PeerMessage.End)) refuse(message.line(), ErrorCode.PEER_LOST);
    }

    /** A datagram that came from no server; true when it was a line's. */
    boolean input(InetSocketAddress from, byte[] datagram, int length) {
        DirectLine addressed = lines.isEmpty() ? null : ofConv(LittleEndian.u32(datagram, 0));
        return addressed != null && addressed.input(from, datagram, length);
    }

    /** Everything that had arrived has been handed over. */
    void batchEnd() {
        if (lines.isEmpty()) return;
        for (DirectLine each : List.copyOf(lines.values())) each.pumpIfTouched();
    }

    /** The session is over, and every line with it. */
    void close(String why) {
        for (DirectLine each : List.copyOf(lines.values())) each.over(why);
        line.peers(null);
    }

    void forget(DirectLine over) {
        lines.remove(over.id(), over);
    }

    boolean isInUse(int conv) {
        return conv == room.conv() || ofConv(conv) != null;
    }

    void refuse(long id, ErrorCode why) {
        room.sendPeer(new PeerMessage.End(id, why.code()).encode());
    }

    void tell(PeerLine ready) {
        if (handler != null) Callbacks.call(context, handler, ready);
    }

    ContextInternal context() {
        return context;
    }

    ClientOptions options() {
        return options;
    }

    ServiceLine line() {
        return line;
    }

    Room room() {
        return room;
    }

    private void onOpen(PeerMessage.Open open) {
        if (handler == null) {
            refuse(open.line(), ErrorCode.PEER_REFUSED);
        } else if (lines.size() >= LINES_MAX) {
            refuse(open.line(), ErrorCode.PEER_LIMIT);
        } else {
            DirectLine asked = new DirectLine(this, open.line(), open.player(), false);
            lines.put(asked.id(), asked);
            localAddresses()
                    .onComplete(done -> asked.answer(open.offer(), done.succeeded() ? done.result() : List.of()));
        }
    }

    private @Nullable DirectLine ofConv(int conv) {
        for (DirectLine each : lines.values()) if (each.conv() == conv) return each;
        return null;
    }

    /** Where this host may be reached from its own network; the node adds the address that it sees. Never empty, unless no address is to be shown. */
    private Future<List<PeerAddress>> localAddresses() {
        if (options.arePeerLinesThroughRoom()) return Future.succeededFuture(List.of());
        int port = line.localPort();
        return context.<List<PeerAddress>>executeBlocking(() -> localAddresses(port))
                .otherwise(failure -> List.of(new PeerAddress(LOOPBACK, port)));
    }

    private static List<PeerAddress> localAddresses(int port) throws SocketException {
        List<PeerAddress> found = new ArrayList<>();
        for (NetworkInterface network : Collections.list(NetworkInterface.getNetworkInterfaces())) {
            if (!network.isUp() || network.isLoopback()) continue;
            for (InetAddress address : Collections.list(network.getInetAddresses())) {
                boolean hasRoom = found.size() < PeerOffer.CANDIDATES_MAX - 1;
                if (hasRoom && !address.isLinkLocalAddress()) found.add(new PeerAddress(address.getAddress(), port));
            }
        }
        if (found.isEmpty()) found.add(new PeerAddress(LOOPBACK, port));
        return found;
    }
}
