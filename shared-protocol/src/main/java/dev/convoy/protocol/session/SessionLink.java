package dev.convoy.protocol.session;

import dev.convoy.protocol.kcp.DropReason;
import dev.convoy.protocol.kcp.Kcp;
import dev.convoy.protocol.kcp.SendResult;
import dev.convoy.protocol.wire.ErrorCode;
import dev.convoy.protocol.wire.LittleEndian;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One conv of a session, the same on both ends: KCP below, the session's outbox and inbox above. It turns
 * datagrams into messages and messages into datagrams, and knows when the peer has fallen silent.
 *
 * <p>A link lives as long as its conv. The outbox and the inbox live as long as the session and are handed
 * from link to link, which is all there is to a return: a new link rewinds the outbox and goes on.
 *
 * <p>Like everything here it does no I/O and owns no clock; its driver does, in this order, for every batch of datagrams
 * or timeout: {@code input*}, {@code poll} until NONE, {@code flush}, {@code pollTransmit} until 0,
 * {@code nextTimeoutMs}. Confined to its session's event loop.
 */
public final class SessionLink implements Link {
    /** The largest application message. */
    public static final int MESSAGE_BYTES_MAX = 60_000;
    /** The largest volatile message: one datagram holds it, under any suite. */
    public static final int VOLATILE_BYTES_MAX = 1_100;
    /** Volatile messages have channels 0 to 255; on each only the newest counts. */
    public static final int VOLATILE_CHANNELS = VolatileLane.CHANNELS;
    /** How large a driver's scratch buffer has to be. */
    public static final int SCRATCH_BYTES = MESSAGE_BYTES_MAX + Frames.OVERHEAD_BYTES_MAX;

    /** Segments that may wait in KCP: enough to fill its window, few enough that acks stay fresh. */
    private static final int SEGMENTS_WAITING_MAX = 256;
    /** KCP had no room, maybe because other convs have used up the pool: try again after so long. */
    private static final int RETRY_AFTER_MS = 20;
    /** So many messages are acknowledged at once, however little time has passed. */
    private static final int UNACKNOWLEDGED_MAX = 32;

    private final Kcp kcp;
    private final Outbox outbox;
    private final Inbox inbox;
    private final LinkTimes times;
    private final byte[] scratch;
    private final FrameReader frame = new FrameReader();
    /** Made by the first volatile message: most convs never have one. */
    private @Nullable VolatileLane lane;

    private long heardAtMs;
    private long pingedAtMs;
    /** When the oldest thing left us that the peer has to answer, or {@link LinkTimes#NEVER}. */
    private long owedSinceMs = LinkTimes.NEVER;
    /** When an acknowledgement came due that nothing has carried, or {@link LinkTimes#NEVER}. */
    private long ackDueMs = LinkTimes.NEVER;
    /** When to try again to send what KCP had no room for, or {@link LinkTimes#NEVER}. */
    private long retryMs = LinkTimes.NEVER;

    private long ackSent;
    private boolean ackAgain;
    private boolean broken;
    private boolean closing;
    /** The CLOSE, while KCP has no room for it. */
    private byte @Nullable [] lastWords;

    private boolean hasHeard;
    private boolean isReleased;

    /**
     * A link for a conv that begins now.
     *
     * @param scratch at least {@link #SCRATCH_BYTES} bytes, shared by the links of an event loop; a frame is
     *     valid until the loop touches the next one
     */
    public SessionLink(Kcp kcp, Outbox outbox, Inbox inbox, LinkTimes times, byte[] scratch, long nowMs) {
        this.kcp = kcp;
        this.outbox = outbox;
        this.inbox = inbox;
        this.times = times;
        this.scratch = scratch;
        this.heardAtMs = nowMs;
        this.pingedAtMs = nowMs;
        this.ackSent = inbox.durable();
        outbox.rewind();
    }

    @Override
    public int conv() {
        return kcp.conv();
    }

    @Override
    public DropReason input(byte[] datagram, int offset, int length, long nowMs) {
        DropReason reason = VolatileLane.isOne(datagram, offset, length)
                ? inputVolatile(datagram, offset, length)
                : kcp.input(datagram, offset, length, nowMs);
        if (reason == DropReason.NONE) {
            hasHeard = true;
            heardAtMs = nowMs;
            owedSinceMs = kcp.waitingToSend() > 0 ? nowMs : LinkTimes.NEVER;
        }
        return reason;
    }

