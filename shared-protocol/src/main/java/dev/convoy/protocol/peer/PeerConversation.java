package dev.convoy.protocol.peer;

import dev.convoy.protocol.handshake.TransportKeys;
import dev.convoy.protocol.kcp.Kcp;
import dev.convoy.protocol.kcp.KcpSettings;
import dev.convoy.protocol.kcp.SegmentPool;
import dev.convoy.protocol.peer.PeerPath.Kind;
import dev.convoy.protocol.peer.PeerPath.Probe;
import dev.convoy.protocol.seal.PacketOpener;
import dev.convoy.protocol.seal.PacketSealer;
import dev.convoy.protocol.seal.SealDrop;
import dev.convoy.protocol.seal.SealedPacket;
import dev.convoy.protocol.session.FrameReader;
import dev.convoy.protocol.session.Inbox;
import dev.convoy.protocol.session.LinkEvent;
import dev.convoy.protocol.session.LinkTimes;
import dev.convoy.protocol.session.Outbox;
import dev.convoy.protocol.session.SessionLink;
import dev.convoy.protocol.wire.ErrorCode;
import dev.convoy.protocol.wire.LittleEndian;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * One end of a direct line: one KCP conversation in sealed packets, each of which goes by the direct way when there is one
 * and through the room when there is none. So a switch from one to the other changes where the next packet goes and
 * nothing else: what was lost on the old way KCP sends again, and what comes by both ways it takes once.
 *
 * <p>The driver does, for every batch of packets or timeout: {@code input*}, {@link #poll} until NONE, {@link #flush},
 * {@link #pollTransmit} until 0 (each packet to {@link #destination}), {@link #nextTimeoutMs}. Confined to its owner.
 */
public final class PeerConversation {
    /** A packet through the room has to fit, frame, seal and all, into one datagram of each session. */
    public static final int PACKET_BYTES_MAX = 1120;

    /** Asks after a minute of silence, and is over after 20 s without an answer. */
    private static final LinkTimes TIMES = new LinkTimes(60_000, 20_000, LinkTimes.NEVER, 50);

    private static final KcpSettings KCP = KcpSettings.turbo().toBuilder()
            .mtuBytes(PACKET_BYTES_MAX - SealedPacket.OVERHEAD_BYTES)
            .deadAfterSilenceMs(20_000)
            .build();

    private static final int KIND_OFFSET = 4;
    private static final int NONCE_OFFSET = 5;
    private static final int PROBE_BYTES = 13;

    private final int conv;
    private final Outbox outbox;
    private final Inbox inbox = new Inbox(0);
    private final SessionLink link;
    private final Kcp kcp;
    private final PacketSealer sealer;
    private final PacketOpener opener;
    private final PeerPath path;
    private final byte[] plain = new byte[SealedPacket.BYTES_MAX];
    private @Nullable PeerAddress destination;
    private boolean isExhausted;
    private boolean hasHeard;

    /**
     * A conversation that begins now, with a search for a direct way.
     *
     * @param keys of this conv and no other
     * @param peers where the peer may be
     * @param messagesMax how many messages may be unacknowledged
     * @param bytesMax how many bytes they may have together
     * @param nonces cryptographic
     * @param scratch at least {@link SessionLink#SCRATCH_BYTES} bytes, shared by the links of an event loop
     */
    public PeerConversation(
            TransportKeys keys,
            int conv,
            List<PeerAddress> peers,
            int messagesMax,
            int bytesMax,
            RandomGenerator nonces,
            SegmentPool pool,
            byte[] scratch,
            long nowMs) {
        this.conv = conv;
        this.outbox = new Outbox(0, messagesMax, bytesMax);
        this.kcp = new Kcp(conv, KCP, pool);
        this.link = new SessionLink(kcp, outbox, inbox, TIMES, scratch, nowMs);
        this.sealer = new PacketSealer(keys.send(), conv);
        this.opener = new PacketOpener(keys.receive(), conv);
        this.path = new PeerPath(peers, nonces, nowMs);
    }

    public int conv() {
        return conv;
    }

    /**
     * One packet; any bytes at all are allowed.
     *
     * @param from where it came from; null = through the room
     * @return {@link SealDrop#NONE} when it was the peer's
     */
    public SealDrop input(@Nullable PeerAddress from, byte[] packet, int offset, int length, long nowMs) {
        SealDrop drop = opener.open(packet, offset, length, plain, 0);
        if (drop != SealDrop.NONE) return drop;
        hasHeard = true;
        int bytes = opener.plainBytes();
        Kind kind = bytes == PROBE_BYTES ? Kind.of(plain[KIND_OFFSET]) : null;
        if (kind == null) link.input(plain, 0, bytes, nowMs);
        else if (from != null) path.onProbe(kind, LittleEndian.u64(plain, NONCE_OFFSET), from, nowMs);
        return SealDrop.NONE;
    }

    /** The next thing that arrived: MESSAGE, CLOSE, BROKEN, or what a line has no use for. */
    public LinkEvent poll() {
        LinkEvent event;
        do event = link.poll();
        while (event == LinkEvent.PONG); // That the peer is there, the link knows already.
        if (event == LinkEvent.MESSAGE) inbox.makeDurable(inbox.received());
        return event;
    }

    /** The frame of the last event. */
    public FrameReader frame() {
        return link.frame();
    }

    /** True when a message of so many bytes may be sent now. */
    public boolean hasRoom(int bytes) {
        return outbox.hasRoom(bytes);
    }

    /** Sends a message exactly once and in order, by whatever way; ask {@link #hasRoom} first. */
    public void send(byte[] message) {
        outbox.release(outbox.append(message));
    }

    /** Tells the peer that the line is over; flush afterwards. */
    public void close(long nowMs) {
        link.close(ErrorCode.LEFT, "", nowMs);
    }

    public void flush(long nowMs) {
        link.flush(nowMs);
    }

    /** Writes the next packet to send and returns its bytes, 0 when there is none. */
    public int pollTransmit(byte[] into, long nowMs) {
        Probe probe = path.poll(nowMs);
        if (probe != null) {
            destination = probe.to();
            return seal(probe(probe), into);
        }
        int bytes = link.pollTransmit(plain, 0);
        if (bytes == 0) return 0;
        destination = path.direct();
        if (destination != null) path.onUsed();
        return seal(bytes, into);
    }

    /** Where the last packet goes; null = through the room. */
    public @Nullable PeerAddress destination() {
        return destination;
    }

    public void handleTimeout(long nowMs) {
        link.handleTimeout(nowMs);
    }

    /** When to call {@link #handleTimeout} and the rest again even if nothing happens. */
    public long nextTimeoutMs(long nowMs) {
        return Math.min(path.nextTimeoutMs(), link.nextTimeoutMs(nowMs));
    }

    /** True while packets need no server. */
    public boolean isDirect() {
        return path.direct() != null;
    }

    /** False once the search has found a way, or has ended without one. */
    public boolean isSearching() {
        return path.isSearching();
    }

    /** Whether an authentic packet has come: the conv is settled. */
    public boolean hasHeard() {
        return hasHeard;
    }

    /** True when the peer has said nothing for too long by either way, or the keys are used up. */
    public boolean isSilent(long nowMs) {
        return isExhausted || link.isSilent(nowMs);
    }

    /** Whether everything that has left has reached the peer. */
    public boolean isDelivered() {
        return link.isDelivered();
    }

    /** In milliseconds; 0 before the first measurement. */
    public int rttMs() {
        return kcp.smoothedRttMs();
    }

    /** Gives KCP's buffers back. The conversation must not be used afterwards. */
    public void release() {
        link.release();
    }

    private int probe(Probe probe) {
        LittleEndian.putU32(plain, 0, conv);
        plain[KIND_OFFSET] = (byte) probe.kind().code();
        LittleEndian.putU64(plain, NONCE_OFFSET, probe.nonce());
        return PROBE_BYTES;
    }

    private int seal(int bytes, byte[] into) {
        int sealed = sealer.seal(plain, 0, bytes, into, 0);
        isExhausted |= sealed == PacketSealer.EXHAUSTED;
        return Math.max(0, sealed);
    }
}
