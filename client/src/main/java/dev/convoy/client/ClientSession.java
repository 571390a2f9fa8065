package dev.convoy.client;

import dev.convoy.protocol.handshake.Refused;
import dev.convoy.protocol.handshake.Resumed;
import dev.convoy.protocol.handshake.TransportKeys;
import dev.convoy.protocol.session.FrameReader;
import dev.convoy.protocol.session.LinkEvent;
import dev.convoy.protocol.session.Outbox;
import dev.convoy.protocol.wire.ErrorCode;
import dev.convoy.protocol.wire.ServerId;
import dev.convoy.protocol.wire.SessionId;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.ContextInternal;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A session of this process. What lasts from conv to conv is here: the outbox, the inbox, the user's handlers and
 * the credentials; what lasts as long as a conv is the {@link Conversation}'s.
 *
 * <p>Coming back goes in steps, each of which may be the last before the process dies: the token and the attempt of
 * the next return are drawn and kept, only then does the new conv speak. Until they are kept, a repetition of
 * the former request gets the same answer again. So whatever step it was, a client that starts again with what is
 * in the store finds its way back.
 *
 * <p>Confined to its context; calls from other threads are taken there.
 */
final class ClientSession implements Session, Conversation.Listener, Doorway.Taker, PeerLines.Room {
    private enum Phase {
        /** A conv is being spoken. */
        LIVE,
        /** On the way back; messages wait in the outbox. */
        AWAY,
        /** Saying goodbye. */
        LEAVING,
        OVER
    }

    private static final System.Logger LOG = System.getLogger(ClientSession.class.getName());
    /** A conv that has brought something after so long has proved to work. */
    private static final int PROVEN_AFTER_MS = 250;

    private final ContextInternal context;
    private final ClientOptions options;
    private final ServiceLine line;
    private final CredentialKeeper keeper;
    private final Chances chances;
    private final Runnable whenOver;
    private final Outbox outbox;
    private final Intake intake;
    private final Reconnector reconnector;
    private final PeerLines peers;
    private final Doorway doorway;

    private Credentials credentials;
    private Credentials.Ticket ticket;
    private volatile int conv;
    private Phase phase = Phase.AWAY;
    private @Nullable Conversation conversation;
    private @Nullable Handler<SessionEvent> eventHandler;
    private @Nullable Handler<VolatileMessage> volatileHandler;
    private long begunAtMs;
    private long heardAtMs;
    private int resumes;

    private String whyOver = "";

    /**
     * A session that is yet to {@link #enter} its first conv of this process.
     *
     * @param confirmed the number of the last message that the service has
     * @param resumes how many returns have led here: 1 when the session is a former process's
     * @param whenOver told once, when nothing is left of it
     */
    ClientSession(
            ContextInternal context,
            ClientOptions options,
            ServiceLine line,
            CredentialKeeper keeper,
            Chances chances,
            Credentials credentials,
            long confirmed,
            int resumes,
            Runnable whenOver) {
        this.context = context;
        this.options = options;
        this.line = line;
        this.keeper = keeper;
        this.chances = chances;
        this.whenOver = whenOver;
        this.resumes = resumes;
        this.credentials = credentials;
        this.ticket = Objects.requireNonNull(credentials.ticket());
        this.conv = ticket.conv();
        this.outbox = new Outbox(confirmed, options.outboxMessagesMax(), options.outboxBytesMax());
        this.intake = new Intake(context, keeper, ticket.received());
        this.peers = new PeerLines(context, options, line, this);
        this.doorway = new Doorway(context, options, this);
        this.reconnector = new Reconnector(context, line, this, options.retry(), chances.jitter());
    }

    // ---- for the user

    @Override
    public SessionId id() {
        return ticket.session();
    }

    @Override
    public int conv() {
        return conv;
    }

    @Override
    public String roomId() {
        return ticket.room();
    }

    @Override
    public String playerId() {
        return ticket.playerId();
    }

    @Override
    public Future<Void> send(Buffer message) {
        return doorway.send(message);
    }

    @Override
    public void sendVolatile(int channel, Buffer message) {
        doorway.sendVolatile(channel, message);
    }

    @Override
    public Session handler(Handler<Buffer> handler) {
        here(() -> {
            intake.open(handler);
            if (conversation != null) conversation.pumpSoon();
        });
        return this;
    }

