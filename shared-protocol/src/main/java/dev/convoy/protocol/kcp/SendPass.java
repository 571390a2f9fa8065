package dev.convoy.protocol.kcp;

/**
 * One pass of a flush over the send window, datagram by datagram: first sendings, timeouts and fast resends, in the order of their
 * numbers. It can stop when a datagram is full and go on at the next call, so that segments are copied once, from the pool into the
 * caller's datagram.
 */
final class SendPass {
    private static final int BACKOFF_MAX_MS = 4_000;

    private final int conv;
    private final SegmentPool pool;
    private final SendWindow window;
    private final RoundTrip roundTrip;
    private final int noDelayLevel;
    private final int fastResendAfter;
    private final int fastResendLimit;
    private final int deadAfterTransmissions;
    private final boolean limitsBackoff;
    private final int insuresAfterMs;
    private final KcpTally tally;

    private int cursor;
    private boolean looksAtAll;
    private int earliestResendAt;
    private boolean anyResendAt;
    private int now;

    private int fastResends;
    private boolean timedOut;
    private int timeoutsTotal;
    private boolean worn;

    SendPass(int conv, KcpSettings settings, int rules, SegmentPool pool, SendWindow window, RoundTrip roundTrip) {
        this.conv = conv;
        this.pool = pool;
        this.tally = pool.tally();
        this.window = window;
        this.roundTrip = roundTrip;
        this.noDelayLevel = settings.noDelayLevel();
        this.fastResendAfter = settings.fastResendAfter();
        this.fastResendLimit = settings.fastResendLimit();
        this.deadAfterTransmissions = settings.deadAfterTransmissions();
        this.limitsBackoff = (rules & Rule.BACKOFF_LIMITED.bit()) != 0;
        this.insuresAfterMs = (rules & Rule.INSURED_RESEND.bit()) == 0 ? 0 : settings.insureResendAfterMs();
    }

    int fastResends() {
        return fastResends;
    }

    boolean timedOut() {
        return timedOut;
    }

    /** Timeouts since the beginning of the conversation. */
    int timeoutsTotal() {
        return timeoutsTotal;
    }

    /** Whether some segment has been sent as often as the reference allows (its dead link). */
    boolean hasWornSegment() {
        return worn;
    }

    void begin(int nowMs) {
        now = nowMs;
        fastResends = 0;
        timedOut = false;
        anyResendAt = false;
        looksAtAll = window.mayHaveDue(nowMs);
        if (looksAtAll) {
            window.settleOvertaking();
        }
        cursor = looksAtAll ? window.oldest() : window.firstUnsent();
    }

    /** Whether every segment has been looked at. */
    boolean isDone() {
        return cursor == window.next();
    }

    /**
     * Writes segments until the datagram is full or the pass is done, and returns where the datagram ends.
     *
     * @param from where the datagram begins
     * @param at where to go on writing
     * @param limit where a datagram has to end, unless it is one segment larger than that
     */
    int write(byte[] into, int from, int at, int limit, int freeWindow, int una) {
        int end = at;
        if (Serial.isBefore(cursor, window.oldest())) {
            cursor = window.oldest(); // acknowledged while the pass was going on
        }
        int[] words = window.words();
        for (; cursor != window.next(); cursor++) {
            int slot = window.slot(cursor);
            if (words[slot + SendWindow.SEGMENT] == SegmentPool.NONE) {
                continue;
            }
            if (isDue(words, slot)) {
                int length = words[slot + SendWindow.LENGTH_FRAGMENT] & SendWindow.LENGTH_MASK;
                if (end + WireHeader.BYTES + length > limit && end > from) {
                    return end;
                }
                schedule(words, slot);
                end = encode(words, slot, into, end, freeWindow, una);
            }
            noteResendAt(words[slot + SendWindow.RESEND_AT]);
        }
        if (looksAtAll && anyResendAt) {
            window.resendNotBefore(earliestResendAt);
        }
        return end;
    }

