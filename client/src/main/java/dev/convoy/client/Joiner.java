package dev.convoy.client;

import dev.convoy.protocol.conv.TimeRandomConv;
import dev.convoy.protocol.handshake.Accepted;
import dev.convoy.protocol.handshake.ConnectRequest;
import dev.convoy.protocol.handshake.JoinRequest;
import dev.convoy.protocol.handshake.ProposeRequest;
import dev.convoy.protocol.handshake.Refused;
import dev.convoy.protocol.handshake.Resumed;
import dev.convoy.protocol.handshake.TransportKeys;
import dev.convoy.protocol.wire.Affinity;
import dev.convoy.protocol.wire.ControlType;
import dev.convoy.protocol.wire.ErrorCode;
import dev.convoy.protocol.wire.ServerId;
import io.vertx.core.Future;
import io.vertx.core.internal.ContextInternal;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The way from options to a session: back to the stored one where there is one, else to a new one. Confined to its
 * context.
 */
final class Joiner {
    private final ContextInternal context;
    private final ClientOptions options;
    private final JoinRequest join;
    private final Runnable whenOver;
    private final Chances chances = new Chances();
    private final ServiceLine line;
    private final CredentialKeeper keeper;

    /** To be called on the context. */
    Joiner(ContextInternal context, ClientOptions options, CredentialKeeper keeper, Runnable whenOver) {
        this.context = context;
        this.options = options;
        this.join = options.join();
        this.whenOver = whenOver;
        this.line = new ServiceLine(context, options, chances.jitter());
        this.keeper = keeper;
    }

    Future<ClientSession> join() {
        return keeper.load()
                .compose(stored -> line.open().compose(opened -> proceed(stored)))
                .onFailure(failure -> line.close());
    }

    /** Stops at once; the session never comes. */
    void abandon() {
        line.close();
    }

    private Future<ClientSession> proceed(Optional<Credentials> stored) {
        Optional<Credentials> fitting = stored.filter(credentials -> credentials.fit(join));
        if (fitting.isEmpty()) return joinAnew();
        Credentials.Ticket ticket = fitting.get().ticket();
        return ticket == null ? connect(fitting.get()) : comeBack(fitting.get(), ticket);
    }

    private Future<ClientSession> comeBack(Credentials credentials, Credentials.Ticket ticket) {
        return ask(returnRequest(credentials, ticket)).compose(answered -> {
            if (answered.answer() instanceof Resumed resumed)
                return resume(credentials, ticket, resumed, answered.keys());
            Refused refused = (Refused) answered.answer();
            ErrorCode error = ErrorCode.of(refused.code());
            boolean gone = error != null && error.retry() == ErrorCode.Retry.JOIN_ANEW;
            return gone ? joinAnew() : Future.failedFuture(new RefusedException(refused));
        });
    }

    private Future<ClientSession> resume(
            Credentials credentials, Credentials.Ticket ticket, Resumed resumed, @Nullable TransportKeys keys) {
        Credentials next = credentials.with(chances.attempt(), ticket.after(resumed.grant(), ticket.received()));
        ClientSession session = session(next, resumed.received(), 1);
        return session.enter(next, new NewConv(resumed.grant(), keys)).map(session);
    }

    /** The attempt is kept before it is used, so that a client killed in the middle repeats it and gets the same session. */
    private Future<ClientSession> joinAnew() {
        long affinity = join.roomId().isEmpty() ? chances.attempt() : Affinity.ofRoom(join.roomId());
        Credentials first =
                new Credentials(join.user(), join.roomType(), join.roomId(), affinity, chances.attempt(), null);
        return keeper.keep(first).compose(kept -> connect(first));
    }

    private Future<ClientSession> connect(Credentials credentials) {
        return connect(credentials, options.isConvProposed() ? proposal(credentials) : connectRequest(credentials));
    }

    private Suite.Exchange connectRequest(Credentials credentials) {
        byte[] record = new ConnectRequest(join).encode();
        return line.suite().ask(ControlType.CONNECT, 0, credentials.affinity(), credentials.attempt(), record);
    }

    private Suite.Exchange proposal(Credentials credentials) {
        int conv = TimeRandomConv.forRoom(credentials.affinity(), System.currentTimeMillis(), chances.jitter());
        byte[] record = new ProposeRequest(conv, join).encode();
        return line.suite().ask(ControlType.PROPOSE, 0, credentials.affinity(), credentials.attempt(), record);
    }

    /** Somebody has the conv that was proposed: any will do, by another request. */
    private Future<ClientSession> connectToAny(Credentials credentials) {
        Credentials anew = new Credentials(
                join.user(), join.roomType(), join.roomId(), credentials.affinity(), chances.attempt(), null);
        return keeper.keep(anew).compose(kept -> connect(anew, connectRequest(anew)));
    }

    private Future<ClientSession> connect(Credentials credentials, Suite.Exchange request) {
        return ask(request).compose(answered -> {
            if (answered.answer() instanceof Refused refusal && refusal.code() == ErrorCode.CONV_IN_USE.code())
                return connectToAny(credentials);
            if (answered.answer() instanceof Accepted accepted) return begin(credentials, accepted, answered.keys());
            RefusedException refused = new RefusedException((Refused) answered.answer());
            return keeper.clear().transform(cleared -> Future.failedFuture(refused));
        });
    }

    private Future<ClientSession> begin(Credentials credentials, Accepted accepted, @Nullable TransportKeys keys) {
        Credentials.Ticket ticket = new Credentials.Ticket(
                accepted.session(),
                accepted.grant().token(),
                accepted.grant().conv(),
                accepted.grant().generation(),
                0,
                accepted.roomId(),
                accepted.playerId());
        Credentials next = credentials.with(chances.attempt(), ticket);
        ClientSession session = session(next, 0, 0);
        return session.enter(next, new NewConv(accepted.grant(), keys)).map(session);
    }

    private ClientSession session(Credentials credentials, long confirmed, int resumes) {
        return new ClientSession(context, options, line, keeper, chances, credentials, confirmed, resumes, whenOver);
    }

    private Suite.Exchange returnRequest(Credentials credentials, Credentials.Ticket ticket) {
        return ticket.returnRequest(
                line.suite(), ServerId.of(ticket.conv()), credentials.attempt(), ticket.received(), join);
    }

    private Future<Answered> ask(Suite.Exchange request) {
        return line.handshaker().ask(request, options.retry().joinMs());
    }
}
