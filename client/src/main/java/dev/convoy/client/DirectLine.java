package dev.convoy.client;

import dev.convoy.protocol.conv.Conv;
import dev.convoy.protocol.conv.PeerAgreement;
import dev.convoy.protocol.handshake.PeerKeyPair;
import dev.convoy.protocol.handshake.Refused;
import dev.convoy.protocol.handshake.TransportKeys;
import dev.convoy.protocol.peer.PeerAddress;
import dev.convoy.protocol.peer.PeerConversation;
import dev.convoy.protocol.peer.PeerMessage;
import dev.convoy.protocol.peer.PeerOffer;
import dev.convoy.protocol.peer.PeerPath;
import dev.convoy.protocol.seal.SealDrop;
import dev.convoy.protocol.session.LinkEvent;
import dev.convoy.protocol.wire.ErrorCode;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.ContextInternal;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One end of a line to another player: first the agreement, through the room, then the {@link PeerConversation}. It is handed
 * to the user when a direct way is found or the search for one is over, so that a line that can be direct is from
 * its first message on. Confined to its context; calls from other threads are taken there.
 */
final class DirectLine implements PeerLine, Doorway.Taker {
    private static final int ANSWER_WITHIN_MS = 10_000;
    private static final int READY_WITHIN_MS = PeerPath.SEARCH_MS + 100;
    private static final int CLOSE_WITHIN_MS = 1_000;

    private final PeerLines lines;
    private final ContextInternal context;
    private final long id;
    private final String player;
    private final boolean isOpener;
    private final PeerKeyPair keys;
    private final PeerAgreement agreement;
    private final Promise<PeerLine> opened;
    private final Promise<Void> closed;
    private final MessageGate gate;
    private final Alarm alarm;
    private final LoopBuffers buffers = LoopBuffers.current();
    private final Doorway doorway;
    private final LastAddress sentTo = new LastAddress();
    private final LastAddress cameFrom = new LastAddress();

    private byte[] theirKey = {};
    private List<PeerAddress> theirAddresses = List.of();
    private @Nullable PeerConversation talk;
    private @Nullable Handler<Path> pathHandler;
    private @Nullable Handler<String> closeHandler;
    private volatile int conv = Conv.NONE;
    private volatile Path path = Path.ROOM;
    private long deadlineMs;
    private boolean isReady;
    private boolean isTouched;
    private boolean isPumpQueued;
    private boolean isLeaving;
    private boolean isEnding;
    private boolean isOver;
    private String whyOver = "";

    /** To be called on the context. */
    DirectLine(PeerLines lines, long id, String player, boolean isOpener) {
        this.lines = lines;
        this.context = lines.context();
        this.id = id;
        this.player = player;
        this.isOpener = isOpener;
        this.keys = PeerKeyPair.of(Chances.key(PeerKeyPair.BYTES));
        this.agreement = new PeerAgreement(agreed -> agreed != conv && lines.isInUse(agreed), Chances.secret());
        this.opened = context.promise();
        this.closed = context.promise();
        this.gate = new MessageGate(context, 0);
        this.doorway = new Doorway(context, lines.options(), this);
        this.alarm = new Alarm(context, this::onAlarm);
    }

    long id() {
        return id;
    }

    // ---- for the user

    @Override
    public String playerId() {
        return player;
    }

    @Override
    public int conv() {
        return conv;
    }

    @Override
    public Path path() {
        return path;
    }

    @Override
    public int localPort() {
        return lines.line().localPort();
    }

    @Override
    public Future<Void> send(Buffer message) {
        return doorway.send(message);
    }

    @Override
    public PeerLine handler(Handler<Buffer> handler) {
        here(() -> {
            gate.open(handler);
            pumpSoon();
        });
        return this;
    }

    @Override
    public PeerLine pathHandler(Handler<Path> handler) {
        here(() -> pathHandler = handler);
        return this;
    }

    @Override
    public PeerLine closeHandler(Handler<String> handler) {
        here(() -> {
            closeHandler = handler;
            if (isOver) Callbacks.call(context, handler, whyOver);
        });
        return this;
    }

    @Override
    public Future<Void> close() {
        here(() -> {
            PeerConversation present = talk;
            if (isOver || present == null) {
                over("it was closed");
            } else if (!isLeaving) {
                isLeaving = true;
                deadlineMs = MonotonicClock.nowMs() + CLOSE_WITHIN_MS;
                present.close(MonotonicClock.nowMs());
                pump();
            }
        });
        return closed.future();
    }

    // ---- the agreement

