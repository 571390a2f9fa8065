package dev.convoy.protocol.session;

import dev.convoy.protocol.kcp.Kcp;
import dev.convoy.protocol.kcp.SegmentPool;
import dev.convoy.protocol.session.SimServer.Welcome;
import dev.convoy.protocol.wire.LittleEndian;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The client's end: says its messages, checks what it hears, and comes back whenever its line is silent. */
final class SimClient {
    private static final long REPEAT_MS = 250;

    private final SimWorld world;
    private final SegmentPool pool = new SegmentPool();
    private final byte[] datagram = new byte[1500];
    private final List<byte[]> said = new ArrayList<>();

    final Outbox outbox;
    final Inbox inbox = new Inbox(0);
    private @Nullable SessionLink link;
    private boolean isTouched;
    private boolean isReturning;
    private long attempt;
    private long heard;
    private final SimWatch watch = new SimWatch();
    private long dueMs = Long.MAX_VALUE;

    SimClient(SimWorld world) {
        this.world = world;
        this.outbox = new Outbox(0, world.troubles.outboxMessagesMax(), Integer.MAX_VALUE);
    }

    void begin() {
        comeBack();
        tick();
    }

    void end() {
        close();
        if (pool.segmentsInUse() != 0) throw new AssertionError("segments held by nobody: " + pool.segmentsInUse());
    }

    /** Message number {@code seq} as it was said. */
    byte[] said(long seq) {
        return seq <= said.size() ? said.get((int) seq - 1) : new byte[0];
    }

    /** The line is of no use any more. */
    void drop(String reason) {
        if (isReturning) return;
        close();
        comeBack();
    }

    void onWelcome(Welcome welcome) {
        if (!isReturning || welcome.attempt() != attempt) return;
        isReturning = false;
        if (welcome.received() < outbox.acknowledged() || !outbox.acknowledge(welcome.received())) {
            throw new AssertionError("the server has " + welcome.received() + ": " + world);
        }
        Kcp kcp = new Kcp(welcome.conv(), world.kcpSettings, pool);
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
        return said.size() == world.troubles.messages() && outbox.size() == 0 && inbox.durable() == world.store.sent();
    }

    void check() {
        boolean ordered = outbox.acknowledged() <= outbox.released() && outbox.released() <= outbox.last();
        if (!ordered || outbox.size() > world.troubles.outboxMessagesMax()) throw new AssertionError("marks: " + this);
    }

    @Override
    public String toString() {
        return "client " + (isReturning ? "returning" : "there") + ", said " + said.size() + ", heard " + heard
                + ", attempt " + attempt + ", outbox " + outbox.acknowledged() + "≤" + outbox.last() + ", inbox "
                + inbox.durable() + "≤" + inbox.received();
    }

    private void comeBack() {
        isReturning = true;
        attempt++;
        ask(attempt, inbox.durable());
    }

    /** The same request until there is an answer. */
    private void ask(long forAttempt, long received) {
        if (!isReturning || attempt != forAttempt) return;
        world.carry(() -> world.server.onReturn(forAttempt, received));
        world.in(REPEAT_MS, () -> ask(forAttempt, received));
    }

    private void tick() {
        if (said.size() == world.troubles.messages()) return;
        byte[] message = new byte[world.troubles.messageBytes(world.random)];
        if (outbox.hasRoom(message.length)) {
            LittleEndian.putU64(message, 0, said.size() + 1);
            LittleEndian.putU64(message, 8, world.random.nextLong());
            said.add(message);
            outbox.release(outbox.append(message));
            isTouched = true;
        }
        world.in(1 + world.random.nextInt(60), this::tick);
    }

    private void pump(SessionLink on) {
        for (LinkEvent event = on.poll(); event != LinkEvent.NONE; event = on.poll()) {
            if (event == LinkEvent.BROKEN) throw new AssertionError("the server broke the protocol: " + world);
            if (event == LinkEvent.MESSAGE) hear(on.frame().payload());
        }
        if (on.isSilent(world.nowMs)) {
            drop("silence");
            return;
        }
        keep();
        transmit(on);
    }

    /** What is heard is the next message of those committed: nothing lost, nothing twice, nothing that was taken back. */
    private void hear(byte[] message) {
        boolean isNext =
                heard < world.store.history.size() && Arrays.equals(message, world.store.history.get((int) heard));
        if (!isNext) throw new AssertionError("not the next message: " + world);
        heard++;
    }

    /** The position is written to a file, at once or a little later. */
    private void keep() {
        long position = inbox.received();
        if (position == inbox.durable()) return;
        if (!world.troubles.slips()) {
            inbox.makeDurable(position);
            return;
        }
        world.in(world.random.nextInt(30), () -> {
            inbox.makeDurable(position);
            isTouched = true;
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
