package dev.convoy.protocol.session;

import dev.convoy.protocol.kcp.DropReason;
import dev.convoy.protocol.kcp.Kcp;
import dev.convoy.protocol.kcp.SendResult;
import dev.convoy.protocol.wire.ErrorCode;

/**
 * The conv of a bare session: a KCP message is an application message, and there is nothing else. So any KCP library can talk to
 * a room; in return there are no acknowledgements above KCP, hence no return, no words for an end, and no states.
 *
 * <p>A message is done with when KCP has taken it. Until then it waits in the outbox, whose bound is the session's.
 * Confined to its session's event loop.
 */
public final class BareLink implements Link {
    private static final int SEGMENTS_WAITING_MAX = 256;
    private static final int RETRY_AFTER_MS = 20;

    private final Kcp kcp;
    private final Outbox outbox;
    private final Inbox inbox;
    private final LinkTimes times;
    private final byte[] scratch;
    private final FrameReader frame = new FrameReader();

    private long heardAtMs;
    private long retryMs = LinkTimes.NEVER;
    private boolean hasHeard;

    /**
     * A link for a conv that begins now.
     *
     * @param times of which {@code silenceMs} bounds how long the first datagram may take, {@code idleMs} the time between two
     * @param scratch as in {@link SessionLink}
     */
    public BareLink(Kcp kcp, Outbox outbox, Inbox inbox, LinkTimes times, byte[] scratch, long nowMs) {
        this.kcp = kcp;
        this.outbox = outbox;
        this.inbox = inbox;
        this.times = times;
        this.scratch = scratch;
        this.heardAtMs = nowMs;
        outbox.rewind();
    }

    @Override
    public int conv() {
        return kcp.conv();
    }

    @Override
    public DropReason input(byte[] datagram, int offset, int length, long nowMs) {
        DropReason reason = kcp.input(datagram, offset, length, nowMs);
        if (reason == DropReason.NONE) {
            hasHeard = true;
            heardAtMs = nowMs;
        }
        return reason;
    }

    @Override
    public LinkEvent poll() {
        int bytes = kcp.peekSize();
        if (bytes < 0) return LinkEvent.NONE;
        if (bytes > SessionLink.MESSAGE_BYTES_MAX) return LinkEvent.BROKEN;
        frame.wrapBare(scratch, 0, kcp.receive(scratch, 0));
        inbox.accept(inbox.received() + 1);
        return LinkEvent.MESSAGE;
    }

    @Override
    public FrameReader frame() {
        return frame;
    }

    @Override
    public void flush(long nowMs) {
        retryMs = LinkTimes.NEVER;
        while (outbox.hasTransmittable() && kcp.waitingToSend() < SEGMENTS_WAITING_MAX) {
            Outbox.Entry next = outbox.peekTransmittable();
            if (!next.isState() && !send(next.message())) {
                retryMs = nowMs + RETRY_AFTER_MS;
                break;
            }
            outbox.transmit();
            outbox.acknowledge(next.seq());
        }
        kcp.flush(nowMs);
    }

    @Override
    public void confirm(long nowMs) {
        kcp.flush(nowMs);
    }

    @Override
    public int pollTransmit(byte[] into, int offset) {
        return kcp.pollTransmit(into, offset);
    }

    /** In KCP like everything else, and dropped when that is congested. */
    @Override
    public void sendVolatile(int channel, byte[] message) {
        SessionLink.requireVolatile(channel, message.length);
        if (kcp.waitingToSend() < SEGMENTS_WAITING_MAX) send(message);
    }

    @Override
    public boolean sendPeer(byte[] message, long nowMs) {
        return false;
    }

    @Override
    public void close(ErrorCode reason, String detail, long nowMs) {
        // There are no words for it: the client finds that nobody answers any more.
    }

    @Override
    public void goAway(int spreadMs, int target, long nowMs) {
        // Nor for this.
    }

    @Override
    public void ping(long nonce, long nowMs) {
        // Nor for this.
    }

    @Override
    public void handleTimeout(long nowMs) {
        kcp.handleTimeout(nowMs);
    }

    @Override
    public long nextTimeoutMs(long nowMs) {
        return Math.min(Math.min(silentAtMs(), retryMs), kcp.nextTimeoutMs(nowMs));
    }

    @Override
    public boolean isSilent(long nowMs) {
        return kcp.isDead() || nowMs >= silentAtMs();
    }

    @Override
    public boolean isDelivered() {
        return kcp.waitingToSend() == 0;
    }

    @Override
    public boolean hasHeard() {
        return hasHeard;
    }

    @Override
    public long heardAtMs() {
        return heardAtMs;
    }

    @Override
    public int smoothedRttMs() {
        return kcp.smoothedRttMs();
    }

    @Override
    public void release() {
        kcp.release();
    }

    private boolean send(byte[] message) {
        return kcp.send(message, 0, message.length) == SendResult.ACCEPTED;
    }

    private long silentAtMs() {
        return heardAtMs + (hasHeard ? times.idleMs() : times.silenceMs());
    }
}
