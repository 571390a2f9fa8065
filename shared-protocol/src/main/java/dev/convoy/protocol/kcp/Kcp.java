package dev.convoy.protocol.kcp;

import java.util.Objects;

/**
 * One KCP conversation: reliable, ordered messages over datagrams that may be lost, repeated and reordered. Confined to one event loop,
 * together with its {@link SegmentPool}; nothing here is safe to call from two threads.
 *
 * <p><b>Says what to do, does nothing.</b> There is no socket, thread or clock inside. The owner gives datagrams and the time to {@link
 * #input}, messages to {@link #send}, and after either, or when {@link #nextTimeoutMs} has come, sends what {@link #pollTransmit} writes:
 *
 * <pre>{@code
 * kcp.send(message, 0, message.length);
 * kcp.flush(nowMs);                                   // or handleTimeout(nowMs) at nextTimeoutMs
 * while ((bytes = kcp.pollTransmit(datagram, 0)) > 0) {
 *     socket.send(datagram, 0, bytes);
 * }
 * }</pre>
 *
 * <p><b>A flush is a pass that is drained.</b> {@link #flush} and {@link #handleTimeout} only begin a pass: acknowledgements, then window
 * questions, then segments that are due. {@code pollTransmit} carries it on for one datagram at a time, so that a segment is copied once,
 * straight into the datagram. A pass that was not drained loses nothing: what it has not written is due in the next one.
 *
 * <p><b>Rings, not lists.</b> What is in flight, waiting, early or ready lies in rings indexed by sequence number ({@link SlotRing}). An
 * acknowledgement is one access, whatever the window and the order. Counting overtaken segments, for which others walk the whole window
 * at each acknowledgement, is put off until a flush needs it ({@link FastAckLedger}); looking for due segments is skipped while a lower
 * bound says that there is none.
 *
 * <p><b>Memory belongs to the pool.</b> Payloads are slots of shared slabs, rings are borrowed while there is something in them. In the
 * steady state nothing is allocated; an idle conversation holds a few hundred bytes and asks for no timer.
 *
 * <p><b>Two rule sets.</b> {@link KcpSettings.Rules#REFERENCE} is the reference implementation bit for bit, which the conformance traces
 * check; {@link KcpSettings.Rules#HARDENED} differs where a peer misbehaves, each difference being one {@link Rule}.
 *
 * <p>Times are milliseconds of any monotonic clock, the same one in all calls. On the wire they are its lower 32 bits.
 */
public final class Kcp {
    /** An acknowledgement that {@code una} says as well is sent this often nevertheless: the peer measures the path by it. */
    private static final int ACK_MEASURES_EVERY_MS = 100;

    private static final int TAKEN_NOTHING = -1;

    private final int conv;
    private final KcpSettings settings;
    private final int rules;
    private final SendWindow sending;
    private final MessageCutter cutter;
    private final ReceiveWindow receiving;
    private final AckList acks;
    private final RoundTrip roundTrip;
    private final CongestionControl congestion;
    private final WindowProbe probe;
    private final SendPass pass;
    private final Intake intake;
    private final FlushTimer timer;

    private int mtuBytes;
    private int now;
    private boolean passOpen;
    /** New segments that this flush will certainly carry; 0 again when it has begun to. */
    private int admitted;

    private int lastAck;
    private int lastAckTimestamp;
    private int ackMeasuredAt;
    /** The highest {@code una} that the peer has been told, and that of the flushes before this one. */
    private int unaWritten;

    private int unaTold;
    private int quietSince;
    private boolean silentTooLong;
    private boolean released;

    /**
     * @param conv the conversation id, the same at both ends; any 32 bits but 0
     * @param pool memory shared with the other conversations of the same event loop
     */
    public Kcp(int conv, KcpSettings settings, SegmentPool pool) {
        this(conv, settings, pool, settings.rules() == KcpSettings.Rules.HARDENED ? Rule.ALL_RULES : Rule.NO_RULES);
    }