    @Override
    public LinkEvent poll() {
        byte[] newest = broken || lane == null ? null : lane.poll();
        if (newest != null) {
            frame.wrap(newest, 0, newest.length);
            return LinkEvent.VOLATILE;
        }
        while (!broken && kcp.peekSize() >= 0) {
            LinkEvent event = kcp.peekSize() > scratch.length ? LinkEvent.BROKEN : take();
            if (event == LinkEvent.BROKEN) broken = true;
            if (event != LinkEvent.NONE) return event;
        }
        return broken ? LinkEvent.BROKEN : LinkEvent.NONE;
    }

    @Override
    public FrameReader frame() {
        return frame;
    }

    @Override
    public void flush(long nowMs) {
        retryMs = LinkTimes.NEVER;
        if (closing) {
            passLastWords(nowMs);
        } else {
            passMessages(nowMs);
            acknowledge(nowMs);
        }
        kcp.flush(nowMs);
    }

    @Override
    public void confirm(long nowMs) {
        kcp.flush(nowMs);
    }

    private void passLastWords(long nowMs) {
        byte[] words = lastWords;
        if (words == null) return;
        System.arraycopy(words, 0, scratch, 0, words.length);
        if (send(words.length, nowMs)) lastWords = null;
        else retryMs = nowMs + RETRY_AFTER_MS;
    }

    private void passMessages(long nowMs) {
        while (outbox.hasTransmittable() && kcp.waitingToSend() < SEGMENTS_WAITING_MAX) {
            Outbox.Entry next = outbox.peekTransmittable();
            int length = Frames.numbered(scratch, next, inbox.durable());
            if (!send(length, nowMs)) {
                retryMs = nowMs + RETRY_AFTER_MS;
                break;
            }
            outbox.transmit();
            acknowledged();
        }
    }

    @Override
    public int pollTransmit(byte[] into, int offset) {
        int bytes = kcp.pollTransmit(into, offset);
        return bytes > 0 || lane == null ? bytes : lane.pollTransmit(kcp.conv(), into, offset);
    }

    @Override
    public void sendVolatile(int channel, byte[] message) {
        requireVolatile(channel, message.length);
        if (!isReleased) lane().send(channel, message);
    }

    /** What {@link #sendVolatile} requires, for those who want to know before. */
    public static void requireVolatile(int channel, int messageBytes) {
        if (channel < 0 || channel >= VOLATILE_CHANNELS) {
            throw new IllegalArgumentException("a channel is 0 to " + (VOLATILE_CHANNELS - 1) + ", not " + channel);
        }
        if (messageBytes <= VOLATILE_BYTES_MAX) return;
        throw new IllegalArgumentException(
                "a volatile message has at most " + VOLATILE_BYTES_MAX + " bytes, not " + messageBytes);
    }

    @Override
    public boolean sendPeer(byte[] message, long nowMs) {
        boolean hasRoom = !closing && kcp.waitingToSend() < SEGMENTS_WAITING_MAX;
        return hasRoom && send(Frames.peer(scratch, message), nowMs);
    }

    @Override
    public void close(ErrorCode reason, String detail, long nowMs) {
        if (closing) return;
        passMessages(nowMs);
        closing = true;
        lastWords = Arrays.copyOf(scratch, Frames.close(scratch, reason, detail));
    }

    @Override
    public void goAway(int spreadMs, int target, long nowMs) {
        send(Frames.goAway(scratch, spreadMs, target), nowMs);
    }

    @Override
    public void ping(long nonce, long nowMs) {
        pingedAtMs = nowMs;
        send(Frames.ping(scratch, nonce), nowMs);
    }

    @Override
    public void handleTimeout(long nowMs) {
        if (nowMs >= pingDueMs()) {
            ping(nowMs, nowMs);
        }
        kcp.handleTimeout(nowMs);
    }

    @Override
    public long nextTimeoutMs(long nowMs) {
        long own = Math.min(Math.min(pingDueMs(), silentAtMs()), Math.min(ackDueMs, retryMs));
        return Math.min(own, kcp.nextTimeoutMs(nowMs));
    }

