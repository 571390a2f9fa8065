package dev.convoy.protocol.session;

import dev.convoy.protocol.kcp.Kcp;
import dev.convoy.protocol.kcp.SegmentPool;
import dev.convoy.protocol.session.SimServer.Welcome;
import dev.convoy.protocol.session.SimTroubles.Room;
import dev.convoy.protocol.wire.LittleEndian;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The client's end: says its messages, checks what it hears, and comes back whenever its line is silent. When it is
 * killed, all that is left is its file: the attempt of its next return, its position, and what the program had made of
 * the messages up to there.
 */
final class SimClient {
    private static final long REPEAT_MS = 250;
    private static final int DOWN_MS_MAX = 300;

    /** What a program that keeps its state beside its credentials finds when it is started again. */
    private record File(long attempt, long position, List<byte[]> heard) {}

    private final SimWorld world;
    private final SegmentPool pool = new SegmentPool();
    private final byte[] datagram = new byte[1500];
    /** All that was said in lives that the service remembers. */
    private final List<byte[]> said = new ArrayList<>();

    private File file = new File(1, 0, List.of());
    private List<byte[]> heard = new ArrayList<>();

    Outbox outbox;
    Inbox inbox = Inbox.ofClient(0);
    private @Nullable SessionLink link;
    private boolean isTouched;
    private boolean isReturning;
    private boolean isEntering;
    /** It was started again and does not yet know how much of its former life's messages arrived. */
    private boolean isFresh;

    private boolean isDead;
    private int life;
    private final SimWatch watch = new SimWatch();
    private long dueMs = Long.MAX_VALUE;

    SimClient(SimWorld world) {
        this.world = world;
        this.outbox = outbox(0);
    }

    void begin() {
        comeBack();
        tick(life);
    }

    void end() {
        close();
        if (pool.segmentsInUse() != 0) throw new AssertionError("segments held by nobody: " + pool.segmentsInUse());
        boolean same = heard.size() == world.server.spoken.size();
        for (int i = 0; same && i < heard.size(); i++) same = Arrays.equals(heard.get(i), world.server.spoken.get(i));
        if (!same) throw new AssertionError("heard is not what the room has said: " + world);
    }

    /** Message number {@code seq} as it was said. */
    byte[] said(long seq) {
        return seq >= 1 && seq <= said.size() ? said.get((int) seq - 1) : new byte[0];
    }

    /** The line is of no use any more. */
    void drop() {
        if (isDead || isReturning) return;
        close();
        comeBack();
    }

    /** The process is gone, with all that is not in its file; after a while there is another. */
    void kill() {
        if (isDead) return;
        isDead = true;
        life++;
        close();
        world.in(1 + world.random.nextInt(DOWN_MS_MAX), this::startAgain);
    }

    private void startAgain() {
        isDead = false;
        isFresh = true;
        isEntering = false;
        inbox = Inbox.ofClient(file.position);
        heard = new ArrayList<>(file.heard);
        comeBack();
        tick(life);
    }

    void onWelcome(Welcome welcome) {
        if (isDead || !isReturning || isEntering || welcome.attempt() != file.attempt) return;
        if (isFresh) {
            outbox = outbox(welcome.received());
            said.subList((int) welcome.received(), said.size()).clear();
        } else if (!outbox.goOnBehind(welcome.received(), welcome.isForgotten())) {
            throw new AssertionError("the server has " + welcome.received() + ": " + world);
        }
        isFresh = false;
        isEntering = true;
        keep(file.attempt + 1, () -> converse(welcome.conv()));
    }

    private void converse(int conv) {
        isReturning = false;
        isEntering = false;
        close();
        inbox.rewind();
        Kcp kcp = new Kcp(conv, world.kcpSettings, pool);
        link = new SessionLink(kcp, outbox, inbox, LinkTimes.CLIENT, world.scratch, world.nowMs);
        isTouched = true;
    }

    long nextTimeoutMs() {
        return link == null ? Long.MAX_VALUE : dueMs;
    }

    void turn() {
        for (byte[] bytes = world.down.poll(world.nowMs); bytes != null; bytes = world.down.poll(world.nowMs)) {
            if (link == null || LittleEndian.u32(bytes, 0) != link.conv()) continue;
            link.input(bytes, 0, bytes.length, world.nowMs);
            isTouched = true;
        }
        if (link != null && dueMs <= world.nowMs) {
            link.handleTimeout(world.nowMs);
            isTouched = true;
        }
        if (link != null && isTouched) pump(link);
        isTouched = false;
    }

    boolean isDone() {
        return !isDead
                && !isReturning
                && said.size() == world.troubles.messages()
                && outbox.size() == 0
                && heard.size() == world.server.spoken.size();
    }