    /** With the given {@linkplain Rule#bit rules} only, whatever the settings say. */
    Kcp(int conv, KcpSettings settings, SegmentPool pool, int rules) {
        this.conv = conv;
        this.settings = settings;
        this.rules = rules;
        this.mtuBytes = settings.mtuBytes();
        this.unaWritten = settings.firstSequence();
        this.unaTold = settings.firstSequence();
        this.sending = new SendWindow(pool, settings.fastResendAfter(), settings.firstSequence());
        this.cutter = new MessageCutter(settings, sending);
        this.receiving = new ReceiveWindow(pool, settings.receiveWindowSegments(), settings.firstSequence());
        this.acks = new AckList(pool);
        this.roundTrip = new RoundTrip(settings.timeoutMinMs(), settings.intervalMs());
        this.congestion = settings.congestion().create(settings);
        this.probe = new WindowProbe(has(Rule.PATIENT_WINDOW_PROBE));
        this.pass = new SendPass(conv, settings, rules, pool, sending, roundTrip);
        this.timer = new FlushTimer(settings.intervalMs());
        this.intake = new Intake(conv, settings, rules, sending, receiving, acks, roundTrip, probe);
    }

    public int conv() {
        return conv;
    }

    // ---- messages

    /** Queues a message of any length, 0 included. */
    public SendResult send(byte[] message, int offset, int length) {
        Objects.checkFromIndexSize(offset, length, message.length);
        if (released) {
            return SendResult.QUEUE_FULL;
        }
        return cutter.send(message, offset, length, segmentBytes());
    }

    /** Bytes of the next whole message, -1 when there is none. */
    public int peekSize() {
        return receiving.peekSize();
    }

    /**
     * Copies the next whole message.
     *
     * @return its bytes, -1 when there is none
     * @throws IndexOutOfBoundsException when the message, of {@link #peekSize} bytes, does not fit; it stays where it is
     */
    public int receive(byte[] into, int offset) {
        int bytes = receiving.peekSize();
        if (bytes < 0) {
            return TAKEN_NOTHING;
        }
        Objects.checkFromIndexSize(offset, bytes, into.length);
        boolean wasFull = receiving.isFull();
        receiving.take(into, offset);
        if (wasFull && !receiving.isFull()) {
            probe.tellOpening();
        }
        return bytes;
    }

    // ---- datagrams

    /**
     * Takes a datagram from the peer, or from anybody else: no bytes make it throw.
     *
     * @return {@link DropReason#NONE} when it was taken
     */
    public DropReason input(byte[] datagram, int offset, int length, long nowMs) {
        if (released) {
            return DropReason.RELEASED;
        }
        now = (int) nowMs;
        int oldestBefore = sending.oldest();
        int inFlightBefore = sending.inFlight();
        DropReason reason = intake.take(datagram, offset, length, now);
        if (reason == DropReason.NONE) {
            quietSince = now;
            int delivered = inFlightBefore - sending.inFlight();
            if (delivered > 0) {
                congestion.onDelivered(now, delivered, roundTrip.smoothedMs());
            }
            if (Serial.isBefore(oldestBefore, sending.oldest())) {
                congestion.onProgress(intake.remoteWindow(), segmentBytes());
            }
        }
        return reason;
    }

    /** The timer went off: begins a flush when one is due. What is to be sent must be fetched with {@link #pollTransmit}. */
    public void handleTimeout(long nowMs) {
        if (released) {
            return;
        }
        now = (int) nowMs;
        if (timer.fires(now)) {
            beginPass();
        }
    }

    /** Begins a flush now. What is to be sent must be fetched with {@link #pollTransmit}. */
    public void flush(long nowMs) {
        if (released) {
            return;
        }
        now = (int) nowMs;
        if (!timer.isStarted()) {
            if (rules == Rule.NO_RULES) {
                return; // the reference sends nothing before its first update
            }
            timer.start(now);
        }
        beginPass();
    }

