package dev.convoy.node.session;

import dev.convoy.node.net.MonotonicClock;
import dev.convoy.protocol.peer.PeerAddress;
import dev.convoy.protocol.peer.PeerMessage;
import dev.convoy.protocol.peer.PeerMessage.Answer;
import dev.convoy.protocol.peer.PeerMessage.End;
import dev.convoy.protocol.peer.PeerMessage.Open;
import dev.convoy.protocol.peer.PeerMessage.Relay;
import dev.convoy.protocol.peer.PeerOffer;
import dev.convoy.protocol.wire.ErrorCode;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Introduces two players of a room to each other who want a direct line, and carries their packets as long as they find no
 * way of their own. It adds the address that it sees of each, and reads nothing of what they say. Nothing of a line is
 * stored: a line whose room has moved to another node is over unless it is direct. Confined to the shard's event loop.
 */
final class Introducer {
    /** Lines that a session may have, opened and answered together. */
    static final int LINES_MAX = 8;
    /** Lines that a session may ask for in a minute. */
    static final int OPENS_PER_MINUTE_MAX = 20;
    /** Messages of an agreement, besides packets, that one line may pass. */
    static final int MESSAGES_MAX = 32;

    private static final long MINUTE_MS = 60_000;

    /** A line between two sessions of one room. */
    private static final class Line {
        final long id;
        final ServerSession opener;
        final ServerSession answerer;
        boolean isAnswered;
        int messages;

        Line(long id, ServerSession opener, ServerSession answerer) {
            this.id = id;
            this.opener = opener;
            this.answerer = answerer;
        }

        ServerSession other(ServerSession session) {
            return session == opener ? answerer : opener;
        }
    }

    /** What a session has to do with lines; it goes with the session. */
    static final class Account {
        final Map<Long, Line> lines = new HashMap<>();
        long minuteBeganMs;
        int opens;
    }

    private final MonotonicClock clock;

    Introducer(MonotonicClock clock) {
        this.clock = clock;
    }

    /** The payload of a PEER frame; any bytes at all are allowed. */
    void onFrame(ServerSession from, byte[] payload) {
        PeerMessage message = PeerMessage.parse(payload);
        if (message instanceof Open open) {
            open(from, open);
        } else if (message != null) {
            Account account = from.lines;
            Line line = account == null ? null : account.lines.get(message.line());
            if (line != null) pass(line, from, message, payload);
            else if (!(message instanceof End)) refuse(from, message.line(), ErrorCode.PEER_LOST);
        }
    }

    /** The session is over: so are its lines. */
    void left(ServerSession session) {
        Account account = session.lines;
        if (account == null) return;
        for (Line line : List.copyOf(account.lines.values())) {
            refuse(line.other(session), line.id, ErrorCode.PEER_AWAY);
            forget(line);
        }
        session.lines = null;
    }

    private void open(ServerSession opener, Open open) {
        ServerSession answerer = player(opener, open.player());
        ErrorCode refusal = refusal(opener, answerer, open.line());
        if (refusal != null || answerer == null) {
            refuse(opener, open.line(), refusal == null ? ErrorCode.PEER_AWAY : refusal);
            return;
        }
        Line line = new Line(open.line(), opener, answerer);
        account(opener).lines.put(line.id, line);
        account(answerer).lines.put(line.id, line);
        Open shown = new Open(line.id, opener.playerId(), shown(opener, open.offer()));
        send(answerer, shown.encode());
    }

    /** Why there is to be no such line; null when there may be. */
    private @Nullable ErrorCode refusal(ServerSession opener, @Nullable ServerSession answerer, long id) {
        if (!mayOpen(account(opener))) return ErrorCode.PEER_LIMIT;
        if (answerer == null || answerer == opener || !answerer.isOnline()) return ErrorCode.PEER_AWAY;
        if (!opener.host().talk().allowsPeerLine(opener, answerer)) return ErrorCode.PEER_FORBIDDEN;
        Account theirs = account(answerer);
        boolean isKnown = account(opener).lines.containsKey(id) || theirs.lines.containsKey(id);
        return isKnown || theirs.lines.size() >= LINES_MAX ? ErrorCode.PEER_LIMIT : null;
    }

    private boolean mayOpen(Account account) {
        if (clock.nowMs() - account.minuteBeganMs >= MINUTE_MS) {
            account.minuteBeganMs = clock.nowMs();
            account.opens = 0;
        }
        return account.lines.size() < LINES_MAX && ++account.opens <= OPENS_PER_MINUTE_MAX;
    }

    private void pass(Line line, ServerSession from, PeerMessage message, byte[] payload) {
        ServerSession to = line.other(from);
        if (message instanceof Relay) {
            if (line.isAnswered) send(to, payload);
        } else if (++line.messages > MESSAGES_MAX) {
            refuse(from, line.id, ErrorCode.PEER_LIMIT);
            refuse(to, line.id, ErrorCode.PEER_LOST);
            forget(line);
        } else if (message instanceof Answer answer) {
            if (line.isAnswered || from != line.answerer) return;
            line.isAnswered = true;
            send(to, new Answer(line.id, shown(from, answer.offer())).encode());
        } else {
            send(to, payload);
            if (message instanceof End) forget(line);
        }
    }

    /** An offer as the other end gets it: with the address that we see, and without any that is nobody's. */
    private static PeerOffer shown(ServerSession of, PeerOffer offer) {
        Connection connection = of.connection;
        PeerAddress observed = connection == null ? null : connection.observed();
        return offer.shown(observed);
    }

    private void refuse(ServerSession session, long id, ErrorCode why) {
        send(session, new End(id, why.code()).encode());
    }

    /** Like a datagram it may get lost: the player is away, or takes too little. */
    private static void send(ServerSession to, byte[] message) {
        if (to.connection != null) to.connection.sendPeer(message);
    }

    private static @Nullable ServerSession player(ServerSession inRoomWith, String playerId) {
        for (ServerSession session : inRoomWith.host().serverSessions())
            if (session.playerId().equals(playerId)) return session;
        return null;
    }

    private static Account account(ServerSession session) {
        Account known = session.lines;
        if (known != null) return known;
        Account first = new Account();
        session.lines = first;
        return first;
    }

    private void forget(Line line) {
        for (ServerSession end : List.of(line.opener, line.answerer)) {
            Account account = end.lines;
            if (account != null) account.lines.remove(line.id);
        }
    }
}
