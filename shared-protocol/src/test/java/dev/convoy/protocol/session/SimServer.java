package dev.convoy.protocol.session;

import dev.convoy.protocol.kcp.Kcp;
import dev.convoy.protocol.kcp.SegmentPool;
import dev.convoy.protocol.session.SimStore.RoomState;
import dev.convoy.protocol.session.SimTroubles.Room;
import dev.convoy.protocol.wire.LittleEndian;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The server's end: a room that counts what it hears and says. What is not in the store when it crashes is forgotten; who
 * may hear of what before it is stored, and what the client is told after a crash, depends on the room.
 */
final class SimServer {
    private static final int LETTING_GO_MS = 20;

    /**
     * The answer to an attempt to come back.
     *
     * @param isForgotten whether the room knows nothing of the client any more
     */
    record Welcome(long attempt, int conv, long received, boolean isForgotten) {}

    private final SimWorld world;
    private final Room durability;
    private final byte[] datagram = new byte[1500];
    private final byte[] scratch;
    private final SegmentPool pool;
    private final SimCommits commits;

    Outbox outbox;
    Inbox inbox;
    RoomState room;
    /** What the room has said in its present life and in those that it goes on with. */
    List<byte[]> spoken = new ArrayList<>();

    /** How many of the client's messages no life of the room remembers. */
    private long forgotten;

    private @Nullable SessionLink link;
    private @Nullable Welcome given;
    private boolean isOwed;
    private boolean isUp = true;
    private boolean isFrozen;
    private boolean isTouched;
    int life;
    int epoch;
    /** What the room was when it was restored, until its player is back; null when it was not. */
    private @Nullable RoomState standing;

    private long standingSent;
    /** The client's messages up to this number are of the room's present line; those behind it, only if nothing was undone. */
    private long certain = Long.MAX_VALUE;

    private boolean isReset;
    private final SimWatch watch = new SimWatch();
    private long dueMs = Long.MAX_VALUE;

    SimServer(SimWorld world) {
        this.world = world;
        this.durability = world.troubles.room();
        this.scratch = world.scratch;
        this.pool = new SegmentPool(world.troubles.poolBytesMax());
        this.outbox = outbox(0);
        this.inbox = new Inbox(0);
        this.room = world.store.room();
        this.epoch = world.store.takeOver();
        this.commits = new SimCommits(world, this);
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
        die();
        isReset = durability == Room.MEMORY;
        world.in(1 + world.random.nextInt(400), this::restore);
    }

    /** The room moves to another server: it takes nothing more, everything is stored, and the client is sent after it. */
    void drain() {
        if (!isUp || isFrozen) return;
        isFrozen = true;
        int ofLife = life;
        commits.finish(() -> {
            if (life != ofLife) return;
            if (link != null) {
                link.goAway(0, 0, world.nowMs);
                transmit(link);
            }
            die();
            isReset = false;
            world.in(1 + world.random.nextInt(LETTING_GO_MS), this::restore);
        });
    }

    private void die() {
        isUp = false;
        isFrozen = false;
        life++;
        close();
    }

    /** Somebody wants to come back, having received so much. */
    void onReturn(long attempt, long received) {
        if (!isUp || isFrozen || !world.store.redeem(attempt)) return;
        if (given == null || given.attempt != attempt) {
            if (received > certain) rollForward(received);
            else if (!outbox.acknowledge(received)) throw new AssertionError("never sent: " + received + ", " + world);
            close();
            open(world.takeConv());
            given = new Welcome(attempt, conv(), 0, inbox.beginsAnywhere());
            commits.changed();
        }
        isOwed = true;
        if (!commits.isDurable()) commits.hurry();
        welcome();
    }

