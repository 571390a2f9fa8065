package dev.convoy.client;

import dev.convoy.protocol.handshake.Reset;
import dev.convoy.protocol.kcp.DropReason;
import dev.convoy.protocol.kcp.Kcp;
import dev.convoy.protocol.session.FrameReader;
import dev.convoy.protocol.session.Inbox;
import dev.convoy.protocol.session.LinkEvent;
import dev.convoy.protocol.session.LinkTimes;
import dev.convoy.protocol.session.Outbox;
import dev.convoy.protocol.session.SessionLink;
import dev.convoy.protocol.wire.ErrorCode;
import io.vertx.core.internal.ContextInternal;
import java.security.SecureRandom;

/**
 * Drives the {@link SessionLink} of one conv: its datagrams, its timer, its end. It begins <em>held</em>: datagrams are
 * taken and nothing leaves, until the credentials that lead to this conv have been kept. Confined to its context.
 */
final class Conversation {
    /** Takes what the conversation brings. It may end the conversation at any moment. */
    interface Listener {
        /** False when there is no room for another message now. */
        boolean hasRoom();

        void frame(LinkEvent event, FrameReader frame);

        /** Everything that has arrived is handed over, and nothing has left yet. */
        void beforeFlush();

        /** The conv's keys have been used for long: come back for new ones soon. */
        void worn();

        /** The link is of no use any more. */
        void lost(String reason);
    }

    private static final SecureRandom NONCES = new SecureRandom();

    private final ContextInternal context;
    private final ServiceLine line;
    private final Listener listener;
    private final LoopBuffers buffers = LoopBuffers.current();
    private final Packets packets;
    private final byte[] resetToken;
    private final Kcp kcp;
    private final SessionLink link;
    private final Alarm alarm;
    private boolean held = true;
    private boolean pumpQueued;
    private boolean over;
    private boolean isWornTold;

    /** To be called on the context. */
    Conversation(
            ContextInternal context, ServiceLine line, NewConv granted, Outbox outbox, Inbox inbox, Listener listener) {
        int conv = granted.grant().conv();
        this.packets = line.suite().packets(conv, granted.keys());
        this.resetToken = granted.grant().resetToken();
        this.context = context;
        this.line = line;
        this.listener = listener;
        this.kcp = new Kcp(conv, packets.kcp(), buffers.pool);
        this.link = new SessionLink(kcp, outbox, inbox, LinkTimes.CLIENT, buffers.scratch, MonotonicClock.nowMs());
        this.alarm = new Alarm(context, this::timedOut);
        line.connect(this);
    }

    int conv() {
        return link.conv();
    }

    /** When the last datagram arrived that was the server's. */
    long heardAtMs() {
        return link.heardAtMs();
    }

    /** The credentials are kept: begin to speak. The server says nothing before it has heard us. */
    void start() {
        held = false;
        ping();
    }

    /** Asks the server to answer; shows it where we are, too. */
    void ping() {
        if (held || over) return;
        link.ping(NONCES.nextLong(), MonotonicClock.nowMs());
        pumpSoon();
    }

    /** A datagram of this conv; {@link #pump} after the last one. */
    boolean input(byte[] datagram, int length) {
        if (over) return false;
        int bytes = packets.open(datagram, length);
        if (bytes < 0) return false;
        return link.input(packets.opened(), 0, bytes, MonotonicClock.nowMs()) == DropReason.NONE;
    }

    /** A control datagram that may be the cluster's word that it does not know this conv any more. */
    boolean inputReset(byte[] datagram, int length) {
        if (over || held || !Reset.isFor(datagram, 0, length, conv(), resetToken)) return false;
        listener.lost("the server does not know the conversation any more");
        return true;
    }

    /** Pumps when the context is done with what it does now, so that many messages share datagrams. */
    void pumpSoon() {
        if (pumpQueued || over) return;
        pumpQueued = true;
        context.runOnContext(turn -> {
            pumpQueued = false;
            pump();
        });
    }

    /** Hands over what has arrived, sends what may leave, and sets the timer. */
    void pump() {
        if (held || over) return;
        handOver();
        if (over) return;
        long nowMs = MonotonicClock.nowMs();
        if (link.isSilent(nowMs)) {
            listener.lost("the server has not answered for " + (nowMs - link.heardAtMs()) + " ms");
            return;
        }
        listener.beforeFlush();
        if (over) return;
        flush(nowMs);
        if (isWornTold || !packets.isWorn()) return;
        isWornTold = true;
        listener.worn();
    }

    /** Sends a message that may be lost. */
    void sendVolatile(int channel, byte[] message) {
        if (held || over) return;
        link.sendVolatile(channel, message);
        pumpSoon();
    }

    /** Sends a PEER frame, which may be lost. */
    void sendPeer(byte[] message) {
        if (held || over) return;
        link.sendPeer(message, MonotonicClock.nowMs());
        pumpSoon();
    }

    /** Tells the server that the player leaves. */
    void leave() {
        if (over) return;
        long nowMs = MonotonicClock.nowMs();
        link.close(ErrorCode.LEFT, "", nowMs);
        flush(nowMs);
    }

    /** True when it has been released. */
    boolean isOver() {
        return over;
    }

    /** True when the server has received everything that was given to KCP. */
    boolean isDelivered() {
        return link.isDelivered();
    }

    long rttMs() {
        return kcp.smoothedRttMs();
    }

    void release() {
        if (over) return;
        over = true;
        alarm.cancel();
        line.connect(null);
        link.release();
    }

    private void timedOut() {
        if (held || over) return;
        link.handleTimeout(MonotonicClock.nowMs());
        pump();
    }

    private void handOver() {
        while (!over && listener.hasRoom()) {
            LinkEvent event = link.poll();
            if (event == LinkEvent.NONE) return;
            if (event == LinkEvent.PONG) continue;
            if (event == LinkEvent.BROKEN) {
                listener.lost("the server broke the protocol");
            } else {
                if (event == LinkEvent.CLOSE) confirm();
                listener.frame(event, link.frame());
            }
        }
    }

    /** The server repeats its last words until it knows that they have arrived. */
    private void confirm() {
        link.confirm(MonotonicClock.nowMs());
        transmit();
    }

    private void flush(long nowMs) {
        link.flush(nowMs);
        transmit();
        alarm.at(link.nextTimeoutMs(nowMs));
    }

    private void transmit() {
        byte[] datagram = buffers.outgoing;
        int offset = packets.kcpOffset();
        for (int bytes = link.pollTransmit(datagram, offset); bytes > 0; bytes = link.pollTransmit(datagram, offset)) {
            int packetBytes = packets.close(datagram, bytes);
            if (packetBytes > 0) line.sendData(datagram, packetBytes);
        }
        line.flush();
    }
}
