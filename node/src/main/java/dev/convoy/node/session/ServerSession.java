package dev.convoy.node.session;

import dev.convoy.protocol.session.Frames;
import dev.convoy.protocol.session.Inbox;
import dev.convoy.protocol.session.Outbox;
import dev.convoy.protocol.session.SessionLink;
import dev.convoy.protocol.wire.ErrorCode;
import dev.convoy.protocol.wire.SessionId;
import dev.convoy.redis.OutboxEntry;
import dev.convoy.redis.SessionDelta;
import dev.convoy.redis.SessionImage;
import dev.convoy.room.Return;
import dev.convoy.room.RoomSession;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A player's session: what outlives every conv. Its deadline is the end of its time to come back, and of its time at all. Owned by
 * its room's event loop.
 */
final class ServerSession extends DeadlineHeap.Entry implements RoomSession {
    private static final long NOT_OFFLINE = Long.MIN_VALUE;
    private static final SessionImage.Tokens NO_TOKENS = new SessionImage.Tokens("0".repeat(64), "", 0, "");

    private final SessionId id;
    private final String user;
    private final String playerId;
    private final RoomHost host;

    final Outbox outbox;
    final Inbox inbox;

    /** The present conv; null while the player is away. */
    @Nullable
    Connection connection;

    /** The conv that takes the present one's place when the player uses it. */
    @Nullable
    ExpectedReturn expected;

    /** Its lines to other players; null when it has never had one. */
    Introducer.@Nullable Account lines;

    /** It speaks KCP and nothing else: it ends with its conv, and Redis knows nothing of it. */
    boolean isBare;

    /** The attempt of the handshake that opened the present conv. */
    long openedBy;

    /** While the player is away: when their time to come back is over. */
    long awayUntilMs;

    /** What Redis knows of the tokens, to be told again if it forgets. */
    private SessionImage.Tokens tokens = NO_TOKENS;

    private long generation = 1;

    /** When the session is over, whatever happens. */
    private final long endsAtMs;

    /** The last message to the client that is in Redis. */
    private long committed;

    /**
     * What a crash has left doubtful about a player who has not been here since.
     *
     * @param certain the player's messages up to this number are of the room's present line; those behind it may be undone
     * @param since what was said behind this number was said after the crash
     * @param state what stood after the crash
     */
    record Doubt(long certain, long since, byte[] state) {}

    static final long ALL_CERTAIN = Long.MAX_VALUE;

    private @Nullable Doubt doubt;
    private @Nullable Promise<Void> durable;

    private boolean isRestored;
    private boolean isRolledBack;
    /** When the offline mark was set. */
    private long offlineSinceMs = NOT_OFFLINE;

    /** The session is about to end: nothing more is sent to it. */
    boolean isEnding;

    /** The player was here when the last owner lost the room; the room is told that they are not unless they come back soon. */
    boolean isDropOwed;

    /** {@code isRestored}: it comes from Redis, and its player has not been here yet. */
    ServerSession(
            RoomHost host,
            SessionId id,
            String user,
            String playerId,
            Outbox outbox,
            Inbox inbox,
            long endsAtMs,
            boolean isRestored) {
        this.host = host;
        this.id = id;
        this.user = user;
        this.playerId = playerId;
        this.outbox = outbox;
        this.inbox = inbox;
        this.endsAtMs = endsAtMs;
        this.committed = outbox.last();
        this.isRestored = isRestored;
    }

    @Override
    public SessionId id() {
        return id;
    }

    @Override
    public String user() {
        return user;
    }

    @Override
    public String playerId() {
        return playerId;
    }

    @Override
    public boolean isOffline() {
        return offlineSinceMs != NOT_OFFLINE;
    }

    @Override
    public long offlineMs() {
        return isOffline() ? host.nowMs() - offlineSinceMs : 0;
    }

    @Override
    public long returnsWithinMs() {
        return isOffline() ? Math.max(0, awayUntilMs - host.nowMs()) : 0;
    }

    /** Whether the player has a conv; one who has none may not be missed yet. */
    boolean isConnected() {
        return connection != null;
    }

    void markOffline() {
        offlineSinceMs = host.nowMs();
    }

    void clearOffline() {
        offlineSinceMs = NOT_OFFLINE;
    }

    @Override
    public boolean send(Buffer message) {
        return host.talk().send(this, message.getBytes());
    }

    @Override
    public void sendVolatile(int channel, Buffer message) {
        SessionLink.requireVolatile(channel, message.length());
        host.requireLoop();
        if (connection != null && !isEnding) connection.sendVolatile(channel, message.getBytes());
    }

    @Override
    public void kick(String reason) {
        host.kick(this, reason);
    }