    /** Asks the other player. */
    Future<PeerLine> ask(List<PeerAddress> addresses) {
        lines.room().sendPeer(new PeerMessage.Open(id, player, offer(addresses)).encode());
        deadlineMs = MonotonicClock.nowMs() + ANSWER_WITHIN_MS;
        alarm.at(deadlineMs);
        return opened.future();
    }

    /** Takes the line that the other player asks for. */
    void answer(PeerOffer theirs, List<PeerAddress> addresses) {
        if (isOver) return;
        opened.future().onSuccess(lines::tell);
        PeerAgreement.Outcome outcome = take(theirs);
        if (outcome == PeerAgreement.Outcome.GIVEN_UP) {
            fail(ErrorCode.PEER_LOST);
        } else {
            lines.room().sendPeer(new PeerMessage.Answer(id, offer(addresses)).encode());
            deadlineMs = MonotonicClock.nowMs() + ANSWER_WITHIN_MS;
            proceed(outcome);
        }
    }

    /** What came through the room. */
    void onMessage(PeerMessage message) {
        if (isOver) return;
        if (message instanceof PeerMessage.Relay relay) {
            onPacket(null, relay.packet(), relay.packet().length);
            pumpIfTouched();
        } else if (message instanceof PeerMessage.Answer answer) {
            int before = agreement.round();
            if (isOpener && theirKey.length == 0) agree(take(answer.offer()), before);
        } else if (message instanceof PeerMessage.Round round) {
            if (theirKey.length > 0) onRound(round);
        } else if (message instanceof PeerMessage.End end) {
            onEnd(end);
        }
    }

    private void onRound(PeerMessage.Round round) {
        boolean isSettled = talk != null && talk.hasHeard();
        int before = agreement.round();
        if (!isSettled) agree(agreement.onPeer(round.round(), round.contribution()), before);
    }

    private PeerAgreement.Outcome take(PeerOffer theirs) {
        theirKey = theirs.key();
        theirAddresses = theirs.candidates();
        return agreement.onPeer(theirs.round(), theirs.contribution());
    }

    private void agree(PeerAgreement.Outcome outcome, int roundBefore) {
        boolean isNews = agreement.round() != roundBefore || outcome != PeerAgreement.Outcome.AGREED;
        if (outcome == PeerAgreement.Outcome.GIVEN_UP) {
            fail(ErrorCode.PEER_LOST);
            return;
        }
        if (isNews) {
            PeerMessage ours = new PeerMessage.Round(id, agreement.round(), agreement.contribution());
            lines.room().sendPeer(ours.encode());
        }
        proceed(outcome);
    }

    private void proceed(PeerAgreement.Outcome outcome) {
        alarm.at(deadlineMs);
        if (outcome != PeerAgreement.Outcome.AGREED) drop();
        if (outcome != PeerAgreement.Outcome.AGREED || agreement.conv() == conv) return;
        drop();
        conv = agreement.conv();
        String ours = lines.room().playerId();
        TransportKeys agreed =
                keys.agree(theirKey, id, conv, isOpener ? ours : player, isOpener ? player : ours, isOpener);
        if (agreed == null) {
            fail(ErrorCode.PEER_LOST);
            return;
        }
        talk = new PeerConversation(
                agreed,
                conv,
                lines.options().arePeerLinesThroughRoom() ? List.of() : theirAddresses,
                lines.options().outboxMessagesMax(),
                lines.options().outboxBytesMax(),
                Chances.secret(),
                buffers.pool,
                buffers.scratch,
                MonotonicClock.nowMs());
        deadlineMs = MonotonicClock.nowMs() + READY_WITHIN_MS;
        pump();
    }

    /** The conv has been taken back, before anything was said. */
    private void drop() {
        if (talk != null) talk.release();
        talk = null;
        conv = Conv.NONE;
    }

    private PeerOffer offer(List<PeerAddress> addresses) {
        return new PeerOffer(agreement.round(), agreement.contribution(), keys.publicKey(), addresses);
    }

    // ---- the conversation

    /** A datagram that came from no server; true when it was this line's. */
    boolean input(InetSocketAddress from, byte[] datagram, int length) {
        return onPacket(cameFrom.of(from), datagram, length);
    }

    void pumpIfTouched() {
        if (isTouched) pump();
    }

    private boolean onPacket(@Nullable PeerAddress from, byte[] packet, int length) {
        if (talk == null) return false;
        boolean isTheirs = talk.input(from, packet, 0, length, MonotonicClock.nowMs()) == SealDrop.NONE;
        isTouched |= isTheirs;
        return isTheirs;
    }