    private boolean isDue(int[] words, int slot) {
        return words[slot + SendWindow.TRANSMISSIONS] == 0
                || !Serial.isBefore(now, words[slot + SendWindow.RESEND_AT])
                || isOvertaken(words, slot);
    }

    private boolean isOvertaken(int[] words, int slot) {
        return fastResendAfter > 0
                && words[slot + SendWindow.FAST_ACKS] >= fastResendAfter
                && (fastResendLimit <= 0 || words[slot + SendWindow.TRANSMISSIONS] <= fastResendLimit);
    }

    /** The segment is about to be sent: decides when it is due again. */
    private void schedule(int[] words, int slot) {
        int transmissions = words[slot + SendWindow.TRANSMISSIONS]++;
        tally.sent++;
        if (transmissions == 0) {
            int timeoutMs = roundTrip.timeoutMs();
            words[slot + SendWindow.TIMEOUT] = timeoutMs;
            words[slot + SendWindow.RESEND_AT] = now + timeoutMs + (noDelayLevel == 0 ? timeoutMs >>> 3 : 0);
            window.onFirstSent(cursor, words[slot + SendWindow.RESEND_AT]);
        } else if (Serial.isBefore(now, words[slot + SendWindow.RESEND_AT])) {
            words[slot + SendWindow.FAST_ACKS] = 0;
            words[slot + SendWindow.RESEND_AT] = now + words[slot + SendWindow.TIMEOUT];
            fastResends++;
            tally.resentOvertaken++;
        } else if (transmissions == 2 && insuresAfterMs > 0) {
            words[slot + SendWindow.RESEND_AT] = now + words[slot + SendWindow.TIMEOUT];
        } else {
            backOff(words, slot);
            timedOut = true;
            timeoutsTotal++;
            tally.resentTimedOut++;
        }
        if (transmissions == 1 && insuresAfterMs > 0) {
            words[slot + SendWindow.RESEND_AT] = now + Math.min(insuresAfterMs, words[slot + SendWindow.TIMEOUT]);
        }
        words[slot + SendWindow.TIMESTAMP] = now;
        worn |= transmissions + 1 >= deadAfterTransmissions;
    }

    private void backOff(int[] words, int slot) {
        int timeoutMs = words[slot + SendWindow.TIMEOUT];
        timeoutMs += switch (noDelayLevel) {
            case 0 -> Serial.maxUnsigned(timeoutMs, roundTrip.timeoutMs());
            case 1 -> timeoutMs / 2;
            default -> roundTrip.timeoutMs() / 2;
        };
        if (limitsBackoff) {
            timeoutMs = Math.min(timeoutMs, Math.max(BACKOFF_MAX_MS, roundTrip.timeoutMs()));
        }
        words[slot + SendWindow.TIMEOUT] = timeoutMs;
        words[slot + SendWindow.RESEND_AT] = now + timeoutMs;
        if (isOvertaken(words, slot)) {
            window.keepLeftoverFastAcks();
        }
    }

    private void noteResendAt(int resendAt) {
        earliestResendAt = anyResendAt ? Serial.earlier(earliestResendAt, resendAt) : resendAt;
        anyResendAt = true;
    }

    private int encode(int[] words, int slot, byte[] into, int at, int freeWindow, int una) {
        int lengthFragment = words[slot + SendWindow.LENGTH_FRAGMENT];
        int length = lengthFragment & SendWindow.LENGTH_MASK;
        int fragment = lengthFragment >>> SendWindow.FRAGMENT_SHIFT;
        int payload = WireHeader.write(into, at, conv, WireHeader.PUSH, fragment, freeWindow, now, cursor, una, length);
        int segment = words[slot + SendWindow.SEGMENT];
        System.arraycopy(pool.bytesOf(segment), pool.offsetOf(segment), into, payload, length);
        return payload + length;
    }
}