    /** A session as Redis has it, its player being away. */
    static ServerSession restored(RoomHost host, Hall hall, SessionImage image) {
        Outbox outbox = hall.outbox(image.sent() - image.outbox().size());
        image.outbox().forEach(entry -> StoredMessage.decode(entry.payload(), outbox));
        outbox.release(image.sent());
        SessionId id = SessionId.parse(image.sessionId());
        Inbox inbox = new Inbox(image.received());
        long endsAtMs = hall.traffic().nowMs() + image.absoluteInMs();
        ServerSession session =
                new ServerSession(host, id, image.user(), image.playerId(), outbox, inbox, endsAtMs, true);
        session.onGranted(image.tokens(), image.generation());
        return session;
    }

    /** Everything that has a number may leave. */
    void letAllLeave() {
        outbox.release(outbox.last());
        if (connection != null) connection.touch();
    }

    /**
     * A crash may have undone what the player was told behind a number that they are behind: what stands is the next thing that
     * they get, and then what was said since.
     */
    void rollBack(long received, Doubt doubt) {
        isRolledBack = true;
        outbox.rollForward(received, Frames.stateMessage(inbox.received(), doubt.state()), doubt.since());
        letAllLeave();
    }

    /** Tells the player, if they are here, that the session is over. */
    void tell(ErrorCode reason, String detail) {
        if (connection != null) connection.tell(reason, detail);
    }

    RoomHost host() {
        return host;
    }

    /** Whether nobody has ever said a word. */
    boolean isUnheard() {
        return generation == 1 && connection != null && !connection.link.hasHeard();
    }

    long endsAtMs() {
        return endsAtMs;
    }

    /** How the player has come back who is about to be {@linkplain #onConnected connected}. */
    Return howReturned() {
        if (isRolledBack) return Return.ROLLED_BACK;
        return isRestored ? Return.RESTORED : Return.CONTINUED;
    }

    SessionImage.Tokens tokens() {
        return tokens;
    }

    /** Until when the player would come back if nobody told them not to. */
    long returnsUntilMs() {
        return isConnected() ? host.nowMs() + host.windowMs() : awayUntilMs;
    }

    void doubt(Doubt left) {
        doubt = left;
    }

    /** The doubt about a player who has received so much; null when there is none. */
    @Nullable
    Doubt doubtAt(long received) {
        settleDoubt();
        Doubt present = doubt;
        return present != null && received > present.certain() ? present : null;
    }

    /** Only who has got our answer speaks on the conv that it opened; the request alone may be a late copy of an old one. */
    void settleDoubt() {
        if (connection != null && connection.link.hasHeard()) doubt = null;
    }

    long certain() {
        settleDoubt();
        return doubt == null ? ALL_CERTAIN : doubt.certain();
    }

    /** Completes when all that was received would survive this node. */
    Future<Void> whenDurable() {
        if (inbox.durable() == inbox.received()) return Future.succeededFuture();
        if (durable == null) durable = Promise.promise();
        return durable.future();
    }

    boolean isRestored() {
        return isRestored;
    }

    /** Nothing shows that the player ever got the answer that let them in. */
    boolean isUnused() {
        return generation == 1 && inbox.received() == 0 && outbox.acknowledged() == 0;
    }

    /** The session's tokens and generation are these from now on, and in Redis. */
    void onGranted(SessionImage.Tokens newTokens, long newGeneration) {
        tokens = newTokens;
        generation = newGeneration;
    }

    /** Everything that Redis should know of the session. */
    SessionImage image(long nowMs, long windowMs) {
        List<OutboxEntry> unacknowledged = entries(outbox.above(outbox.acknowledged()));
        return new SessionImage(
                id.toString(),
                user,
                playerId,
                tokens,
                generation,
                connection == null ? 0 : connection.link.conv(),
                inbox.received(),
                outbox.last(),
                outbox.acknowledged(),
                isConnected(),
                windowMs,
                isConnected() ? windowMs : Math.max(1, awayUntilMs - nowMs),
                Math.max(1, endsAtMs - nowMs),
                unacknowledged);
    }

    void onConnected(Connection newConnection) {
        connection = newConnection;
        isRestored = false;
        isRolledBack = false;
    }

    /** What a commit that begins now has to write. */
    SessionDelta delta() {
        List<OutboxEntry> appended = entries(outbox.above(Math.max(committed, outbox.acknowledged())));
        return new SessionDelta(id.toString(), inbox.received(), outbox.last(), outbox.acknowledged(), appended);
    }

    /** That delta is in Redis: what it carried may leave and be acknowledged. */
    void onCommitted(SessionDelta delta) {
        committed = Math.max(committed, delta.sent());
        outbox.release(delta.sent());
        inbox.makeDurable(delta.received());
        if (durable == null || inbox.durable() < inbox.received()) return;
        durable.complete();
        durable = null;
    }

    private static List<OutboxEntry> entries(List<Outbox.Entry> messages) {
        return messages.stream()
                .map(entry -> new OutboxEntry(entry.seq(), StoredMessage.encode(entry)))
                .toList();
    }

    @Override
    void onDeadline(long nowMs) {
        host.presence().timeOver(this);
    }
}