    @Override
    public Future<Void> accept(byte[] message) {
        if (isOver || isLeaving || talk == null) {
            return Future.failedFuture(new SessionClosedException("The line is over: " + whyOver));
        }
        if (!talk.hasRoom(message.length)) return Future.failedFuture(new OutboxFullException(lines.options()));
        talk.send(message);
        pumpSoon();
        return Future.succeededFuture();
    }

    private void pumpSoon() {
        if (isPumpQueued || isOver) return;
        isPumpQueued = true;
        context.runOnContext(turn -> {
            isPumpQueued = false;
            pump();
        });
    }

    private void onAlarm() {
        long nowMs = MonotonicClock.nowMs();
        if (talk == null) {
            if (nowMs >= deadlineMs) fail(ErrorCode.PEER_AWAY);
            else alarm.at(deadlineMs);
        } else {
            talk.handleTimeout(nowMs);
            pump();
        }
    }

    private void pump() {
        isTouched = false;
        PeerConversation present = talk;
        if (isOver || present == null) return;
        handOver(present);
        if (isOver) return;
        long nowMs = MonotonicClock.nowMs();
        if (present.isSilent(nowMs)) {
            fail(ErrorCode.PEER_LOST);
            return;
        }
        transmit(present, nowMs);
        boolean isEnough = present.isDelivered() || nowMs >= deadlineMs;
        if (isLeaving && isEnough) fail(ErrorCode.PEER_CLOSED);
        else if (isEnding && nowMs >= deadlineMs && gate.hasRoom()) over("the other player has closed it");
        else lookAtPath(present, nowMs);
    }

    private void handOver(PeerConversation present) {
        while (!isOver && gate.hasRoom()) {
            LinkEvent event = present.poll();
            if (event == LinkEvent.NONE) return;
            if (event == LinkEvent.MESSAGE) gate.deliver(present.frame());
            else if (event == LinkEvent.CLOSE) over("the other player has closed it");
            else if (event == LinkEvent.BROKEN) fail(ErrorCode.PEER_LOST);
        }
    }

    private void transmit(PeerConversation present, long nowMs) {
        present.flush(nowMs);
        byte[] packet = buffers.outgoing;
        for (int bytes = present.pollTransmit(packet, nowMs); bytes > 0; bytes = present.pollTransmit(packet, nowMs)) {
            PeerAddress to = present.destination();
            if (to == null) lines.room().sendPeer(new PeerMessage.Relay(id, Arrays.copyOf(packet, bytes)).encode());
            else lines.line().sendTo(packet, bytes, sentTo.of(to));
        }
        lines.line().flush();
    }

    private void lookAtPath(PeerConversation present, long nowMs) {
        Path now = present.isDirect() ? Path.DIRECT : Path.ROOM;
        boolean isChanged = now != path;
        path = now;
        if (!isReady && (now == Path.DIRECT || !present.isSearching() || nowMs >= deadlineMs)) {
            isReady = true;
            opened.tryComplete(this);
        } else if (isChanged && isReady && pathHandler != null) {
            Callbacks.call(context, pathHandler, now);
        }
        long wakeMs = present.nextTimeoutMs(nowMs);
        alarm.at(isReady && !isLeaving && !isEnding ? wakeMs : Math.min(wakeMs, deadlineMs));
    }

    // ---- the end

    /** A direct line goes on when only the node has forgotten it. */
    private void onEnd(PeerMessage.End end) {
        ErrorCode why = ErrorCode.of(end.code());
        if (why == ErrorCode.PEER_LOST && path == Path.DIRECT) return;
        if (why == ErrorCode.PEER_CLOSED && isReady) {
            isEnding = true; // What was said before may be on its way by the other way.
            deadlineMs = MonotonicClock.nowMs() + CLOSE_WITHIN_MS;
            pump();
            return;
        }
        opened.tryFail(new RefusedException(new Refused(end.code(), 0, "")));
        over(why == null ? "code " + end.code() : why.english());
    }

    private void fail(ErrorCode why) {
        lines.refuse(id, why);
        opened.tryFail(new RefusedException(Refused.because(why, "")));
        over(why == ErrorCode.PEER_CLOSED ? "it was closed" : why.english());
    }

    /** Nothing is left of the line. */
    void over(String why) {
        if (!isOver) {
            isOver = true;
            whyOver = why;
            alarm.cancel();
            drop();
            lines.forget(this);
            opened.tryFail(new SessionClosedException("The line is over: " + why));
            if (closeHandler != null) Callbacks.call(context, closeHandler, why);
        }
        closed.tryComplete();
    }

    private void here(Runnable work) {
        if (context.inThread()) work.run();
        else context.runOnContext(turn -> work.run());
    }
}
