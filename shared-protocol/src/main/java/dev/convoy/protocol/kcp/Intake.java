package dev.convoy.protocol.kcp;

/**
 * Reads datagrams: checks what a stranger may have written, then lets each segment act on the two windows, which belong to the same
 * {@link Kcp}.
 */
final class Intake {
    /** What is assumed of the peer's window until it says more. */
    private static final int REMOTE_WINDOW_START = 128;

    private static final int RTT_RULE = Rule.RTT_FROM_SEGMENT_IN_FLIGHT.bit();
    private static final int UNA_RULE = Rule.UNA_WITHIN_WINDOW.bit();
    private static final int WHOLE_RULE = Rule.WHOLE_DATAGRAM_OR_NOTHING.bit();
    private static final int ACKS_RULE = Rule.BOUNDED_ACK_LIST.bit();
    private static final int FRAGMENTS_RULE = Rule.FRAGMENTS_FIT_WINDOW.bit();
    private static final int LENGTH_RULE = Rule.SEGMENT_LENGTH_LIMITED.bit();

    private final int conv;
    private final int rules;
    private final int peerSegmentBytesMax;
    private final int acksMax;
    private final SendWindow sending;
    private final ReceiveWindow receiving;
    private final AckList acks;
    private final RoundTrip roundTrip;
    private final WindowProbe probe;

    private int remoteWindow = REMOTE_WINDOW_START;
    /** Of the acknowledgements in the datagram that is being read, the one that overtook most. */
    private boolean anyAck;

    private int newestAck;
    private int newestAckTimestamp;

    Intake(
            int conv,
            KcpSettings settings,
            int rules,
            SendWindow sending,
            ReceiveWindow receiving,
            AckList acks,
            RoundTrip roundTrip,
            WindowProbe probe) {
        this.conv = conv;
        this.rules = rules;
        this.peerSegmentBytesMax = settings.peerSegmentBytesMax();
        this.acksMax = 2 * settings.receiveWindowSegments();
        this.sending = sending;
        this.receiving = receiving;
        this.acks = acks;
        this.roundTrip = roundTrip;
        this.probe = probe;
    }

    /** How many segments the peer last said that it has room for. */
    int remoteWindow() {
        return remoteWindow;
    }

    /** Reads one datagram. Bytes after the last whole header are ignored, as in the reference. */
    DropReason take(byte[] datagram, int offset, int length, int now) {
        if (length < WireHeader.BYTES) {
            return DropReason.TOO_SHORT;
        }
        int end = offset + length;
        if (has(WHOLE_RULE)) {
            DropReason reason = checkAll(datagram, offset, end);
            if (reason != DropReason.NONE) {
                return reason;
            }
        }
        anyAck = false;
        DropReason reason = takeSegments(datagram, offset, end, now);
        if (reason == DropReason.NONE && anyAck) {
            sending.noteOvertaking(newestAck, newestAckTimestamp, now);
        }
        return reason;
    }

    private DropReason takeSegments(byte[] datagram, int offset, int end, int now) {
        DropReason outcome = DropReason.NONE;
        for (int at = offset; end - at >= WireHeader.BYTES; ) {
            if (!has(WHOLE_RULE)) {
                DropReason reason = check(datagram, at, end);
                if (reason != DropReason.NONE) {
                    return reason;
                }
            }
            int command = WireHeader.command(datagram, at);
            if (command == WireHeader.ACK) {
                measure(WireHeader.sequence(datagram, at), WireHeader.timestamp(datagram, at), now);
            }
            remoteWindow = WireHeader.window(datagram, at);
            onUnacknowledged(WireHeader.unacknowledged(datagram, at));
            int length = WireHeader.length(datagram, at);
            switch (command) {
                case WireHeader.ACK -> onAck(WireHeader.sequence(datagram, at), WireHeader.timestamp(datagram, at));
                case WireHeader.PUSH -> {
                    if (!onPush(datagram, at, length)) {
                        outcome = DropReason.NO_ROOM;
                    }
                }
                case WireHeader.ASK_WINDOW -> probe.tell();
                default -> {} // TELL_WINDOW says what every header says
            }
            at += WireHeader.BYTES + length;
        }
        return outcome;
    }

    // ---- what a stranger may have written

    private DropReason checkAll(byte[] datagram, int offset, int end) {
        for (int at = offset; end - at >= WireHeader.BYTES; at += WireHeader.BYTES + WireHeader.length(datagram, at)) {
            DropReason reason = check(datagram, at, end);
            if (reason != DropReason.NONE) {
                return reason;
            }
        }
        return DropReason.NONE;
    }

    private DropReason check(byte[] datagram, int at, int end) {
        if (WireHeader.conv(datagram, at) != conv) {
            return DropReason.WRONG_CONV;
        }
        int length = WireHeader.length(datagram, at);
        if (length < 0 || length > end - at - WireHeader.BYTES) {
            return DropReason.BAD_LENGTH;
        }
        int command = WireHeader.command(datagram, at);
        if (!WireHeader.isCommand(command)) {
            return DropReason.BAD_COMMAND;
        }
        return command == WireHeader.PUSH ? checkPush(datagram, at, length) : DropReason.NONE;
    }

    private DropReason checkPush(byte[] datagram, int at, int length) {
        if (has(FRAGMENTS_RULE) && WireHeader.fragment(datagram, at) >= receiving.windowSegments()) {
            return DropReason.TOO_MANY_FRAGMENTS;
        }
        if (has(LENGTH_RULE) && length > peerSegmentBytesMax) {
            return DropReason.SEGMENT_TOO_LONG;
        }
        return DropReason.NONE;
    }

    // ---- what a segment does

    private void onUnacknowledged(int una) {
        if (!has(UNA_RULE) || !Serial.isBefore(sending.next(), una)) {
            sending.acknowledgeBefore(una);
        }
    }

    /** Before {@code una} takes effect, which usually covers the segment that the ACK names. */
    private void measure(int sequence, int timestamp, int now) {
        int roundTripMs = Serial.difference(now, timestamp);
        if (roundTripMs >= 0 && (!has(RTT_RULE) || isEcho(sequence, timestamp))) {
            roundTrip.sample(roundTripMs);
        }
    }

    private void onAck(int sequence, int timestamp) {
        sending.acknowledge(sequence);
        if (!anyAck) {
            anyAck = true;
            newestAck = sequence;
            newestAckTimestamp = timestamp;
        } else if (Serial.isBefore(newestAck, sequence) && Serial.isBefore(newestAckTimestamp, timestamp)) {
            newestAck = sequence;
            newestAckTimestamp = timestamp;
        }
    }

    private boolean isEcho(int sequence, int timestamp) {
        return sending.holds(sequence) && sending.sentAt(sequence) == timestamp;
    }

    /** False when there was no room: then the segment is not acknowledged either, and the peer will repeat it. */
    private boolean onPush(byte[] datagram, int at, int length) {
        int sequence = WireHeader.sequence(datagram, at);
        if (!receiving.isAcceptable(sequence)) {
            return true;
        }
        boolean isNew = !receiving.has(sequence);
        if (has(ACKS_RULE) && acks.size() >= acksMax) {
            return false;
        }
        if (isNew) {
            int fragment = WireHeader.fragment(datagram, at);
            if (!receiving.insert(sequence, fragment, datagram, at + WireHeader.BYTES, length)) {
                return false;
            }
            receiving.advance();
            probe.onPeerSends();
        }
        acks.add(sequence, WireHeader.timestamp(datagram, at));
        return true;
    }

    private boolean has(int rule) {
        return (rules & rule) != 0;
    }
}
