package dev.convoy.protocol.session;

import dev.convoy.protocol.kcp.Kcp;
import dev.convoy.protocol.kcp.SegmentPool;
import dev.convoy.protocol.session.SimStore.Delta;
import dev.convoy.protocol.session.SimStore.RoomState;
import dev.convoy.protocol.wire.LittleEndian;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The server's end: a room that counts what it hears and says, and the output commit of a strict room. What a
 * commit carried leaves, and is acknowledged, only when the store has it; a crash forgets everything else.
 */
final class SimServer {
    private static final long COMMIT_RETRY_MS = 100;
    private static final long COMMIT_TIMEOUT_MS = 300;

    /** The answer to an attempt to come back. */
    record Welcome(long attempt, int conv, long received) {}

    private final SimWorld world;
    private final byte[] datagram = new byte[1500];
    private final byte[] scratch;
    private final SegmentPool pool;

    Outbox outbox;
    Inbox inbox;
    private RoomState room;
    private @Nullable SessionLink link;
    private @Nullable Welcome lastWelcome;
    private boolean isUp = true;
    private boolean isChanged;
    private boolean isUnderWay;
    private boolean isTouched;
    private int life;
    private int epoch;
    private long committed;
    private final SimWatch watch = new SimWatch();
    private long dueMs = Long.MAX_VALUE;

    SimServer(SimWorld world) {
        this.world = world;
        this.scratch = world.scratch;
        this.pool = new SegmentPool(world.troubles.poolBytesMax());
        this.outbox = new Outbox(0, world.troubles.outboxMessagesMax(), Integer.MAX_VALUE);
        this.inbox = new Inbox(0);
        this.room = world.store.room();
        this.epoch = world.store.takeOver();
    }

    void begin() {
        tick(life);
    }

    void end() {
        close();
        if (pool.segmentsInUse() != 0) throw new AssertionError("segments held by nobody: " + pool.segmentsInUse());
    }

    boolean isUp() {
        return isUp;
    }

    /** The process is gone, with all that it knew. A commit on its way may still arrive. */
    void crash() {
        if (!isUp) return;
        isUp = false;
        life++;
        close();
        world.in(1 + world.random.nextInt(400), this::restore);
    }

    /** Somebody wants to come back, having received so much. */
    void onReturn(long attempt, long received) {
        if (!isUp || !world.store.redeem(attempt)) return;
        Welcome welcome = lastWelcome;
        if (welcome == null || welcome.attempt != attempt) {
            if (!outbox.acknowledge(received))
                throw new AssertionError("the client has what was never sent: " + received);
            close();
            open(world.takeConv());
            welcome = new Welcome(attempt, conv(), inbox.durable());
            lastWelcome = welcome;
            isChanged = true;
        }
        Welcome answer = welcome;
        world.carry(() -> world.client.onWelcome(answer));
    }

    long nextTimeoutMs() {
        return link == null ? Long.MAX_VALUE : dueMs;
    }

    /** Everything that is due: datagrams, the timer, messages, commits, datagrams. */
    void turn() {
        for (byte[] bytes = world.up.poll(world.nowMs); bytes != null; bytes = world.up.poll(world.nowMs)) {
            if (link == null || LittleEndian.u32(bytes, 0) != conv()) continue;
            link.input(bytes, 0, bytes.length, world.nowMs);
            isTouched = true;
        }
        if (link != null && dueMs <= world.nowMs) {
            isTouched = true;
            if (link.isSilent(world.nowMs)) close();
            else link.handleTimeout(world.nowMs);
        }
        if (link != null && isTouched) receive(link);
        if (isUp && isChanged && !isUnderWay) commit();
        if (link != null && isTouched) transmit(link);
        isTouched = false;
    }

    /** Everything said, and everything of it known to be with the client. */
    boolean isDone() {
        return isUp
                && !isChanged
                && !isUnderWay
                && room.ticks() == world.troubles.messages()
                && room.delivered() == world.troubles.messages()
                && outbox.size() == 0;
    }

    void check() {
        if (!isUp) return;
        boolean ordered = outbox.acknowledged() <= outbox.released() && outbox.released() <= outbox.last();
        if (!ordered || outbox.size() > world.troubles.outboxMessagesMax()) throw new AssertionError("marks: " + this);
        if (outbox.released() > world.store.sent()) throw new AssertionError("released before it was durable: " + this);
    }

