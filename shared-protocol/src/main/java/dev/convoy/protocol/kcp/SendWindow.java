package dev.convoy.protocol.kcp;

/**
 * The sending half: segments in flight and, behind them in the same ring, segments that wait for the window.
 *
 * <pre>
 *      oldest          firstUnsent   next                 next + waiting
 *        |  in flight, maybe sent again  |  waiting to enter  |
 *        |  (holes: acknowledged)        |  the window        |
 * </pre>
 *
 * The C names are {@code snd_una} for oldest and {@code snd_nxt} for next; {@code snd_buf} and {@code snd_queue} are the two parts.
 */
final class SendWindow {
    /** A slot's words. */
    static final int SEGMENT = 0;

    static final int LENGTH_FRAGMENT = 1;
    static final int TIMESTAMP = 2;
    static final int RESEND_AT = 3;
    static final int TIMEOUT = 4;
    static final int TRANSMISSIONS = 5;
    static final int FAST_ACKS = 6;
    /** Head of the slot's list in the {@link FastAckLedger}. */
    static final int NEWS = 7;

    private static final int SLOT_SHIFT = 3;
    private static final int SLOTS_KEPT = 4;
    static final int FRAGMENT_SHIFT = 24;
    static final int LENGTH_MASK = (1 << FRAGMENT_SHIFT) - 1;

    private final SegmentPool pool;
    private final SlotRing ring;
    private final FastAckLedger fastAcks;

    private int oldest;
    private int next;
    private int firstUnsent;
    private int inFlight;
    private int waiting;
    private int lastAdmittedFragment;

    /** No segment in flight is due before this; may be too early, never too late. */
    private int resendNotBefore;
    /** A segment that timed out has fast acknowledgements left, so that the next flush looks at it again. */
    private boolean leftoverFastAcks;

    SendWindow(SegmentPool pool, int fastResendAfter, int firstSequence) {
        this.pool = pool;
        this.ring = new SlotRing(pool, SLOT_SHIFT, SLOTS_KEPT);
        this.fastAcks = new FastAckLedger(pool, fastResendAfter);
        this.oldest = firstSequence;
        this.next = firstSequence;
        this.firstUnsent = firstSequence;
    }

    int oldest() {
        return oldest;
    }

    int next() {
        return next;
    }

    int inFlight() {
        return inFlight;
    }

    int waiting() {
        return waiting;
    }

    /** Segments between the oldest unacknowledged one and the next new one, holes included. */
    int span() {
        return next - oldest;
    }

    // ---- filling

    /** Puts a segment behind all others. */
    boolean append(byte[] message, int offset, int length, int fragment) {
        int segment = pool.acquire(length);
        if (segment == SegmentPool.NONE) {
            return false;
        }
        System.arraycopy(message, offset, pool.bytesOf(segment), pool.offsetOf(segment), length);
        ring.reserve(oldest, span() + waiting + 1);
        int slot = ring.at(next + waiting);
        ring.words[slot + SEGMENT] = segment;
        ring.words[slot + LENGTH_FRAGMENT] = length | (fragment << FRAGMENT_SHIFT);
        waiting++;
        return true;
    }

    /** Takes the last {@code count} waiting segments back. */
    void unappend(int count) {
        for (int i = 0; i < count; i++) {
            waiting--;
            int slot = ring.at(next + waiting);
            pool.release(ring.words[slot + SEGMENT]);
            clear(slot);
        }
        trimWhenEmpty();
    }

    /** Stream mode: how many bytes the last waiting segment can still take. */
    int roomInLast(int segmentBytes) {
        if (waiting == 0) {
            return 0;
        }
        int length = ring.words[ring.at(next + waiting - 1) + LENGTH_FRAGMENT] & LENGTH_MASK;
        return Math.max(0, segmentBytes - length);
    }