    @Override
    public Session volatileHandler(Handler<VolatileMessage> handler) {
        here(() -> volatileHandler = handler);
        return this;
    }

    @Override
    public Session eventHandler(Handler<SessionEvent> handler) {
        here(() -> eventHandler = handler);
        return this;
    }

    @Override
    public Future<PeerLine> openPeerLine(String playerId) {
        Promise<PeerLine> opened = context.promise();
        here(() -> peers.open(playerId).onComplete(opened));
        return opened.future();
    }

    @Override
    public Session peerLineHandler(@Nullable Handler<PeerLine> handler) {
        here(() -> peers.handler(handler));
        return this;
    }

    @Override
    public void sendPeer(byte[] message) {
        if (phase == Phase.LIVE && conversation != null) conversation.sendPeer(message);
    }

    @Override
    public SessionStats stats() {
        Conversation present = conversation;
        return new SessionStats(
                present == null ? 0 : present.rttMs(),
                resumes,
                line.datagramsIn(),
                line.datagramsOut(),
                line.datagramsDropped(),
                outbox.size(),
                outbox.acknowledged());
    }

    @Override
    public Future<Void> rebind() {
        Promise<Void> rebound = context.promise();
        here(() -> line.changePort()
                .onSuccess(open -> {
                    if (conversation != null) conversation.ping();
                })
                .onComplete(rebound));
        return rebound.future();
    }

    @Override
    public Future<Void> close() {
        Promise<Void> closed = context.promise();
        here(() -> leave(closed));
        return closed.future();
    }

    // ---- for the client

    /** Drops everything at once, without a word to anybody. */
    void abandon() {
        if (phase != Phase.OVER) tearDown("the session was abandoned");
    }

    /** Begins to speak a new conv, as soon as the credentials that lead to it are kept. */
    Future<Void> enter(Credentials next, NewConv granted) {
        if (conversation != null) drop(conversation);
        intake.unpin();
        Conversation entered = new Conversation(context, line, granted, outbox, intake.inbox(), this);
        conversation = entered;
        return keeper.keep(next).onSuccess(kept -> start(entered, next)).onFailure(lost -> drop(entered));
    }

    private void start(Conversation entered, Credentials next) {
        if (phase == Phase.OVER) return;
        credentials = next;
        ticket = Objects.requireNonNull(next.ticket());
        conv = entered.conv();
        begunAtMs = MonotonicClock.nowMs();
        phase = Phase.LIVE;
        entered.start();
    }

    private void drop(Conversation former) {
        heardAtMs = former.heardAtMs();
        former.release();
        if (conversation == former) conversation = null;
    }

    // ---- for the conversation

    @Override
    public boolean hasRoom() {
        return intake.hasRoom();
    }

    @Override
    public void frame(LinkEvent event, FrameReader frame) {
        switch (event) {
            case MESSAGE -> intake.message(frame);
            case VOLATILE -> {
                if (volatileHandler == null) return;
                VolatileMessage newest = new VolatileMessage(frame.channel(), Buffer.buffer(frame.payload()));
                Callbacks.call(context, volatileHandler, newest);
            }
            case STATE -> intake.state(frame, this::tell);
            case GOAWAY -> goAway(frame.spreadMs(), frame.target());
            case ERROR ->
                LOG.log(System.Logger.Level.WARNING, "the service says {0}: {1}", frame.code(), frame.detail());
            case CLOSE -> closedByService(frame.code(), frame.retryAfterMs(), frame.detail());
            case PEER -> peers.onFrame(frame.payload());
            case NONE, PONG, BROKEN -> throw new IllegalStateException("no frame: " + event);
        }
    }

    @Override
    public void beforeFlush() {
        intake.keep(() -> {
            if (conversation != null) conversation.pump();
        });
    }

    @Override
    public void worn() {
        goAway(0, 0);
    }

    @Override
    public void lost(String reason) {
        if (phase == Phase.LEAVING) return;
        goBack(reason, ServerId.of(ticket.conv()), 0);
    }

    // ---- for the reconnector

    /** Nothing more is taken until there is a new conv; completes when the position that is asked behind is kept. */
    Future<Void> pin() {
        return intake.pin();
    }

    void reconnecting(SessionEvent.Reconnecting event) {
        tell(event);
    }

    /** The same request every time, until a new token has been kept. */
    Suite.Exchange returnRequest(int target) {
        return ticket.returnRequest(line.suite(), target, credentials.attempt(), intake.position(), options.join());
    }