    /**
     * Writes the next datagram of the flush that is going on; call it until it returns 0.
     *
     * @param into must have room for {@link KcpSettings#mtuBytes} bytes from {@code offset} on
     * @return the datagram's bytes, 0 when the flush is done
     */
    public int pollTransmit(byte[] into, int offset) {
        if (!passOpen) {
            return 0;
        }
        int limit = offset + mtuBytes;
        int end = writeAcks(into, offset, limit);
        if (acks.isEmpty()) {
            end = writeProbes(into, end, limit);
            if (probe.isEmpty()) {
                end = writeSegments(into, offset, end, limit);
            }
        }
        if (end > offset) {
            unaWritten = receiving.next();
        }
        return end - offset;
    }

    /**
     * When {@link #handleTimeout} has something to do next, unless something is sent or comes in before.
     *
     * @return a time not before {@code nowMs}; {@link Long#MAX_VALUE} when nothing is queued, in flight, to acknowledge or to probe
     */
    public long nextTimeoutMs(long nowMs) {
        if (!has(Rule.SILENT_WHEN_IDLE)) {
            return nowMs + untilReferenceTimeout((int) nowMs);
        }
        return released || isIdle() ? Long.MAX_VALUE : nowMs + untilTimeout((int) nowMs);
    }

    // ---- state

    /** Segments queued and in flight. */
    public int waitingToSend() {
        return sending.inFlight() + sending.waiting();
    }

    /** The smoothed round-trip time; 0 while nothing has been measured. */
    public int smoothedRttMs() {
        return roundTrip.smoothedMs();
    }

    /** Whether the peer must be given up: it has been silent for too long while it owed an answer. */
    public boolean isDead() {
        return has(Rule.DEAD_BY_SILENCE) ? silentTooLong : pass.hasWornSegment();
    }

    /**
     * Sets the largest datagram from now on, at most what the settings said. Segments in flight keep their size; messages that wait are
     * cut anew, unless part of one has been sent.
     */
    public void setMtuBytes(int bytes) {
        if (bytes > settings.mtuBytes()) {
            throw new IllegalArgumentException("the MTU may shrink, and grow back to " + settings.mtuBytes());
        }
        mtuBytes = settings.toBuilder().mtuBytes(bytes).build().mtuBytes();
        if (has(Rule.RECUT_ON_SMALLER_MTU)) {
            sending.recut(segmentBytes(), MessageCutter.FRAGMENTS_LIMIT);
        }
    }

    /** Gives all segments back to the pool. The conversation takes and sends nothing any more. */
    public void release() {
        released = true;
        passOpen = false;
        sending.release();
        receiving.release();
        acks.release();
    }

    // ---- the flush

    private void beginPass() {
        if (passOpen) {
            endPass();
        }
        passOpen = true;
        lastAck = 0;
        lastAckTimestamp = 0;
        unaTold = unaWritten;
        judgeSilence();
        probe.onFlush(now, intake.remoteWindow(), sending.waiting() > 0);
        admitted = sending.admit(allowedSegments(), congestion.newSegmentsMax(now));
        congestion.onSent(admitted, sending.waiting() == 0);
        pass.begin(now);
    }

    private int writeAcks(byte[] into, int at, int limit) {
        int end = at;
        boolean sparing = has(Rule.UNA_SPEAKS_FOR_ACKS);
        while (!acks.isEmpty()) {
            if (!sparing || !isSaidByUna()) {
                if (end + WireHeader.BYTES > limit) {
                    break;
                }
                lastAck = acks.firstSequence();
                lastAckTimestamp = acks.firstTimestamp();
                end = writeHeader(into, end, WireHeader.ACK);
            }
            acks.removeFirst();
        }
        return end;
    }

    /**
     * Whether another header of this flush tells the peer what the first acknowledgement would. A segment that came again, although it had
     * been covered before, is acknowledged by name: its sender has not understood.
     */
    private boolean isSaidByUna() {
        int sequence = acks.firstSequence();
        boolean isNews = !Serial.isBefore(sequence, unaTold) && Serial.isBefore(sequence, receiving.next());
        if (!isNews || acks.size() > 1) {
            return isNews;
        }
        if (admitted == 0 || Serial.difference(now, ackMeasuredAt) >= ACK_MEASURES_EVERY_MS) {
            ackMeasuredAt = now;
            return false;
        }
        return true;
    }

