package dev.convoy.node.session;

import dev.convoy.node.net.Arrival;
import dev.convoy.node.net.ClientPath;
import dev.convoy.node.net.MonotonicClock;
import dev.convoy.protocol.conv.ConvHolder;
import dev.convoy.protocol.handshake.ResetKey;
import dev.convoy.protocol.handshake.TransportKeys;
import dev.convoy.protocol.kcp.DropReason;
import dev.convoy.protocol.kcp.Kcp;
import dev.convoy.protocol.kcp.KcpSettings;
import dev.convoy.protocol.kcp.KcpTally;
import dev.convoy.protocol.kcp.SegmentPool;
import dev.convoy.protocol.seal.SealedPacket;
import dev.convoy.protocol.session.BareLink;
import dev.convoy.protocol.session.Link;
import dev.convoy.protocol.session.LinkEvent;
import dev.convoy.protocol.session.LinkTimes;
import dev.convoy.protocol.session.SessionLink;
import dev.convoy.protocol.wire.LittleEndian;
import dev.convoy.protocol.wire.PathHeader;
import io.netty.util.collection.IntObjectHashMap;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The data path of one shard: from datagrams to messages for rooms and back. Datagrams of a batch only touch
 * their connections; {@link #settle} then lets every touched one speak once, so that a burst costs one
 * pass. Confined to the shard's event loop.
 */
public final class Traffic {
    /** Where datagrams go; a batch ends with a flush. */
    public interface Wire {
        void send(ClientPath path, byte[] bytes, int length);

        void flush();
    }

    /** So many messages of one connection are taken before the others have their turn. */
    private static final int MESSAGES_PER_TURN_MAX = 256;

    /** So long a conv is kept whose client has not confirmed that it was told of the end: last words may get lost, too. */
    private static final long LAST_WORDS_MS = 3_000;

    private static final long POOL_BYTES_MAX = 256L << 20;

    /** So long a conv is kept for a client that has not used it. */
    static final long UNUSED_MS_MAX = 10_000;

    private final MonotonicClock clock;
    private final Wire wire;
    private final LongConsumer alarm;
    private final SegmentPool pool;
    private final KcpSettings kcpSettings;
    private final KcpSettings sealedKcpSettings;
    private final LinkTimes linkTimes;

    private final IntObjectHashMap<Connection> connections = new IntObjectHashMap<>();
    private final IntObjectHashMap<ExpectedReturn> expectedReturns = new IntObjectHashMap<>();
    private final RetiredConvs retired;
    private final DeadlineHeap deadlines = new DeadlineHeap();
    private final byte[] scratch = new byte[SessionLink.SCRATCH_BYTES];
    private final Dock dock;
    private final SecureRandom random = new SecureRandom();
    private final ShardCounts counts = new ShardCounts();

    private List<Connection> touched = new ArrayList<>();
    private List<Connection> settling = new ArrayList<>();
    private List<RoomHost> changedRooms = new ArrayList<>();
    private List<RoomHost> committing = new ArrayList<>();
    private boolean isSettling;
    private long alarmMs = DeadlineHeap.NEVER;

    /**
     * @param alarm asked to call {@link #onAlarm} on the event loop after so many milliseconds, in place of what it was asked
     *     before
     * @param resetKey 32 bytes
     */
    public Traffic(MonotonicClock clock, Wire wire, LongConsumer alarm, LinkTimes linkTimes, byte[] resetKey) {
        this.retired = new RetiredConvs(new ResetKey(resetKey));
        this.clock = clock;
        this.wire = wire;
        this.alarm = alarm;
        this.linkTimes = linkTimes;
        this.dock = new Dock(wire, counts);
        this.kcpSettings = KcpSettings.turbo();
        this.sealedKcpSettings =
                KcpSettings.builder().mtuBytes(SealedPacket.PLAIN_BYTES_MAX).build();
        this.pool = new SegmentPool(POOL_BYTES_MAX);
    }

    /** One KCP datagram behind a whole path header. */
    public void onDatagram(InetSocketAddress router, byte[] bytes, int length) {
        int header = PathHeader.bytes(bytes[0]);
        int conv = LittleEndian.u32(bytes, header);
        Connection connection = connections.get(conv);
        long nowMs = clock.nowMs();
        if (connection == null) {
            takeFirst(conv, router, bytes, length, nowMs);
        } else if (connection.carrier.receive(router, bytes, length, nowMs)) {
            input(connection, nowMs);
        }
    }

    /** The client is told, perhaps once more, that it has this conv. */
    public void granted(int conv, ClientPath path, @Nullable TransportKeys keys) {
        Connection connection = connections.get(conv);
        ExpectedReturn expected = expectedReturns.get(conv);
        if (connection != null) connection.carrier.granted(path, keys);
        else if (expected != null) expected.carrier.granted(path, keys);
    }

    /**
     * Everything that arrived has been handed over: rooms answer, commits begin, datagrams leave. What turns
     * up meanwhile (a commit may be answered at once) is seen to in another round of the same call.
     */
    public void settle() {
        if (isSettling) return;
        isSettling = true;
        try {
            while (!touched.isEmpty() || !changedRooms.isEmpty()) settleOnce();
        } finally {
            isSettling = false;
        }
        wire.flush();
        arm();
    }

    /** The alarm has gone off. */
    public void onAlarm() {
        alarmMs = DeadlineHeap.NEVER;
        deadlines.expire(clock.nowMs());
        settle();
    }

    /** What the shard counts. */
    public ShardCounts counts() {
        return counts;
    }

    /** What its KCP conversations have sent; on the event loop. */
    public KcpTally tally() {
        return pool.tally();
    }

    /** How many convs are in use. */
    public int connectionCount() {
        return connections.size();
    }

    /** Makes a conversation for a session, in place of the one it had. */
    Connection open(ServerSession session, int conv, Arrival arrival) {
        return begin(session, conv, carrier(conv, arrival));
    }

    /**
     * Waits for the first packet under a conv, and makes a conversation of it then.
     *
     * @param whenProven the client has used the conv: end what it replaces, and {@link #begin} it
     * @param whenLapsed it has not, for too long: {@link #forget} it
     */
    ExpectedReturn expect(
            ServerSession session,
            int conv,
            Arrival arrival,
            Consumer<ExpectedReturn> whenProven,
            Runnable whenLapsed) {
        ExpectedReturn expected =
                new ExpectedReturn(session, conv, carrier(conv, arrival), arrival.attempt(), whenProven, whenLapsed);
        expectedReturns.put(conv, expected);
        deadlines.set(expected, clock.nowMs() + UNUSED_MS_MAX);
        return expected;
    }

    /** Makes a conversation of a return that has been waited for. */
    Connection begin(ExpectedReturn proven) {
        return begin(proven.session, proven.conv, proven.carrier);
    }

    /** The conv of a return is not waited for any more. */
    void forget(ExpectedReturn expected) {
        expectedReturns.remove(expected.conv);
        deadlines.set(expected, DeadlineHeap.NEVER);
    }

    /**
     * Sends what is left to say, and forgets the conv: at once, or when the client has confirmed its last words.
     *
     * @param whenForgotten the conv may be given to others
     */
    void close(Connection connection, Runnable whenForgotten) {
        long nowMs = clock.nowMs();
        connection.whenForgotten = connection.isEvicted ? () -> {} : whenForgotten;
        connection.forgottenAtMs = connection.hasLastWords() ? nowMs + LAST_WORDS_MS : nowMs;
        sayLastWords(connection, nowMs);
        wire.flush();
    }

    /** Whether somebody speaks under a conv, or may yet. */
    public boolean isInUse(int conv) {
        return connections.containsKey(conv);
    }

    /** Who has a conv now; null when nobody has. */
    @Nullable
    ConvHolder<ClientPath> holder(int conv) {
        Connection held = connections.get(conv);
        if (held == null) return null;
        Carrier carrier = held.carrier;
        boolean isTimedOut = held.isOver() || isSilent(held, clock.nowMs());
        return new ConvHolder<>(carrier.path(), held.link.heardAtMs(), isTimedOut, carrier.isSealed());
    }

    /** Takes a conv from its holder without giving it back; false when that cannot be done at once. */
    boolean evict(int conv) {
        Connection held = connections.get(conv);
        if (held == null || held.isOver()) return false;
        held.isEvicted = true;
        held.session.host().presence().silent(held.session);
        return connections.get(conv) == null;
    }

    void touch(Connection connection) {
        if (connection.isTouched) return;
        connection.isTouched = true;
        touched.add(connection);
    }

    void changed(RoomHost room) {
        changedRooms.add(room);
    }

    void setDeadline(DeadlineHeap.Entry entry, long atMs) {
        deadlines.set(entry, atMs);
    }

    void onLinkDeadline(Connection connection, long nowMs) {
        connection.carrier.handleTimeout(nowMs);
        if (connection.isOver()) {
            connection.link.handleTimeout(nowMs);
            sayLastWords(connection, nowMs);
        } else if (isSilent(connection, nowMs)) {
            connection.session.host().presence().silent(connection.session);
        } else {
            connection.link.handleTimeout(nowMs);
            touch(connection);
        }
    }

    long nowMs() {
        return clock.nowMs();
    }

    private static boolean isSilent(Connection connection, long nowMs) {
        return connection.link.hasHeard() ? connection.link.isSilent(nowMs) : nowMs >= connection.unusedUntilMs;
    }

    private Carrier carrier(int conv, Arrival arrival) {
        return switch (arrival.suite()) {
            case PLAIN, BARE -> new PlainCarrier(dock, arrival.path());
            case SEALED -> new SealedCarrier(dock, random, conv, arrival.path());
        };
    }

    private Connection begin(ServerSession session, int conv, Carrier carrier) {
        long nowMs = clock.nowMs();
        KcpSettings settings = carrier.mtuBytes() == kcpSettings.mtuBytes() ? kcpSettings : sealedKcpSettings;
        Kcp kcp = new Kcp(conv, settings, pool);
        Link link = session.isBare
                ? new BareLink(kcp, session.outbox, session.inbox, LinkTimes.BARE, scratch, nowMs)
                : new SessionLink(kcp, session.outbox, session.inbox, linkTimes, scratch, nowMs);
        Connection connection = new Connection(this, session, link, carrier, nowMs + UNUSED_MS_MAX);
        connections.put(conv, connection);
        retired.forget(conv);
        touch(connection);
        return connection;
    }

    /** A datagram for a conv without a conversation: perhaps the first of a player who comes back. */
    private void takeFirst(int conv, InetSocketAddress router, byte[] bytes, int length, long nowMs) {
        ExpectedReturn expected = expectedReturns.get(conv);
        if (expected == null) {
            dock.drops.count(DropCounter.UNKNOWN_CONV);
            reset(conv, router, bytes, length, nowMs);
        } else if (expected.carrier.receive(router, bytes, length, nowMs)) {
            forget(expected);
            expected.proven();
            Connection begun = connections.get(conv);
            if (begun != null) input(begun, nowMs);
        }
    }

    private void reset(int conv, InetSocketAddress router, byte[] bytes, int length, long nowMs) {
        int header = PathHeader.bytes(bytes[0]);
        int answered = retired.answer(conv, bytes, length, dock.out, header, nowMs);
        if (answered == 0) return;
        ClientPath path = ClientPath.of(router, bytes);
        path.writeHeader(dock.out);
        wire.send(path, dock.out, header + answered);
    }

    /** Takes the KCP datagram on the dock. */
    private void input(Connection connection, long nowMs) {
        DropReason reason = connection.link.input(dock.received(), dock.receivedOffset(), dock.receivedBytes(), nowMs);
        connection.carrier.follow(connection.link, nowMs);
        if (reason == DropReason.NONE) touch(connection);
        else counts.kcpDrops.count(reason);
    }

    private void settleOnce() {
        List<Connection> active = touched;
        touched = settling;
        settling = active;
        for (Connection connection : active) receive(connection);
        List<RoomHost> rooms = changedRooms;
        changedRooms = committing;
        committing = rooms;
        for (RoomHost room : rooms) room.startCommit();
        rooms.clear();
        for (Connection connection : active) transmit(connection);
        active.clear();
    }

    private void receive(Connection connection) {
        connection.isTouched = false;
        ServerSession session = connection.session;
        for (int turn = 0; session.connection == connection && !session.host().isMoving(); turn++) {
            if (turn == MESSAGES_PER_TURN_MAX) {
                touch(connection);
                return;
            }
            LinkEvent event = connection.link.poll();
            if (event == LinkEvent.NONE) return;
            counts.count(event);
            if (event == LinkEvent.PONG)
                connection.carrier.onPong(connection.link.frame().nonce());
            else session.host().talk().onEvent(session, event, connection.link.frame());
        }
    }

    private void transmit(Connection connection) {
        long nowMs = clock.nowMs();
        if (connection.isOver()) {
            if (connections.get(connection.link.conv()) == connection) sayLastWords(connection, nowMs);
            return;
        }
        if (!connection.link.hasHeard()) {
            // Whoever asked for the conv may have named somebody else's address: not a word before the first.
            deadlines.set(connection, connection.unusedUntilMs);
            return;
        }
        connection.renewIfWorn();
        drain(connection, nowMs);
        long nextMs = Math.min(connection.link.nextTimeoutMs(nowMs), connection.carrier.nextTimeoutMs());
        deadlines.set(connection, nextMs);
    }

    private void sayLastWords(Connection connection, long nowMs) {
        drain(connection, nowMs);
        if (connection.hasLastWords() && nowMs < connection.forgottenAtMs) {
            deadlines.set(connection, Math.min(connection.forgottenAtMs, connection.link.nextTimeoutMs(nowMs)));
            return;
        }
        connections.remove(connection.link.conv());
        retired.retire(connection.link.conv(), connection.session.host().fence().epoch(), connection.carrier.path());
        deadlines.set(connection, DeadlineHeap.NEVER);
        connection.link.release();
        connection.whenForgotten.run();
    }

    private void drain(Connection connection, long nowMs) {
        if (!connection.link.hasHeard()) return;
        connection.link.flush(nowMs);
        connection.carrier.transmit(connection.link);
    }

    private void arm() {
        long nextMs = deadlines.nextMs();
        if (nextMs >= alarmMs) return;
        alarmMs = nextMs;
        alarm.accept(Math.max(1, nextMs - clock.nowMs()));
    }
}