    /** The service has the session: go on there. Fails when the new credentials cannot be kept. */
    Future<Void> comeBack(Resumed resumed, @Nullable TransportKeys keys) {
        if (!outbox.goOnBehind(resumed.received(), resumed.place() == Resumed.Place.FORGOTTEN)) {
            String detail = "the service knows " + resumed.received() + " messages of " + outbox;
            end(ErrorCode.SESSION_LOST.code(), ErrorCode.SESSION_LOST, detail);
            return Future.succeededFuture();
        }
        Credentials.Ticket next = ticket.after(resumed.grant(), intake.position());
        return enter(credentials.with(chances.attempt(), next), new NewConv(resumed.grant(), keys))
                .onSuccess(entered -> back(resumed.place()));
    }

    void refused(Refused refused) {
        end(refused.code(), ErrorCode.of(refused.code()), refused.detail());
    }

    void gaveUp(String reason) {
        end(0, null, reason);
    }

    private void back(Resumed.Place place) {
        if (phase != Phase.LIVE) return;
        resumes++;
        tell(new SessionEvent.Resumed(place, MonotonicClock.nowMs() - heardAtMs));
    }

    @Override
    public Future<Void> accept(byte[] message) {
        if (phase == Phase.OVER || phase == Phase.LEAVING) {
            return Future.failedFuture(new SessionClosedException("The session is over: " + whyOver));
        }
        if (!outbox.hasRoom(message.length)) return Future.failedFuture(new OutboxFullException(options));
        outbox.release(outbox.append(message));
        if (conversation != null) conversation.pumpSoon();
        return Future.succeededFuture();
    }

    @Override
    public void passVolatile(int channel, byte[] message) {
        if (phase == Phase.LIVE && conversation != null) conversation.sendVolatile(channel, message);
    }

    // ---- going away and coming back

    private void goBack(String reason, int target, long delayMs) {
        Conversation former = conversation;
        if (former != null) {
            if (former.heardAtMs() - begunAtMs >= PROVEN_AFTER_MS) reconnector.reset();
            drop(former);
        }
        phase = Phase.AWAY;
        reconnector.begin(reason, target, delayMs, 0);
    }

    /** The old conv is spoken until there is a new one. */
    private void goAway(int spreadMs, int target) {
        if (phase != Phase.LIVE) return;
        reconnector.reset();
        reconnector.begin("the node is being replaced", target, 0, spreadMs & Integer.MAX_VALUE);
    }

    private void closedByService(int code, int retryAfterMs, String detail) {
        ErrorCode error = ErrorCode.of(code);
        if (error == ErrorCode.REPLACED && reconnector.isAsking()) return;
        ErrorCode.Retry retry = error == null ? ErrorCode.Retry.NEVER : error.retry();
        boolean comesBack = retry == ErrorCode.Retry.NOW || retry == ErrorCode.Retry.LATER;
        if (phase == Phase.LEAVING || error == null || !comesBack) {
            end(code, error, detail);
            return;
        }
        int target = error == ErrorCode.NODE_DRAINING ? 0 : ServerId.of(ticket.conv());
        goBack(error.english(), target, Math.max(0, retryAfterMs));
    }

    private void leave(Promise<Void> closed) {
        Runnable left = () -> {
            end(ErrorCode.LEFT.code(), ErrorCode.LEFT, "");
            closed.tryComplete();
        };
        if (phase == Phase.LIVE && conversation != null) {
            phase = Phase.LEAVING;
            whyOver = "it was closed";
            reconnector.cancel();
            new Farewell(context, conversation, outbox, left).begin();
        } else {
            left.run();
        }
    }

    private void end(int code, @Nullable ErrorCode error, String detail) {
        if (phase == Phase.OVER) return;
        keeper.forget(error);
        tearDown(error == null ? detail : error.english());
        tell(new SessionEvent.Closed(code, error, detail));
    }

    private void tearDown(String why) {
        phase = Phase.OVER;
        whyOver = why;
        reconnector.cancel();
        if (conversation != null) drop(conversation);
        peers.close(why);
        line.close();
        whenOver.run();
    }

    private void tell(SessionEvent event) {
        if (eventHandler != null) Callbacks.call(context, eventHandler, event);
    }

    private void here(Runnable work) {
        if (context.inThread()) {
            work.run();
        } else {
            context.runOnContext(turn -> work.run());
        }
    }
}
