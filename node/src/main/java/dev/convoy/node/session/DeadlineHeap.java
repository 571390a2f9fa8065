package dev.convoy.node.session;

import java.util.Arrays;

/**
 * Who has to be looked at next: a binary heap in which every entry knows its place, so that moving a deadline
 * allocates nothing. A deadline that moves later stays where it is until it comes up, which makes the usual
 * case (one more datagram, a later deadline) free. Confined to its event loop.
 */
final class DeadlineHeap {
    static final long NEVER = Long.MAX_VALUE / 2;

    /** Something with a deadline; it is in one heap at most. */
    abstract static class Entry {
        private long dueMs = NEVER;
        private long queuedMs = NEVER;
        private int place = -1;

        /** The deadline has come; set the next one here, or none. */
        abstract void onDeadline(long nowMs);
    }

    private Entry[] heap = new Entry[64];
    private int size;

    /** Sets or moves a deadline; {@link #NEVER} takes it away. */
    void set(Entry entry, long dueMs) {
        entry.dueMs = dueMs;
        if (dueMs >= NEVER) remove(entry);
        else if (entry.place < 0) insert(entry);
        else if (dueMs < entry.queuedMs) {
            entry.queuedMs = dueMs;
            up(entry.place);
        }
    }

    /** When to call {@link #expire} next, at latest; {@link #NEVER} when nothing has a deadline. */
    long nextMs() {
        return size == 0 ? NEVER : heap[0].queuedMs;
    }

    /** Calls everything that is due. */
    void expire(long nowMs) {
        while (size > 0 && heap[0].queuedMs <= nowMs) {
            Entry first = heap[0];
            remove(first);
            if (first.dueMs <= nowMs) {
                first.dueMs = NEVER;
                first.onDeadline(nowMs);
            } else {
                insert(first);
            }
        }
    }

    private void insert(Entry entry) {
        if (size == heap.length) heap = Arrays.copyOf(heap, size * 2);
        entry.queuedMs = entry.dueMs;
        place(entry, size++);
        up(entry.place);
    }

    private void remove(Entry entry) {
        int hole = entry.place;
        if (hole < 0) return;
        entry.place = -1;
        entry.queuedMs = NEVER;
        Entry last = heap[--size];
        heap[size] = null;
        if (last == entry) return;
        place(last, hole);
        up(hole);
        down(last.place);
    }

    private void up(int from) {
        int at = from;
        while (at > 0 && heap[at].queuedMs < heap[(at - 1) / 2].queuedMs) at = swap(at, (at - 1) / 2);
    }

    private void down(int from) {
        int at = from;
        while (true) {
            int child = 2 * at + 1;
            if (child >= size) return;
            if (child + 1 < size && heap[child + 1].queuedMs < heap[child].queuedMs) child++;
            if (heap[at].queuedMs <= heap[child].queuedMs) return;
            at = swap(at, child);
        }
    }

    private int swap(int a, int b) {
        Entry moved = heap[a];
        place(heap[b], a);
        place(moved, b);
        return b;
    }

    private void place(Entry entry, int at) {
        heap[at] = entry;
        entry.place = at;
    }
}