    /** A client that begins anew may say something else: what was heard of its former life has to be known to it. */
    void welcome() {
        Welcome owed = given;
        if (!isOwed || owed == null || !commits.isDurable()) return;
        isOwed = false;
        Welcome answer = new Welcome(owed.attempt, owed.conv, inbox.durable(), owed.isForgotten);
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
            // Only who has got our answer speaks here; the request alone may be a late copy of an old one.
            if (link.hasHeard()) certain = Long.MAX_VALUE;
            isTouched = true;
        }
        if (link != null && dueMs <= world.nowMs) {
            isTouched = true;
            if (link.isSilent(world.nowMs)) close();
            else link.handleTimeout(world.nowMs);
        }
        if (link != null && isTouched && !isFrozen) receive(link);
        if (isUp) commits.turn();
        if (link != null && isTouched) transmit(link);
        isTouched = false;
    }

    void touch() {
        isTouched = true;
    }

    /** Everything said, and everything of it known to be with the client. */
    boolean isDone() {
        return isUp
                && !isFrozen
                && commits.isIdle()
                && room.ticks() == world.troubles.messages()
                && (inbox.beginsAnywhere() || forgotten + room.delivered() == world.troubles.messages())
                && outbox.size() == 0;
    }

    void check() {
        if (!isUp) return;
        boolean ordered = outbox.acknowledged() <= outbox.released() && outbox.released() <= outbox.last();
        if (!ordered || outbox.size() > 1 + world.troubles.outboxMessagesMax())
            throw new AssertionError("marks: " + this);
        if (durability != Room.STRICT) return;
        if (outbox.released() > world.store.sent()) throw new AssertionError("released before it was durable: " + this);
        if (inbox.durable() > world.store.received()) throw new AssertionError("durable, but not stored: " + this);
    }

    @Override
    public String toString() {
        return "server " + (isUp ? "up" : "down") + (isFrozen ? " frozen" : "") + ", " + room + ", outbox "
                + outbox.acknowledged() + "≤" + outbox.released() + "≤" + outbox.last() + ", inbox " + inbox.durable()
                + "≤" + inbox.received() + ", forgotten " + forgotten;
    }

    private Outbox outbox(long acknowledged) {
        return new Outbox(acknowledged, world.troubles.outboxMessagesMax(), Integer.MAX_VALUE);
    }

    private void restore() {
        isUp = true;
        epoch = world.store.takeOver();
        if (isReset) world.store.forgetRoom();
        room = world.store.room();
        spoken = new ArrayList<>(world.store.spoken());
        var kept = world.store.unacknowledged();
        outbox = outbox(world.store.sent() - kept.size());
        kept.forEach(entry -> outbox.restore(entry.message(), entry.isState()));
        outbox.release(world.store.sent());
        inbox = new Inbox(world.store.received());
        certain = switch (durability) {
            case STRICT -> Long.MAX_VALUE;
            case CHECKPOINT -> Math.min(world.store.certain(), world.store.sent());
            case MEMORY -> isReset ? -1 : world.store.certain();
        };
        if (certain < 0) inbox.beginAnywhere();
        standing = room;
        standingSent = outbox.last();
        given = null;
        isOwed = false;
        commits.restored();
        tick(life);
    }

    long certain() {
        return inbox.beginsAnywhere() ? -1 : certain;
    }

    private void rollForward(long received) {
        RoomState stands = standing;
        if (stands == null) return;
        byte[] state = new byte[16];
        LittleEndian.putU64(state, 0, stands.delivered());
        LittleEndian.putU64(state, 8, world.states.size());
        world.states.add(List.copyOf(spoken.subList(0, (int) stands.produced())));
        long contained = inbox.beginsAnywhere() ? 0 : inbox.received();
        outbox.rollForward(received, Frames.stateMessage(contained, state), standingSent);
        if (durability != Room.STRICT) outbox.release(outbox.last());
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
        boolean isForgetful = inbox.beginsAnywhere();
        for (LinkEvent event = from.poll(); event != LinkEvent.NONE; event = from.poll()) {
            if (event == LinkEvent.BROKEN) throw new AssertionError("the client broke the protocol: " + world);
            if (event == LinkEvent.MESSAGE) {
                if (isForgetful) forgotten = from.frame().seq() - 1;
                isForgetful = false;
                hear(from.frame().payload());
            }
        }
    }

    private void hear(byte[] message) {
        byte[] expected = world.client.said(forgotten + room.delivered() + 1);
        if (!Arrays.equals(message, expected)) throw new AssertionError("not the next message: " + world);
        room = new RoomState(room.delivered() + 1, room.produced(), room.ticks());
        if (durability == Room.MEMORY) inbox.makeDurable(inbox.received());
        world.progressed();
        commits.changed();
        if (world.random.nextInt(3) == 0) say();
    }

    /** The room says something of its own accord. */
    private void tick(int ofLife) {
        if (life != ofLife || !isUp || room.ticks() == world.troubles.messages()) return;
        if (!isFrozen && say()) room = new RoomState(room.delivered(), room.produced(), room.ticks() + 1);
        world.in(1 + world.random.nextInt(60), () -> tick(ofLife));
    }

    private boolean say() {
        byte[] message = new byte[world.troubles.messageBytes(world.random)];
        if (!outbox.hasRoom(message.length)) return false;
        room = new RoomState(room.delivered(), room.produced() + 1, room.ticks());
        LittleEndian.putU64(message, 0, room.produced());
        LittleEndian.putU64(message, 8, world.random.nextLong());
        spoken.add(message);
        outbox.append(message);
        if (durability != Room.STRICT) outbox.release(outbox.last());
        isTouched = true;
        world.progressed();
        commits.changed();
        return true;
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