    /** Stream mode: adds bytes to a waiting segment; {@code position} 0 is the one that enters the window next. */
    boolean extend(int position, byte[] message, int offset, int length, int segmentBytes) {
        int slot = ring.at(next + position);
        int segment = ring.words[slot + SEGMENT];
        int before = ring.words[slot + LENGTH_FRAGMENT] & LENGTH_MASK;
        if (before + length > pool.capacityOf(segment)) {
            int wider = pool.acquire(segmentBytes);
            if (wider == SegmentPool.NONE) {
                return false;
            }
            System.arraycopy(
                    pool.bytesOf(segment), pool.offsetOf(segment), pool.bytesOf(wider), pool.offsetOf(wider), before);
            pool.release(segment);
            segment = wider;
            ring.words[slot + SEGMENT] = segment;
        }
        System.arraycopy(message, offset, pool.bytesOf(segment), pool.offsetOf(segment) + before, length);
        ring.words[slot + LENGTH_FRAGMENT] = before + length;
        return true;
    }

    /** Cuts waiting messages anew where a segment is longer than {@code segmentBytes}. */
    void recut(int segmentBytes, int fragmentsLimit) {
        int first = isInsideMessage() ? positionAfterMessage(0) : 0;
        Recut recut = new Recut(segmentBytes, fragmentsLimit);
        for (int position = first; position < waiting; position++) {
            int slot = ring.at(next + position);
            int segment = ring.words[slot + SEGMENT];
            int lengthFragment = ring.words[slot + LENGTH_FRAGMENT];
            recut.add(
                    pool.bytesOf(segment),
                    pool.offsetOf(segment),
                    lengthFragment & LENGTH_MASK,
                    lengthFragment >>> FRAGMENT_SHIFT);
        }
        if (recut.changesAnything() && pool.hasRoomFor(recut.segments())) {
            unappend(waiting - first);
            recut.forEach(this::append);
        }
    }

    /** Whether the first waiting segment continues a message that has begun to be sent. */
    private boolean isInsideMessage() {
        return lastAdmittedFragment != 0;
    }

    private int positionAfterMessage(int start) {
        int position = start;
        while (position < waiting && ring.words[ring.at(next + position) + LENGTH_FRAGMENT] >>> FRAGMENT_SHIFT != 0) {
            position++;
        }
        return Math.min(position + 1, waiting);
    }

    // ---- acknowledgements

    /** The peer has received everything before {@code una}. */
    void acknowledgeBefore(int una) {
        while (oldest != next && Serial.isBefore(oldest, una)) {
            int slot = ring.at(oldest);
            remove(slot);
            ring.words[slot + NEWS] = 0;
            oldest++;
        }
        skipHoles();
    }

    /** Whether {@code sequence} is in flight. */
    boolean holds(int sequence) {
        return isInWindow(sequence) && ring.words[ring.at(sequence) + SEGMENT] != SegmentPool.NONE;
    }

    /** When the segment {@code sequence}, which is in flight, was last sent. */
    int sentAt(int sequence) {
        return ring.words[ring.at(sequence) + TIMESTAMP];
    }

    /** The peer has received this one. */
    void acknowledge(int sequence) {
        if (holds(sequence)) {
            remove(ring.at(sequence));
            skipHoles();
        }
    }

    /** Segments older than {@code sequence} were overtaken by it; it was sent at {@code timestamp}. */
    void noteOvertaking(int sequence, int timestamp, int now) {
        if (isInWindow(sequence)) {
            fastAcks.add(ring, oldest, sequence, timestamp, now);
        }
    }

    private boolean isInWindow(int sequence) {
        return !Serial.isBefore(sequence, oldest) && Serial.isBefore(sequence, next);
    }

    private void remove(int slot) {
        int segment = ring.words[slot + SEGMENT];
        int news = ring.words[slot + NEWS];
        if (segment != SegmentPool.NONE) {
            pool.release(segment);
            inFlight--;
        }
        clear(slot);
        ring.words[slot + NEWS] = news;
    }

