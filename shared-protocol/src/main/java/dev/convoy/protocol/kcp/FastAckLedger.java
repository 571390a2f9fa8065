package dev.convoy.protocol.kcp;

import java.util.Arrays;

/**
 * Counts, for every segment in flight, how many later ones were acknowledged: the evidence on which a segment is sent again before its
 * time is up.
 *
 * <p>The reference walks over all segments in flight at every acknowledgement. The count is read in a flush only, and between two flushes no
 * segment enters the window nor changes its timestamp; so it is enough to note each piece of news (this sequence number, sent at this
 * time, has arrived) at its slot, and to settle all of it in one walk before the count is needed. The result is the same to the bit, since
 * a count is never looked at beyond {@code enough}.
 */
final class FastAckLedger {
    private static final int ENTRY_SHIFT = 1;
    private static final int ENTRIES_MIN = 16;
    /** News whose timestamp is further off than this cannot be put in order with others: it is settled at once. */
    private static final int TIMESTAMP_SKEW_MAX_MS = 1 << 29;

    private final SegmentPool pool;
    private final int enough;

    /** Pairs of timestamp and index + 1 of the next entry of the same slot. */
    private int[] entries = SegmentPool.EMPTY_RING;

    private int count;
    private int newestSequence;
    /** While settling: the latest {@code enough} timestamps of the news seen so far, latest first. */
    private int[] latest = SegmentPool.EMPTY_RING;

    private int latestCount;

    /** @param enough how many acknowledgements make a segment due; 0 switches counting off */
    FastAckLedger(SegmentPool pool, int enough) {
        this.pool = pool;
        this.enough = enough;
    }

    boolean hasNews() {
        return count > 0;
    }

    /** The segment {@code sequence}, in the window of {@code ring} from {@code oldest} on, was sent at {@code timestamp} and has arrived. */
    void add(SlotRing ring, int oldest, int sequence, int timestamp, int now) {
        if (enough == 0) {
            return;
        }
        if (Math.abs((long) Serial.difference(now, timestamp)) > TIMESTAMP_SKEW_MAX_MS) {
            countAtOnce(ring, oldest, sequence, timestamp);
            return;
        }
        if (count << ENTRY_SHIFT == entries.length && !grow(ring.capacity())) {
            settle(ring, oldest);
        }
        int slot = ring.at(sequence);
        int entry = count++ << ENTRY_SHIFT;
        entries[entry] = timestamp;
        entries[entry + 1] = ring.words[slot + SendWindow.NEWS];
        ring.words[slot + SendWindow.NEWS] = count;
        if (count == 1 || Serial.isBefore(newestSequence, sequence)) {
            newestSequence = sequence;
        }
    }

    /** Brings the counts of all segments from {@code oldest} on up to date. */
    void settle(SlotRing ring, int oldest) {
        latestCount = 0;
        for (int sequence = newestSequence; !Serial.isBefore(sequence, oldest); sequence--) {
            int slot = ring.at(sequence);
            if (latestCount > 0 && ring.words[slot + SendWindow.SEGMENT] != SegmentPool.NONE) {
                count(ring.words, slot);
            }
            collect(ring.words, slot);
        }
        count = 0;
    }

    private void count(int[] words, int slot) {
        int sentAt = words[slot + SendWindow.TIMESTAMP];
        int seen = words[slot + SendWindow.FAST_ACKS];
        for (int i = 0; i < latestCount && seen < enough && !Serial.isBefore(latest[i], sentAt); i++) {
            seen++;
        }
        words[slot + SendWindow.FAST_ACKS] = seen;
    }

    private void collect(int[] words, int slot) {
        int next = words[slot + SendWindow.NEWS];
        words[slot + SendWindow.NEWS] = 0;
        while (next != 0) {
            int entry = (next - 1) << ENTRY_SHIFT;
            insert(entries[entry]);
            next = entries[entry + 1];
        }
    }

    private void insert(int timestamp) {
        if (latest.length == 0) {
            latest = new int[enough];
        }
        int place = latestCount < enough ? latestCount++ : enough;
        while (place > 0 && Serial.isBefore(latest[place - 1], timestamp)) {
            if (place < enough) {
                latest[place] = latest[place - 1];
            }
            place--;
        }
        if (place < enough) {
            latest[place] = timestamp;
        }
    }

    private void countAtOnce(SlotRing ring, int oldest, int sequence, int timestamp) {
        for (int earlier = oldest; earlier != sequence; earlier++) {
            int slot = ring.at(earlier);
            if (ring.words[slot + SendWindow.SEGMENT] != SegmentPool.NONE
                    && !Serial.isBefore(timestamp, ring.words[slot + SendWindow.TIMESTAMP])) {
                ring.words[slot + SendWindow.FAST_ACKS]++;
            }
        }
    }

    private boolean grow(int ringCapacity) {
        int[] before = entries;
        if (count >= Math.max(ENTRIES_MIN, ringCapacity)) {
            return false;
        }
        entries = pool.acquireRing(Math.max(ENTRIES_MIN << ENTRY_SHIFT, before.length * 2));
        System.arraycopy(before, 0, entries, 0, before.length);
        Arrays.fill(before, 0);
        pool.releaseRing(before);
        return true;
    }

    /** Nothing is in flight any more: forgets everything. */
    void reset() {
        count = 0;
        if (entries.length > 0) {
            Arrays.fill(entries, 0);
            pool.releaseRing(entries);
            entries = SegmentPool.EMPTY_RING;
        }
    }
}
