package dev.convoy.protocol.kcp;

/**
 * The receiving half: segments in order that wait for the application and, behind them in the same ring, segments that came too early.
 *
 * <pre>
 *     next - ready          next                next + windowSegments
 *        |  ready, in order  |  early, with holes   |
 * </pre>
 *
 * The C name of next is {@code rcv_nxt}; {@code rcv_queue} and {@code rcv_buf} are the two parts.
 */
final class ReceiveWindow {
    private static final int SEGMENT = 0;
    private static final int LENGTH_FRAGMENT = 1;
    private static final int SLOT_SHIFT = 1;
    private static final int SLOTS_KEPT = 4;

    private final SegmentPool pool;
    private final SlotRing ring;
    private final int windowSegments;

    private int next;
    private int ready;
    private int early;

    ReceiveWindow(SegmentPool pool, int windowSegments, int firstSequence) {
        this.pool = pool;
        this.ring = new SlotRing(pool, SLOT_SHIFT, SLOTS_KEPT);
        this.windowSegments = windowSegments;
        this.next = firstSequence;
    }

    int next() {
        return next;
    }

    int ready() {
        return ready;
    }

    int early() {
        return early;
    }

    int windowSegments() {
        return windowSegments;
    }

    /** What the peer is told: how many more segments the application can be behind with. */
    int free() {
        return Math.max(0, windowSegments - ready);
    }

    boolean isFull() {
        return ready >= windowSegments;
    }

    /** Whether {@code sequence} is within or before the window, so that an acknowledgement of it is true or can become true. */
    boolean isAcceptable(int sequence) {
        return Serial.isBefore(sequence, next + windowSegments);
    }

    /** Whether the segment {@code sequence}, which is acceptable, is here already. */
    boolean has(int sequence) {
        if (Serial.isBefore(sequence, next)) {
            return true;
        }
        return sequence - (next - ready) < ring.capacity()
                && ring.words[ring.at(sequence) + SEGMENT] != SegmentPool.NONE;
    }

    /** Stores an acceptable segment that is not here yet; false when the pool has no room. */
    boolean insert(int sequence, int fragment, byte[] datagram, int offset, int length) {
        int segment = pool.acquire(length);
        if (segment == SegmentPool.NONE) {
            return false;
        }
        System.arraycopy(datagram, offset, pool.bytesOf(segment), pool.offsetOf(segment), length);
        int front = next - ready;
        ring.reserve(front, sequence - front + 1);
        int slot = ring.at(sequence);
        ring.words[slot + SEGMENT] = segment;
        ring.words[slot + LENGTH_FRAGMENT] = length | (fragment << SendWindow.FRAGMENT_SHIFT);
        early++;
        return true;
    }

    /** Makes early segments ready as far as there is no hole and the window has room. */
    void advance() {
        while (early > 0 && ready < windowSegments && ring.words[ring.at(next) + SEGMENT] != SegmentPool.NONE) {
            early--;
            ready++;
            next++;
        }
    }

    /** Bytes of the next whole message, -1 when there is none. */
    int peekSize() {
        if (ready == 0) {
            return -1;
        }
        int lengthFragment = ring.words[ring.at(next - ready) + LENGTH_FRAGMENT];
        if (lengthFragment >>> SendWindow.FRAGMENT_SHIFT == 0) {
            return lengthFragment;
        }
        return sizeOfFragments(lengthFragment >>> SendWindow.FRAGMENT_SHIFT);
    }

    private int sizeOfFragments(int following) {
        if (ready < following + 1) {
            return -1;
        }
        int bytes = 0;
        for (int sequence = next - ready; sequence != next; sequence++) {
            int lengthFragment = ring.words[ring.at(sequence) + LENGTH_FRAGMENT];
            bytes += lengthFragment & SendWindow.LENGTH_MASK;
            if (lengthFragment >>> SendWindow.FRAGMENT_SHIFT == 0) {
                break;
            }
        }
        return bytes;
    }

    /** Moves the next whole message, which is there, out of the window. */
    void take(byte[] into, int offset) {
        int at = offset;
        int fragment;
        do {
            int slot = ring.at(next - ready);
            int segment = ring.words[slot + SEGMENT];
            int lengthFragment = ring.words[slot + LENGTH_FRAGMENT];
            int length = lengthFragment & SendWindow.LENGTH_MASK;
            fragment = lengthFragment >>> SendWindow.FRAGMENT_SHIFT;
            System.arraycopy(pool.bytesOf(segment), pool.offsetOf(segment), into, at, length);
            at += length;
            drop(slot, segment);
            ready--;
        } while (fragment != 0 && ready > 0);
        advance();
        trimWhenEmpty();
    }

    void release() {
        for (int sequence = next - ready; sequence != next - ready + ring.capacity(); sequence++) {
            int slot = ring.at(sequence);
            int segment = ring.words[slot + SEGMENT];
            if (segment != SegmentPool.NONE) {
                drop(slot, segment);
            }
        }
        ready = 0;
        early = 0;
        ring.drop();
    }

    private void trimWhenEmpty() {
        if (ready == 0 && early == 0) {
            ring.trim();
        }
    }

    private void drop(int slot, int segment) {
        pool.release(segment);
        ring.words[slot + SEGMENT] = SegmentPool.NONE;
        ring.words[slot + LENGTH_FRAGMENT] = 0;
    }
}