    private void skipHoles() {
        while (oldest != next && ring.words[ring.at(oldest) + SEGMENT] == SegmentPool.NONE) {
            ring.words[ring.at(oldest) + NEWS] = 0;
            oldest++;
        }
        if (Serial.isBefore(firstUnsent, oldest)) {
            firstUnsent = oldest;
        }
        trimWhenEmpty();
    }

    // ---- sending

    /** Lets waiting segments into the window until it spans so many, at most {@code newMax} of them, and returns how many. */
    int admit(int windowSegments, int newMax) {
        int room = oldest + windowSegments - next;
        int admitted = Math.min(Math.min(room, waiting), newMax);
        if (admitted <= 0) {
            return 0;
        }
        next += admitted;
        waiting -= admitted;
        inFlight += admitted;
        lastAdmittedFragment = ring.words[ring.at(next - 1) + LENGTH_FRAGMENT] >>> FRAGMENT_SHIFT;
        return admitted;
    }

    /** Whether {@link #admit} would let a segment in. */
    boolean wouldAdmit(int windowSegments) {
        return waiting > 0 && oldest + windowSegments - next > 0;
    }

    /** Whether there is news that may make a segment due before its time. */
    boolean hasOvertakingNews() {
        return fastAcks.hasNews() || leftoverFastAcks;
    }

    /** Whether segments already sent have to be looked at, because one may be due. */
    boolean mayHaveDue(int now) {
        return firstUnsent != oldest && (hasOvertakingNews() || !Serial.isBefore(now, resendNotBefore));
    }

    /** Brings the counts of overtaken segments up to date, before segments are looked at one by one. */
    void settleOvertaking() {
        leftoverFastAcks = false;
        if (fastAcks.hasNews()) {
            fastAcks.settle(ring, oldest);
        }
    }

    int firstUnsent() {
        return firstUnsent;
    }

    int slot(int sequence) {
        return ring.at(sequence);
    }

    int[] words() {
        return ring.words;
    }

    /** The segment {@code sequence} has been sent for the first time and is due again at {@code resendAt}. */
    void onFirstSent(int sequence, int resendAt) {
        resendNotBefore = firstUnsent == oldest ? resendAt : Serial.earlier(resendNotBefore, resendAt);
        firstUnsent = sequence + 1;
    }

    void keepLeftoverFastAcks() {
        leftoverFastAcks = true;
    }

    /** All segments that were sent have been looked at, and none is due before this. */
    void resendNotBefore(int time) {
        resendNotBefore = time;
    }

    /** Lower bound on the time when a segment in flight is due. */
    int resendNotBefore() {
        return resendNotBefore;
    }

    boolean hasSent() {
        return firstUnsent != oldest;
    }

    /** The exact time when the first segment in flight is due; there must be one. */
    int findResendAt() {
        int earliest = 0;
        boolean found = false;
        for (int sequence = oldest; sequence != firstUnsent; sequence++) {
            int slot = ring.at(sequence);
            if (ring.words[slot + SEGMENT] != SegmentPool.NONE) {
                int resendAt = ring.words[slot + RESEND_AT];
                earliest = found ? Serial.earlier(earliest, resendAt) : resendAt;
                found = true;
            }
        }
        resendNotBefore = earliest;
        return earliest;
    }

    // ---- the end

    void release() {
        acknowledgeBefore(next);
        unappend(waiting);
        ring.drop();
        fastAcks.reset();
    }

    private void trimWhenEmpty() {
        if (oldest == next && waiting == 0) {
            ring.trim();
            fastAcks.reset();
        }
    }

    private void clear(int slot) {
        int[] words = ring.words;
        words[slot + SEGMENT] = SegmentPool.NONE;
        words[slot + LENGTH_FRAGMENT] = 0;
        words[slot + TIMESTAMP] = 0;
        words[slot + RESEND_AT] = 0;
        words[slot + TIMEOUT] = 0;
        words[slot + TRANSMISSIONS] = 0;
        words[slot + FAST_ACKS] = 0;
        words[slot + NEWS] = 0;
    }
}