    @Override
    public boolean isSilent(long nowMs) {
        return kcp.isDead() || nowMs >= silentAtMs();
    }

    @Override
    public boolean isDelivered() {
        return lastWords == null && kcp.waitingToSend() == 0;
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
        isReleased = true;
        lane = null;
        kcp.release();
    }

    /** What a numbered message must not exceed, for those who want to know before. */
    public static void requireSendable(byte[] message) {
        if (message.length <= MESSAGE_BYTES_MAX) return;
        throw new IllegalArgumentException(
                "a message has at most " + MESSAGE_BYTES_MAX + " bytes, not " + message.length);
    }

    private LinkEvent take() {
        int length = kcp.receive(scratch, 0);
        FrameType type = frame.wrap(scratch, 0, length);
        if (type == null || frame.payloadBytes() > MESSAGE_BYTES_MAX) return LinkEvent.BROKEN;
        return switch (type) {
            case DATA -> takeNumbered(LinkEvent.MESSAGE);
            case ACK -> outbox.acknowledge(frame.ack()) ? LinkEvent.NONE : LinkEvent.BROKEN;
            case PING -> takePing();
            case PONG -> LinkEvent.PONG;
            case STATE -> takeNumbered(LinkEvent.STATE);
            case GOAWAY -> LinkEvent.GOAWAY;
            case ERROR -> LinkEvent.ERROR;
            case CLOSE -> LinkEvent.CLOSE;
            case PEER -> LinkEvent.PEER;
            case VOLATILE -> LinkEvent.BROKEN; // Its place is beside KCP.
        };
    }

    private DropReason inputVolatile(byte[] datagram, int offset, int length) {
        if (isReleased) return DropReason.RELEASED;
        if (LittleEndian.u32(datagram, offset) != kcp.conv()) return DropReason.WRONG_CONV;
        lane().input(datagram, offset, length);
        return DropReason.NONE;
    }

    private VolatileLane lane() {
        VolatileLane present = lane;
        if (present == null) {
            present = new VolatileLane();
            lane = present;
        }
        return present;
    }

    private LinkEvent takeNumbered(LinkEvent event) {
        if (!outbox.acknowledge(frame.ack())) return LinkEvent.BROKEN;
        long seq = frame.seq();
        return switch (event == LinkEvent.STATE ? inbox.acceptState(seq) : inbox.accept(seq)) {
            case DELIVER -> event;
            case DUPLICATE -> {
                ackAgain = true;
                yield LinkEvent.NONE;
            }
            case GAP -> LinkEvent.BROKEN;
        };
    }

    private LinkEvent takePing() {
        kcp.send(scratch, 0, Frames.pong(scratch, frame.nonce()));
        return LinkEvent.NONE;
    }

    /** Sends a bare ACK when one is due and no message has carried it. */
    private void acknowledge(long nowMs) {
        long pending = inbox.durable() - ackSent;
        if (pending == 0 && !ackAgain) return;
        if (ackDueMs == LinkTimes.NEVER) ackDueMs = nowMs + times.ackDelayMs();
        if (nowMs < ackDueMs && pending < UNACKNOWLEDGED_MAX) return;
        if (kcp.send(scratch, 0, Frames.ack(scratch, inbox.durable())) == SendResult.ACCEPTED) acknowledged();
        else ackDueMs = nowMs + RETRY_AFTER_MS;
    }

    private void acknowledged() {
        ackSent = inbox.durable();
        ackAgain = false;
        ackDueMs = LinkTimes.NEVER;
    }

    /** Hands a frame in the scratch buffer to KCP, whose peer has to answer it. */
    private boolean send(int length, long nowMs) {
        if (kcp.send(scratch, 0, length) != SendResult.ACCEPTED) return false;
        if (owedSinceMs == LinkTimes.NEVER) owedSinceMs = nowMs;
        return true;
    }

    private long pingDueMs() {
        return Math.max(heardAtMs, pingedAtMs) + times.pingAfterMs();
    }

    private long silentAtMs() {
        return Math.min(owedSinceMs + times.silenceMs(), heardAtMs + times.idleMs());
    }
}
