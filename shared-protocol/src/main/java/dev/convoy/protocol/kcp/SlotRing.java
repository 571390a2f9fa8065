package dev.convoy.protocol.kcp;

import java.util.Arrays;

/**
 * Slots of a few words each, found by {@code sequence & mask}: the place of a segment is computed, never searched for. The ring is as
 * long as it has to be, a power of two, and belongs to the pool again as soon as it is empty, unless it is very short.
 *
 * <p>A slot that is not in use is all zeros.
 */
final class SlotRing {
    private final SegmentPool pool;
    private final int shift;
    private final int slotsKept;

    /** The slots; only the window that owns the ring looks inside. */
    int[] words = SegmentPool.EMPTY_RING;

    private int mask = -1;
    private int capacity;
    /** How long the ring was when it was last given back: traffic in bursts does not grow it step by step every time. */
    private int capacityHint;

    /**
     * @param shift logarithm of the words in a slot
     * @param slotsKept an empty ring of this length is kept
     */
    SlotRing(SegmentPool pool, int shift, int slotsKept) {
        this.pool = pool;
        this.shift = shift;
        this.slotsKept = slotsKept;
        this.capacityHint = slotsKept;
    }

    /** Index of the slot's first word. */
    int at(int sequence) {
        return (sequence & mask) << shift;
    }

    int capacity() {
        return capacity;
    }

    /** Makes room for {@code count} slots from {@code first} on. */
    void reserve(int first, int count) {
        if (count > capacity) {
            grow(first, count);
        }
    }

    private void grow(int first, int count) {
        int[] before = words;
        int capacityBefore = capacity;
        int maskBefore = mask;
        capacity = Math.max(capacityHint, Integer.highestOneBit(count - 1) << 1);
        mask = capacity - 1;
        words = pool.acquireRing(capacity << shift);
        for (int sequence = first; sequence != first + capacityBefore; sequence++) {
            System.arraycopy(before, (sequence & maskBefore) << shift, words, at(sequence), 1 << shift);
        }
        Arrays.fill(before, 0);
        pool.releaseRing(before);
    }

    /** All slots are zeros: gives a long ring back. */
    void trim() {
        if (capacity > slotsKept) {
            capacityHint = capacity;
            drop();
        }
    }

    /** All slots are zeros: gives the ring back. */
    void drop() {
        pool.releaseRing(words);
        words = SegmentPool.EMPTY_RING;
        capacity = 0;
        mask = -1;
    }
}