    @Override
    public String toString() {
        return "server " + (isUp ? "up" : "down") + ", " + room + ", outbox " + outbox.acknowledged() + "≤"
                + outbox.released() + "≤" + outbox.last() + ", inbox " + inbox.durable() + "≤" + inbox.received();
    }

    private void restore() {
        isUp = true;
        epoch = world.store.takeOver();
        room = world.store.room();
        var kept = world.store.unacknowledged();
        outbox = new Outbox(world.store.sent() - kept.size(), world.troubles.outboxMessagesMax(), Integer.MAX_VALUE);
        kept.forEach(entry -> outbox.append(entry.message()));
        outbox.release(world.store.sent());
        inbox = new Inbox(world.store.received());
        committed = world.store.sent();
        lastWelcome = null;
        isChanged = false;
        isUnderWay = false;
        tick(life);
    }

    private void open(int conv) {
        Kcp kcp = new Kcp(conv, world.kcpSettings, pool);
        link = new SessionLink(kcp, outbox, inbox, LinkTimes.NODE, scratch, world.nowMs);
        isTouched = true;
    }

    private void close() {
        if (link != null) link.release();
        link = null;
        dueMs = Long.MAX_VALUE;
    }

    private int conv() {
        return link == null ? 0 : link.conv();
    }

    private void receive(SessionLink from) {
        for (LinkEvent event = from.poll(); event != LinkEvent.NONE; event = from.poll()) {
            if (event == LinkEvent.BROKEN) throw new AssertionError("the client broke the protocol: " + world);
            if (event == LinkEvent.MESSAGE) hear(from.frame().payload());
        }
    }

    private void hear(byte[] message) {
        byte[] expected = world.client.said(room.delivered() + 1);
        if (!Arrays.equals(message, expected)) throw new AssertionError("not the next message: " + world);
        room = new RoomState(room.delivered() + 1, room.produced(), room.ticks());
        isChanged = true;
        if (world.random.nextInt(3) == 0) say();
    }

    /** The room says something of its own accord. */
    private void tick(int ofLife) {
        if (life != ofLife || !isUp || room.ticks() == world.troubles.messages()) return;
        if (say()) room = new RoomState(room.delivered(), room.produced(), room.ticks() + 1);
        world.in(1 + world.random.nextInt(60), () -> tick(ofLife));
    }

    private boolean say() {
        byte[] message = new byte[world.troubles.messageBytes(world.random)];
        if (!outbox.hasRoom(message.length)) return false;
        room = new RoomState(room.delivered(), room.produced() + 1, room.ticks());
        LittleEndian.putU64(message, 0, room.produced());
        LittleEndian.putU64(message, 8, world.random.nextLong());
        outbox.append(message);
        isChanged = true;
        return true;
    }

    // ---- the output commit

    private void commit() {
        isChanged = false;
        isUnderWay = true;
        var appended = outbox.above(Math.max(committed, outbox.acknowledged()));
        Delta delta = new Delta(room, inbox.received(), outbox.last(), outbox.acknowledged(), appended);
        int ofLife = life;
        int ofEpoch = epoch;
        boolean slips = world.troubles.slips() && world.random.nextInt(20) == 0;
        boolean isLost = slips && world.random.nextBoolean();
        int tookMs = 1 + world.random.nextInt(world.troubles.commitMaxMs());
        if (!isLost) world.in(tookMs, () -> world.store.commit(ofEpoch, delta));
        long answerMs = slips ? COMMIT_TIMEOUT_MS : tookMs + world.random.nextInt(3);
        world.in(answerMs, () -> {
            if (life == ofLife) answered(slips ? null : delta);
        });
    }

    private void answered(@Nullable Delta delta) {
        isUnderWay = false;
        if (delta == null) {
            isUnderWay = true;
            int ofLife = life;
            world.in(COMMIT_RETRY_MS, () -> {
                if (life != ofLife) return;
                isUnderWay = false;
                isChanged = true;
            });
            return;
        }
        committed = Math.max(committed, delta.sent());
        outbox.release(delta.sent());
        inbox.makeDurable(delta.received());
        isTouched = true;
    }

    private void transmit(SessionLink to) {
        to.flush(world.nowMs);
        for (int bytes = to.pollTransmit(datagram, 0); bytes > 0; bytes = to.pollTransmit(datagram, 0)) {
            world.down.send(datagram, 0, bytes, world.nowMs);
        }
        dueMs = to.nextTimeoutMs(world.nowMs);
        watch.isDueAt(dueMs, world.nowMs);
    }
}