    private int writeProbes(byte[] into, int at, int limit) {
        int end = at;
        if (probe.hasAsk() && end + WireHeader.BYTES <= limit) {
            end = writeHeader(into, end, WireHeader.ASK_WINDOW);
            probe.onAsked();
        }
        if (probe.hasTell() && end + WireHeader.BYTES <= limit) {
            end = writeHeader(into, end, WireHeader.TELL_WINDOW);
            probe.onTold(now);
        }
        return end;
    }

    /** In window questions, too, number and time are the last acknowledgement's: nobody reads them, the reference writes them. */
    private int writeHeader(byte[] into, int at, int command) {
        return WireHeader.write(
                into, at, conv, command, 0, receiving.free(), lastAckTimestamp, lastAck, receiving.next(), 0);
    }

    private int writeSegments(byte[] into, int from, int at, int limit) {
        int end = pass.write(into, from, at, limit, receiving.free(), receiving.next());
        if (end > at) {
            admitted = 0;
        }
        if (pass.isDone()) {
            endPass();
        }
        return end;
    }

    private void endPass() {
        passOpen = false;
        congestion.onFlushed(pass.fastResends(), pass.timedOut(), sending.span(), segmentBytes());
    }

    private int allowedSegments() {
        int windows = Math.min(settings.sendWindowSegments(), intake.remoteWindow());
        return Serial.minUnsigned(windows, congestion.windowSegments());
    }

    private int segmentBytes() {
        return mtuBytes - WireHeader.BYTES;
    }

    // ---- time

    private void judgeSilence() {
        if (sending.inFlight() == 0 && !probe.isWaiting()) {
            quietSince = now;
        } else if (Serial.difference(now, quietSince) >= settings.deadAfterSilenceMs()) {
            silentTooLong = true;
        }
    }

    private boolean isIdle() {
        return waitingToSend() == 0 && acks.isEmpty() && probe.isEmpty() && !probe.isWaiting() && !passOpen;
    }

    private int untilTimeout(int nowMs) {
        return passOpen ? 0 : Math.max(timer.untilFlush(nowMs), untilSomethingIsDue(nowMs));
    }

    private int untilSomethingIsDue(int nowMs) {
        if (!acks.isEmpty()
                || !probe.isEmpty()
                || sending.wouldAdmit(allowedSegments())
                || sending.hasOvertakingNews()) {
            return 0;
        }
        int wait = settings.deadAfterSilenceMs();
        if (sending.hasSent()) {
            wait = Math.min(wait, Serial.difference(sending.resendNotBefore(), nowMs));
        }
        if (probe.isWaiting()) {
            wait = Math.min(wait, Serial.difference(probe.dueAt(), nowMs));
        }
        if (sending.waiting() > 0 && intake.remoteWindow() == 0 && !probe.isWaiting()) {
            return 0; // the next flush begins to probe
        }
        return wait;
    }

    /** The reference's {@code ikcp_check}. */
    private int untilReferenceTimeout(int nowMs) {
        int wait = Math.min(timer.untilFlush(nowMs), settings.intervalMs());
        if (sending.hasSent() && Serial.difference(sending.resendNotBefore(), nowMs) < wait) {
            wait = Math.max(0, Math.min(wait, Serial.difference(sending.findResendAt(), nowMs)));
        }
        return wait;
    }

    private boolean has(Rule rule) {
        return (rules & rule.bit()) != 0;
    }

    // ---- for the conformance test

    SendWindow sendWindow() {
        return sending;
    }

    ReceiveWindow receiveWindow() {
        return receiving;
    }

    RoundTrip roundTrip() {
        return roundTrip;
    }

    AckList acks() {
        return acks;
    }

    WindowProbe probe() {
        return probe;
    }

    SendPass pass() {
        return pass;
    }

    int remoteWindow() {
        return intake.remoteWindow();
    }
}