    void check() {
        boolean ordered = outbox.acknowledged() <= outbox.released() && outbox.released() <= outbox.last();
        if (!ordered || outbox.size() > world.troubles.outboxMessagesMax()) throw new AssertionError("marks: " + this);
    }

    @Override
    public String toString() {
        return "client " + (isDead ? "dead" : isReturning ? "returning" : "there") + ", life " + life + ", said "
                + said.size() + ", heard " + heard.size() + ", " + file.attempt + ", outbox " + outbox.acknowledged()
                + "≤" + outbox.last() + ", inbox " + inbox.durable() + "≤" + inbox.received();
    }

    private Outbox outbox(long acknowledged) {
        return new Outbox(acknowledged, world.troubles.outboxMessagesMax(), Integer.MAX_VALUE);
    }

    /** What was taken is in the file before the service is asked to go on behind it. */
    private void comeBack() {
        isReturning = true;
        keep(file.attempt, () -> ask(life));
    }

    /** The same request until there is an answer. */
    private void ask(int ofLife) {
        if (!isReturning || life != ofLife) return;
        long attempt = file.attempt;
        long received = inbox.durable();
        world.carry(() -> world.server.onReturn(attempt, received));
        world.in(REPEAT_MS, () -> ask(ofLife));
    }

    private void tick(int ofLife) {
        if (life != ofLife || (said.size() == world.troubles.messages() && !isFresh)) return;
        byte[] message = new byte[world.troubles.messageBytes(world.random)];
        if (!isFresh && outbox.hasRoom(message.length)) {
            LittleEndian.putU64(message, 0, said.size() + 1);
            LittleEndian.putU64(message, 8, world.random.nextLong());
            said.add(message);
            outbox.release(outbox.append(message));
            isTouched = true;
            world.progressed();
        }
        world.in(1 + world.random.nextInt(60), () -> tick(ofLife));
    }

    private void pump(SessionLink on) {
        for (LinkEvent event = pollOf(on); event != LinkEvent.NONE; event = pollOf(on)) {
            switch (event) {
                case MESSAGE -> hear(on.frame().payload());
                case STATE -> hearState(on.frame().payload());
                case GOAWAY -> comeBack();
                default -> throw new AssertionError("the server said " + event + ": " + world);
            }
        }
        if (on.isSilent(world.nowMs)) {
            if (isReturning) close();
            else drop();
            return;
        }
        if (!isReturning && inbox.received() != inbox.durable()) keep(file.attempt, () -> {});
        transmit(on);
    }

    /** Who is on the way back takes nothing more from the old conv. */
    private LinkEvent pollOf(SessionLink on) {
        return isReturning ? LinkEvent.NONE : on.poll();
    }

    /** The next message of the room's, nothing left out; and in a strict room one that no crash takes back any more. */
    private void hear(byte[] message) {
        boolean isNext = LittleEndian.u64(message, 0) == heard.size() + 1;
        if (isNext && world.troubles.room() == Room.STRICT) {
            isNext = Arrays.equals(message, world.store.spoken().get(heard.size()));
        }
        if (!isNext) throw new AssertionError("not the next message: " + LittleEndian.u64(message, 0) + ", " + world);
        heard.add(message);
        world.progressed();
    }

    /** The state stands for all that the room had said in it, heard or not, and what else was heard is undone. */
    private void hearState(byte[] state) {
        if (world.troubles.room() == Room.STRICT) throw new AssertionError("a strict room went back: " + world);
        heard = new ArrayList<>(world.states.get((int) LittleEndian.u64(state, 8)));
        world.progressed();
    }

    /** Writes the file, at once or a little later; what is asked for first is written first. */
    private void keep(long attempt, Runnable then) {
        File next = new File(attempt, inbox.received(), List.copyOf(heard));
        int ofLife = life;
        world.inTurn(world.troubles.slips() ? world.random.nextInt(30) : 0, () -> {
            if (life != ofLife) return;
            file = next;
            inbox.makeDurable(next.position);
            isTouched = true;
            then.run();
        });
    }

    private void transmit(SessionLink on) {
        on.flush(world.nowMs);
        for (int bytes = on.pollTransmit(datagram, 0); bytes > 0; bytes = on.pollTransmit(datagram, 0)) {
            world.up.send(datagram, 0, bytes, world.nowMs);
        }
        dueMs = on.nextTimeoutMs(world.nowMs);
        watch.isDueAt(dueMs, world.nowMs);
    }

    private void close() {
        if (link != null) link.release();
        link = null;
        dueMs = Long.MAX_VALUE;
    }
}
