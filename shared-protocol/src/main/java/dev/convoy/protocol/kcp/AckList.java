package dev.convoy.protocol.kcp;

import java.util.Arrays;

/** Acknowledgements owed to the peer: pairs of sequence number and timestamp, in the order in which the segments came. */
final class AckList {
    private static final int ENTRY_SHIFT = 1;
    private static final int ENTRIES_KEPT = 4;

    private final SegmentPool pool;
    private int[] entries = SegmentPool.EMPTY_RING;
    private int first;
    private int end;

    AckList(SegmentPool pool) {
        this.pool = pool;
    }

    boolean isEmpty() {
        return first == end;
    }

    int size() {
        return end - first;
    }

    void add(int sequence, int timestamp) {
        if (end << ENTRY_SHIFT == entries.length) {
            grow();
        }
        entries[end << ENTRY_SHIFT] = sequence;
        entries[(end << ENTRY_SHIFT) + 1] = timestamp;
        end++;
    }

    int firstSequence() {
        return entries[first << ENTRY_SHIFT];
    }

    int firstTimestamp() {
        return entries[(first << ENTRY_SHIFT) + 1];
    }

    void removeFirst() {
        first++;
        if (first == end) {
            first = 0;
            end = 0;
            if (entries.length > ENTRIES_KEPT << ENTRY_SHIFT) {
                release();
            }
        }
    }

    void release() {
        first = 0;
        end = 0;
        Arrays.fill(entries, 0);
        pool.releaseRing(entries);
        entries = SegmentPool.EMPTY_RING;
    }

    private void grow() {
        int[] before = entries;
        entries = pool.acquireRing(Math.max(ENTRIES_KEPT << ENTRY_SHIFT, before.length * 2));
        System.arraycopy(before, 0, entries, 0, before.length);
        Arrays.fill(before, 0);
        pool.releaseRing(before);
    }
}
