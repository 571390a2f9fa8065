package dev.convoy.node.session;

import dev.convoy.node.net.ClientPath;
import dev.convoy.node.net.Counters;
import dev.convoy.node.net.MonotonicClock;
import dev.convoy.protocol.kcp.DropReason;
import dev.convoy.protocol.kcp.Kcp;
import dev.convoy.protocol.kcp.KcpSettings;
import dev.convoy.protocol.kcp.SegmentPool;
import dev.convoy.protocol.session.LinkEvent;
import dev.convoy.protocol.session.LinkTimes;
import dev.convoy.protocol.session.SessionLink;
import dev.convoy.protocol.wire.LittleEndian;
import dev.convoy.protocol.wire.PathHeader;
import io.netty.util.collection.IntObjectHashMap;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;

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
    private static final int OUT_BYTES = 2048;

    private final MonotonicClock clock;
    private final Wire wire;
    private final LongConsumer alarm;
    private final SegmentPool pool;
    private final KcpSettings kcpSettings;
    private final LinkTimes linkTimes;

    private final IntObjectHashMap<Connection> connections = new IntObjectHashMap<>();
    private final DeadlineHeap deadlines = new DeadlineHeap();
    private final byte[] scratch = new byte[SessionLink.SCRATCH_BYTES];
    private final byte[] out = new byte[OUT_BYTES];
    private final Counters<DropCounter> drops = new Counters<>(DropCounter.class);

    private List<Connection> touched = new ArrayList<>();
    private List<Connection> settling = new ArrayList<>();
    private List<RoomHost> changedRooms = new ArrayList<>();
    private List<RoomHost> committing = new ArrayList<>();
    private boolean isSettling;
    private long alarmMs = DeadlineHeap.NEVER;

    /**
     * @param alarm asked to call {@link #onAlarm} on the event loop after so many milliseconds, in place of what it was asked
     *     before
     */
    public Traffic(MonotonicClock clock, Wire wire, LongConsumer alarm, LinkTimes linkTimes) {
        this.clock = clock;
        this.wire = wire;
        this.alarm = alarm;
        this.linkTimes = linkTimes;
        this.kcpSettings = KcpSettings.turbo();
        this.pool = new SegmentPool(POOL_BYTES_MAX);
    }

    /** One KCP datagram behind a whole path header. */
    public void onDatagram(InetSocketAddress router, byte[] bytes, int length) {
        int header = PathHeader.bytes(bytes[0]);
        Connection connection = connections.get(LittleEndian.u32(bytes, header));
        if (connection == null) {
            drops.count(DropCounter.UNKNOWN_CONV);
        } else if (!connection.path.isClientOf(bytes)) {
            drops.count(DropCounter.WRONG_ADDRESS);
        } else {
            if (!connection.path.isRouter(router)) connection.path = connection.path.through(router);
            DropReason reason = connection.link.input(bytes, header, length - header, clock.nowMs());
            if (reason == DropReason.NONE) touch(connection);
        }
    }

    /**
     * The client has repeated its handshake from another address before it used the conv: that is where it is. Once it
     * has used the conv, a copy of its handshake sent from elsewhere moves nothing.
     */
    public void rebind(int conv, ClientPath path) {
        Connection connection = connections.get(conv);
        if (connection != null && !connection.link.hasHeard()) connection.path = path;
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

    /** How many convs are in use. */
    public int connectionCount() {
        return connections.size();
    }

    /** Makes a conversation for a session, in place of the one it had. */
    Connection open(ServerSession session, int conv, ClientPath path) {
        Kcp kcp = new Kcp(conv, kcpSettings, pool);
        SessionLink link = new SessionLink(kcp, session.outbox, session.inbox, linkTimes, scratch, clock.nowMs());
        Connection connection = new Connection(this, session, link, path);
        connections.put(conv, connection);
        touch(connection);
        return connection;
    }

    /**
     * Sends what is left to say, and forgets the conv: at once, or when the client has confirmed its last words.
     *
     * @param whenForgotten the conv may be given to others
     */
    void close(Connection connection, Runnable whenForgotten) {
        long nowMs = clock.nowMs();
        connection.whenForgotten = whenForgotten;
        connection.forgottenAtMs = connection.hasLastWords() ? nowMs + LAST_WORDS_MS : nowMs;
        sayLastWords(connection, nowMs);
        wire.flush();
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
        if (connection.isOver()) {
            connection.link.handleTimeout(nowMs);
            sayLastWords(connection, nowMs);
        } else if (connection.link.isSilent(nowMs)) {
            connection.session.host().presence().silent(connection.session);
        } else {
            connection.link.handleTimeout(nowMs);
            touch(connection);
        }
    }

    long nowMs() {
        return clock.nowMs();
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
            session.host().talk().onEvent(session, event, connection.link.frame());
        }
    }

    private void transmit(Connection connection) {
        long nowMs = clock.nowMs();
        if (connection.isOver()) {
            if (connections.get(connection.link.conv()) == connection) sayLastWords(connection, nowMs);
            return;
        }
        drain(connection, nowMs);
        deadlines.set(connection, connection.link.nextTimeoutMs(nowMs));
    }

    private void sayLastWords(Connection connection, long nowMs) {
        drain(connection, nowMs);
        if (connection.hasLastWords() && nowMs < connection.forgottenAtMs) {
            deadlines.set(connection, Math.min(connection.forgottenAtMs, connection.link.nextTimeoutMs(nowMs)));
            return;
        }
        connections.remove(connection.link.conv());
        deadlines.set(connection, DeadlineHeap.NEVER);
        connection.link.release();
        connection.whenForgotten.run();
    }

    private void drain(Connection connection, long nowMs) {
        connection.link.flush(nowMs);
        int header = connection.path.writeHeader(out);
        for (int bytes = connection.link.pollTransmit(out, header);
                bytes > 0;
                bytes = connection.link.pollTransmit(out, header)) {
            wire.send(connection.path, out, header + bytes);
        }
    }

    private void arm() {
        long nextMs = deadlines.nextMs();
        if (nextMs >= alarmMs) return;
        alarmMs = nextMs;
        alarm.accept(Math.max(1, nextMs - clock.nowMs()));
    }
}
